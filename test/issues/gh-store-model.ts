/**
 * @module What gh-store's own processor and reads make of an issue, as far as its writes go: a model of the published Python package, for
 * tests that let it loose on what we write. Throws where gh-store stops with an error.
 */
type Json = null | boolean | number | string | Json[] | JsonObject;
interface JsonObject {
  [key: string]: Json;
}

interface ModelComment {
  readonly id: number;
  readonly body: string;
  readonly author: string;
  /** ISO 8601, whole seconds. */
  readonly createdAt: string;
  readonly hasThumb: boolean;
}

export interface ModelIssue {
  readonly body: string;
  readonly labels: readonly string[];
  readonly state: "open" | "closed";
  readonly comments: readonly ModelComment[];
}

/** What a run writes. */
export interface ModelRun {
  readonly body: string;
  /** Comments that it marks, after the body is written. */
  readonly marks: readonly number[];
}

/** `process_updates`: the body, and what is not marked, in the order of the seconds in which it came. */
export function processUpdates(issue: ModelIssue, isAuthorised: (login: string) => boolean): ModelRun {
  const updates = issue.comments.flatMap((comment) => {
    if (comment.hasThumb) return [];
    const changes = changesOf(comment.body);
    return changes === undefined || !isAuthorised(comment.author) ? [] : [{ comment, changes }];
  });
  updates.sort((a, b) => Date.parse(a.comment.createdAt) - Date.parse(b.comment.createdAt));
  let data = JSON.parse(issue.body) as Json;
  for (const { changes } of updates) data = deepMerge(data, changes);
  return { body: dumps(data), marks: updates.map(({ comment }) => comment.id) };
}

/** `get_object` of the canonical store, a read that writes: all comments of whomever, by their own clocks, over the initial state. */
export function canonicalRead(issue: ModelIssue): string {
  const payloads = issue.comments
    .flatMap(({ body, createdAt }) => {
      const payload = parse(body);
      return payload === undefined
        ? []
        : [{ payload: payload as JsonObject, at: timeOf(payload, createdAt) }];
    })
    .sort((a, b) => a.at - b.at);
  const typeOf = (payload: JsonObject) => (isObject(payload) ? payload["type"] : fail("no attribute 'get'"));
  const initial = payloads.find(({ payload }) => typeOf(payload) === "initial_state");
  let data = initial === undefined ? (JSON.parse(issue.body) as Json) : (initial.payload["_data"] ?? {});
  for (const { payload } of payloads) {
    const type = String(typeOf(payload) ?? "");
    if (type === "initial_state" || type.startsWith("system_")) continue;
    const changes = "_data" in payload ? payload["_data"]! : payload;
    const meta = payload["_meta"];
    const mode = isObject(meta) ? (meta["update_mode"] ?? "append") : "append";
    if (mode === "replace") data = changes;
    else if (mode === "append") data = deepMerge(data, changes);
  }
  return dumps(data);
}

/** Whether its lookups find the issue: idle objects are closed, those with updates open. */
export function finds({ labels }: ModelIssue, id: string): boolean {
  return ["gh-store", "stored-object", `UID:${id}`].every((label) => labels.includes(label));
}

/** What a comment asks it to merge; `undefined` for what it leaves alone. */
function changesOf(text: string): Json | undefined {
  const payload = parse(text);
  if (payload === undefined || !isObject(payload) || !("_data" in payload)) {
    const isInitial = payload !== undefined && isObject(payload) && payload["type"] === "initial_state";
    return isInitial ? undefined : payload;
  }
  if (payload["type"] === "initial_state") return undefined;
  const meta = payload["_meta"];
  if (!isObject(meta)) return fail("argument of type 'NoneType' is not iterable");
  const isComplete = ["client_version", "timestamp", "update_mode"].every(
    (name) => meta[name] !== undefined && meta[name] !== null,
  );
  return isComplete ? payload["_data"] : undefined;
}

function deepMerge(old: Json, changes: Json): Json {
  if (!isObject(old) || !isObject(changes)) return fail("no attribute 'items'");
  const merged = { ...old };
  for (const [key, value] of Object.entries(changes)) {
    const before = merged[key];
    merged[key] = isObject(before) && isObject(value) ? deepMerge(before, value) : value;
  }
  return merged;
}

/** As `json.dumps(data, indent=2)` writes it. */
function dumps(data: Json): string {
  return JSON.stringify(data, null, 2).replaceAll(
    /[\u{7f}-\u{ffff}]/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function timeOf(payload: Json, createdAt: string): number {
  const meta = isObject(payload) ? payload["_meta"] : undefined;
  const given = isObject(meta) ? Date.parse(String(meta["timestamp"])) : Number.NaN;
  return Number.isNaN(given) ? Date.parse(createdAt) : given;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fail(why: string): never {
  throw new TypeError(why);
}
