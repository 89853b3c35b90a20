/**
 * @module One request and its answer, from beginning to end: who asks, whether limits allow it, what becomes of it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Json } from "../../base/json.ts";
import { badCredentials, findPrincipal, type Principal, secretOf } from "../access/principal.ts";
import type { ApiVersion } from "../description/description.ts";
import type { Fault, Hit } from "../faults.ts";
import type { Services } from "../services.ts";
import { admit, type Demand, type Gate } from "./admission.ts";
import type { Answer } from "./answer.ts";
import { damageBody, dropBody, replaceAnswer } from "./damage.ts";
import { etagOf, isUnchanged } from "./etag.ts";
import { type Connection, type Incoming, versionOf } from "./incoming.ts";
import { readJson } from "./read-json.ts";
import { Refusal } from "./refusal.ts";
import { encodeBody, failureToAnswer, headersOf, refusalToAnswer } from "./response.ts";

/** What the server works with beyond what operations do. */
export interface ServerParts extends Gate {
  readonly services: Services;
  /** @returns the fault that hits this request */
  pickFault(operation: string, method: string): Hit | undefined;
  /** The world as a read sees it, behind the truth where lag was asked for. */
  worldFor(operation: string, method: string): Services["world"];
  /** The files as a read sees them. */
  gitFor(operation: string, method: string): Services["git"];
  /** From when on nothing is carried out any more. */
  readonly closing: AbortSignal;
  /** After each request: stores what has changed, and sends what webhooks are to be told. */
  settle(): void;
  /** Hears of each answer. */
  answered(exchange: Answered): void;
}

/** In place of an operation's name, for a path that GitHub has not. */
export const unrouted = "unknown";

export interface Asked {
  readonly incoming: Incoming;
  readonly connection: Connection;
  /** GitHub's operation id. */
  readonly operation: string;
  /** Its page. */
  readonly docs: string | undefined;
  readonly demand: Demand;
}

/** What is known of a request by the time its operation begins. */
export interface Admitted {
  readonly principal: Principal;
  readonly version: ApiVersion;
  /** What will befall the answer. */
  readonly fault: Fault | undefined;
  /** The body, read as JSON; `undefined` for none. @throws {Refusal} 400, 413 */
  readContent(): Promise<Json | undefined>;
}

export interface Answered {
  readonly operation: string;
  readonly incoming: Incoming;
  readonly version: string;
  readonly principal: Principal | undefined;
  readonly content: Json | undefined;
  /** How long the text was that it was read from. */
  readonly contentLength: number;
  readonly answer: Answer;
  /** Whether the answer is a fault's. */
  readonly isFault: boolean;
  /** What the emulator itself did wrong. */
  readonly failure: unknown;
}

/** Answers a request; whatever goes wrong is an answer, too. */
export async function exchange(
  parts: ServerParts,
  request: Asked,
  carryOut: (admitted: Admitted) => Answer | Promise<Answer>,
): Promise<Response> {
  const { incoming, operation, connection } = request;
  const hit = parts.pickFault(operation, incoming.method);
  const instead = hit === undefined ? undefined : await sufferFirst(parts, request, hit);
  const known: Known = {
    principal: undefined,
    version: "2022-11-28",
    fault: hit?.fault,
    content: undefined,
    contentLength: 0,
    isCounted: false,
    failure: undefined,
  };
  if (instead !== undefined) {
    // What a gateway answers says nothing of limits, GitHub itself does.
    if (instead.status < 500) known.principal = tryFindPrincipal(parts, incoming);
    return respond(parts, request, known, instead, hit?.fault);
  }
  let answer = await answerOf(parts, request, known, async (admitted) => {
    // Late answers are at work all the while: they count among the requests at the same time.
    if (hit !== undefined && hit.delayMs > 0) await sleep(hit.delayMs, undefined, { signal: parts.closing });
    parts.closing.throwIfAborted();
    return carryOut(admitted);
  });
  const isRevoked = hit?.fault.does.kind === "revoke" && hit.fault.effect === "done";
  if (isRevoked && revokeToken(parts.services.world, incoming)) {
    dropBody(answer.body);
    // Whose token it was is no longer known.
    known.principal = undefined;
    answer = refusalToAnswer(badCredentials());
  }
  parts.settle();
  const replaced = hit === undefined ? undefined : await replaceAnswer(hit.fault, connection);
  if (replaced !== undefined) {
    dropBody(answer.body);
    answer = replaced;
  }
  return respond(parts, request, known, answer, hit?.fault);
}

