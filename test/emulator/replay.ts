/**
 * @module Sends what was once sent to GitHub to the emulator, and tells how the answers differ: in status, in the headers
 * that clients read, and in shape. Values are not compared: the world is another one.
 */
import fixtures, { type Exchange } from "@octokit/fixtures";
import { isJsonObject, type Json } from "../../src/base/json.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";

const recordedOrigin = "https://api.github.com";

export interface ReplayOptions {
  /** Texts of the recording, ids for instance, by what they are here. */
  readonly replaced?: ReadonlyMap<string, string> | undefined;
  /** Leaves out the requests whose paths match. */
  readonly without?: RegExp | undefined;
}

/** @param name the folder of the scenario @returns a line for each difference, none of them twice */
export async function replay(
  github: EmulatedGitHub,
  name: string,
  { replaced, without }: ReplayOptions = {},
): Promise<string[]> {
  const differences = new Set<string>();
  const ids = new Map(replaced);
  const [repository] = github.state.repositories.all();
  if (repository !== undefined) ids.set("/repositories/1000", `/repositories/${repository.id}`);
  for (const recorded of fixtures.get(`api.github.com/${name}`)) {
    if (without?.test(recorded.path)) continue;
    const { response, body } = await send(github, recorded, ids);
    const what = `${recorded.method.toUpperCase()} ${recorded.path.split("?")[0]}`;
    const invitation = isJsonObject(body) && "invitee" in body ? body["id"] : undefined;
    const asset = isJsonObject(body) && "browser_download_url" in body ? body["id"] : undefined;
    if (asset !== undefined) ids.set("/releases/assets/1000", `/releases/assets/${asset}`);
    if (invitation !== undefined)
      ids.set("/repository_invitations/1000", `/repository_invitations/${invitation}`);
    if (response.status !== recorded.status) {
      differences.add(`${what}: ${response.status} in place of ${recorded.status}`);
      continue;
    }
    for (const difference of [
      ...headerDifferences(github, recorded, response, ids),
      ...shapeDifferences(recorded.response as Json, body ?? "", ""),
    ])
      differences.add(`${what}: ${difference}`);
  }
  return [...differences];
}

async function send(github: EmulatedGitHub, recorded: Exchange, ids: ReadonlyMap<string, string>) {
  const { accept, authorization } = recorded.reqheaders;
  const hasBody = recorded.body !== "" && recorded.method !== "get";
  // A file is sent as it is.
  const sent = typeof recorded.body === "string" ? recorded.body : JSON.stringify(recorded.body);
  const response = await fetch(github.url + translate(recorded.path, ids), {
    method: recorded.method.toUpperCase(),
    redirect: "manual",
    headers: { accept: String(accept), authorization: String(authorization) },
    ...(hasBody ? { body: translate(sent, ids) } : {}),
  });
  const text = await response.text();
  const isJson = /^application\/json/u.test(response.headers.get("content-type") ?? "");
  return { response, body: text === "" ? undefined : isJson ? (JSON.parse(text) as Json) : text };
}

function translate(text: string, ids: ReadonlyMap<string, string>): string {
  return [...ids].reduce((translated, [from, to]) => translated.replaceAll(from, to), text);
}

const comparedHeaders = [
  "content-type",
  "link",
  "location",
  "access-control-allow-origin",
  "access-control-expose-headers",
  "x-content-type-options",
  "x-ratelimit-limit",
  "x-ratelimit-resource",
];

function headerDifferences(
  { url }: EmulatedGitHub,
  recorded: Exchange,
  response: Response,
  ids: ReadonlyMap<string, string>,
): string[] {
  return comparedHeaders.flatMap((name) => {
    const value = recorded.headers[name];
    const wanted = value === undefined ? null : translate(String(value).replaceAll(recordedOrigin, url), ids);
    const found = response.headers.get(name);
    return wanted === found ? [] : [`header ${name}: ${found} in place of ${wanted}`];
  });
}

/** Fields that only one of them has, and values of another kind. What may be null is compared where it is not. */
function shapeDifferences(recorded: Json, found: Json, path: string): string[] {
  if (recorded === null || found === null) return [];
  const [wanted, kind] = [kindOf(recorded), kindOf(found)];
  if (wanted !== kind) return [`${path || "/"} is ${kind} in place of ${wanted}`];
  if (Array.isArray(recorded) && Array.isArray(found)) {
    const counts =
      recorded.length === found.length
        ? []
        : [`${path || "/"} has ${found.length} in place of ${recorded.length}`];
    const items = recorded.flatMap((item, at) =>
      found[at] === undefined ? [] : shapeDifferences(item, found[at], `${path}/*`),
    );
    return [...counts, ...items];
  }
  if (!isJsonObject(recorded) || !isJsonObject(found)) return [];
  const names = [...new Set([...Object.keys(recorded), ...Object.keys(found)])];
  return names.flatMap((name) => {
    const below = `${path}/${name}`;
    if (!(name in found)) return [`${below} is missing`];
    return name in recorded ? shapeDifferences(recorded[name]!, found[name]!, below) : [`${below} is new`];
  });
}

function kindOf(value: Json): string {
  return Array.isArray(value) ? "array" : typeof value;
}
