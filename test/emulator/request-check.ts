/**
 * @module Holds what a client asks against GitHub's own description: an operation that there is, with parameters and a body
 * that it has.
 */
import { isJsonObject } from "../../src/base/json.ts";
import { apiVersions, checkRequest, describedOperation } from "../../src/emulator/description/description.ts";
import { takenKeys } from "../../src/emulator/description/undescribed.ts";
import type { Answered } from "../../src/emulator/http/exchange.ts";
import { Refusal } from "../../src/emulator/http/refusal.ts";
import { documentProblems } from "./official-schema.ts";

/** Cursors stand in `Link` headers only; the description has not got them for all lists. */
const undescribed = new Set(["after", "before", "page", "per_page"]);

/** @returns what GitHub's description does not know about the request */
export function requestProblems(answered: Answered): string[] {
  const { operation, incoming, version, content, isFault, answer } = answered;
  const { method, target } = incoming;
  // What was answered before it was read cannot be looked at.
  if (isFault) return [];
  // Git's own protocol and what browsers ask are no part of the REST API.
  if (/^(?:git\/(?:upload|receive)-pack$|web\/|_emulator)/u.test(operation)) return [];
  if (operation === "graphql") {
    const query = (content as { query?: unknown } | undefined)?.query;
    return typeof query === "string" ? documentProblems(query) : ["graphql: a request without a query"];
  }
  if (operation === "unknown") return [`${method} ${target.split("?")[0]} is no operation of GitHub's`];
  const of = apiVersions.find((known) => known === version) ?? apiVersions[0];
  const described = describedOperation(operation, of);
  const query = Object.fromEntries(new URLSearchParams(target.split("?")[1] ?? ""));
  const unknown = Object.keys(query)
    .filter((name) => !Object.hasOwn(described.query, name) && !undescribed.has(name))
    .map((name) => `${operation} has no parameter ${name}`);
  const isSent = (key: string) => isJsonObject(content) && Object.hasOwn(content, key);
  const undescribedKeys = takenKeys(operation, of).filter(isSent);
  unknown.push(...undescribedKeys.map((key) => `${operation} has no field ${key}`));
  // Who may not ask is refused before the body is read.
  if (content === undefined && /^(?:401|403|429)$/u.test(String(answer.status))) return unknown;
  try {
    checkRequest(operation, of, { query, body: content });
    return unknown;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [...unknown, `${operation}: ${error.message}`];
  }
}