const agentMissing =
  "Request forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required).";

interface Known {
  principal: Principal | undefined;
  version: ApiVersion;
  readonly fault: Fault | undefined;
  content: Json | undefined;
  contentLength: number;
  /** Whether it was let in, so that a 304 has something to give back. */
  isCounted: boolean;
  failure: unknown;
}

async function answerOf(
  parts: ServerParts,
  { incoming, operation, demand, docs }: Asked,
  known: Known,
  carryOut: (admitted: Admitted) => Answer | Promise<Answer>,
): Promise<Answer> {
  let leave: (() => void) | undefined;
  try {
    if (!incoming.headers.get("user-agent")) throw new Refusal(403, agentMissing);
    const principal = findPrincipal(
      parts.services.world,
      incoming.headers.get("authorization") ?? undefined,
      {
        address: incoming.address,
        nowMs: parts.services.clock.now(),
      },
    );
    known.principal = principal;
    known.version = versionOf(incoming.headers);
    const admission = admit(parts, principal, demand, incoming.address);
    if ("refusal" in admission) return admission.refusal;
    leave = admission.leave;
    known.isCounted = true;
    return await carryOut({
      principal,
      version: known.version,
      fault: known.fault,
      async readContent() {
        const text = await readBody(incoming, operation);
        parts.closing.throwIfAborted();
        known.contentLength = text.length;
        known.content = text.trim() === "" ? undefined : readJson(text);
        return known.content;
      },
    });
  } catch (error) {
    if (error instanceof Refusal) return refusalToAnswer(error, docs);
    if (parts.closing.aborted) throw error;
    known.failure = error;
    return failureToAnswer(error);
  } finally {
    leave?.();
  }
}

function tryFindPrincipal(
  { services: { world, clock } }: ServerParts,
  { headers, address }: Incoming,
): Principal | undefined {
  try {
    return findPrincipal(world, headers.get("authorization") ?? undefined, { address, nowMs: clock.now() });
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Those that carry files, of 100 MB at most, in Base64. */
const largeOperations: readonly string[] = [
  "repos/create-or-update-file-contents",
  "git/create-blob",
  "git/create-tree",
  "graphql",
];
const mostFileBytes = 157_286_400;
/** Far beyond the longest text; somebody without credentials can send it, too. */
const mostTextBytes = 26_214_400;

async function readBody(incoming: Incoming, operation: string): Promise<string> {
  if (incoming.method === "GET" || incoming.method === "HEAD") return "";
  return incoming.text(largeOperations.includes(operation) ? mostFileBytes : mostTextBytes);
}

/** @returns an answer in place of the operation's, where that is not to be carried out */
async function sufferFirst(
  { services: { world } }: ServerParts,
  { incoming, connection, operation }: Asked,
  { fault }: Hit,
): Promise<Answer | undefined> {
  const { does, effect = "none" } = fault;
  if (effect === "done" || does.kind === "prefix") return undefined;
  if (does.kind === "revoke") revokeToken(world, incoming);
  const isDamage = does.kind === "cut" || does.kind === "malformed";
  // Where nothing was carried out, what breaks is the answer of a gateway; a read has nothing to leave undone.
  if (isDamage && !isReadOnly(incoming.method, operation)) return gatewayError;
  return replaceAnswer(fault, connection);
}

/** @returns whether there was one; an app's own credentials and none are not revoked */
function revokeToken(world: Services["world"], { headers }: Incoming): boolean {
  const secret = secretOf(headers.get("authorization") ?? "");
  const token = secret === undefined ? undefined : world.tokens.find("token", secret);
  if (token === undefined) return false;
  world.tokens.put({ ...token, isRevoked: true });
  return true;
}

const gatewayError: Answer = { status: 502, body: { message: "Server Error" } };

function isReadOnly(method: string, operation: string): boolean {
  return method === "GET" || method === "HEAD" || operation === "git/upload-pack";
}

function respond(
  parts: ServerParts,
  { incoming, operation, demand, connection }: Asked,
  { principal, version, content, contentLength, isCounted, failure }: Known,
  answer: Answer,
  fault: Fault | undefined,
): Response {
  const encoded = encodeBody(answer);
  const isRead = incoming.method === "GET" || incoming.method === "HEAD";
  const conditional =
    isRead && answer.status === 200 && encoded !== undefined && !(encoded instanceof ReadableStream)
      ? conditionalHeaders(incoming, encoded, lastModified(answer.body))
      : undefined;
  const isNotModified = conditional?.isUnchanged === true;
  // Without credentials every answer counts.
  const isFree = isNotModified && isCounted && principal !== undefined && principal.kind !== "anonymous";
  if (isFree) parts.budgets.refund(principal, demand.resource, demand.cost);
  const shown: Answer = isNotModified ? { status: 304 } : answer;
  parts.answered({
    operation,
    incoming,
    version,
    principal,
    content,
    contentLength,
    answer: shown,
    isFault: fault !== undefined,
    failure,
  });
  const body = isNotModified ? undefined : encoded;
  // Of a path that it has not GitHub tells a token's owner nothing more. @see https://github.com/brekkylab/backlot/issues/254
  const isRouted = operation !== unrouted;
  const isTold = isRouted || !incoming.headers.has("authorization");
  const budget =
    principal !== undefined && isTold ? parts.budgets.look(principal, demand.resource) : undefined;
  // With wrong credentials nothing is chosen.
  const isChosen = isRouted && (principal !== undefined || answer.status !== 401);
  const headers: Record<string, string> = {
    ...headersOf(incoming, principal, budget, isChosen ? version : undefined),
    // Clients set their clocks by it: it goes with the emulator's.
    date: new Date(parts.services.clock.now()).toUTCString(),
    ...conditional?.headers,
    ...answer.headers,
  };
  if (body === undefined) delete headers["content-type"];
  else if (incoming.method === "HEAD" && !(body instanceof ReadableStream))
    headers["content-length"] = String(Buffer.byteLength(body));
  return new Response((damageBody(body, fault, connection) ?? null) as string | null, {
    status: shown.status,
    headers,
  });
}

/** When a single thing was last updated. */
function lastModified(body: unknown): string | undefined {
  const time =
    typeof body === "object" && body !== null && "updated_at" in body ? body.updated_at : undefined;
  return typeof time === "string" ? new Date(time).toUTCString() : undefined;
}

function conditionalHeaders({ headers }: Incoming, body: string | Uint8Array, modified: string | undefined) {
  const authorization = headers.get("authorization") ?? undefined;
  const etag = etagOf(body, { accept: headers.get("accept") ?? undefined, authorization });
  const condition = headers.get("if-none-match") ?? undefined;
  const since = headers.get("if-modified-since");
  // Where both are asked for, only the tag counts. @see RFC 9110, 13.1.3
  const isOld =
    condition === undefined &&
    since !== null &&
    modified !== undefined &&
    Date.parse(modified) <= Date.parse(since);
  return {
    headers: {
      etag,
      ...(modified === undefined ? {} : { "last-modified": modified }),
      "cache-control": `${authorization === undefined ? "public" : "private"}, max-age=60, s-maxage=60`,
      vary: "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding",
    },
    isUnchanged: isOld || isUnchanged(etag, condition),
  };
}
