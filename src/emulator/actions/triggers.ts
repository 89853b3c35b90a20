/**
 * @module Whether an event starts a workflow. Pure.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { anything, folders, type Glob, matchesGlob, one, optional, several, star } from "../glob.ts";
import type { WorkflowFile } from "./workflow-file.ts";

export interface Occurrence {
  readonly event: string;
  readonly action: string | undefined;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Of a push or a pull request; `undefined` where nobody knows. */
  readonly changedPaths?: () => readonly string[] | undefined;
}

/** The actions that count where the workflow names none; all where an event is not listed. */
const defaultTypes: Readonly<Record<string, readonly string[]>> = {
  check_suite: ["completed"],
  pull_request: ["opened", "synchronize", "reopened"],
  pull_request_target: ["opened", "synchronize", "reopened"],
};

export function starts({ triggers }: WorkflowFile, occurrence: Occurrence): boolean {
  const { event, action, payload } = occurrence;
  const filters = Object.hasOwn(triggers, event) ? triggers[event] : undefined;
  if (filters === undefined) return false;
  if (event === "push") return payload["deleted"] !== true && pushMatches(filters, occurrence);
  if (event === "workflow_run" && !runMatches(filters, payload)) return false;
  const types = filters["types"] === undefined ? defaultTypes[event] : textsIn(filters["types"]);
  if (types !== undefined && action !== undefined && !types.includes(action)) return false;
  return !event.startsWith("pull_request") || pullMatches(filters, occurrence);
}

function pushMatches(filters: JsonObject, { payload, changedPaths }: Occurrence): boolean {
  const ref = String(payload["ref"]);
  return refMatches(filters, ref) && (ref.startsWith("refs/tags/") || pathsMatch(filters, changedPaths));
}

/** The branch is that into which it is to be merged. */
function pullMatches(filters: JsonObject, { payload, changedPaths }: Occurrence): boolean {
  const { base } = (payload["pull_request"] ?? {}) as { readonly base?: { readonly ref: string } };
  return (
    (base === undefined || refMatches(filters, `refs/heads/${base.ref}`)) && pathsMatch(filters, changedPaths)
  );
}

/** The workflows are named, the branches are those of the run that it follows on. */
function runMatches(filters: JsonObject, { workflow_run: run }: Occurrence["payload"]): boolean {
  const { name, head_branch: branch } = isJsonObject(run) ? run : {};
  const named = filters["workflows"];
  return (
    (named === undefined || textsIn(named).includes(String(name))) &&
    refMatches(filters, `refs/heads/${String(branch)}`)
  );
}

/** With filters for branches only, tags start nothing, and the other way round. */
function refMatches(filters: JsonObject, ref: string): boolean {
  const isTag = ref.startsWith("refs/tags/");
  const name = ref.replace(/^refs\/(?:heads|tags)\//u, "");
  const [own, other] = isTag ? (["tags", "branches"] as const) : (["branches", "tags"] as const);
  const wanted = filters[own];
  const ignored = filters[`${own}-ignore`];
  if (wanted !== undefined) return matchesGlobs(textsIn(wanted), name);
  if (ignored !== undefined) return !matchesGlobs(textsIn(ignored), name);
  return filters[other] === undefined && filters[`${other}-ignore`] === undefined;
}

/** Where it is not known what changed, the workflow starts: as on GitHub for a branch's first push. */
function pathsMatch(filters: JsonObject, changedPaths: Occurrence["changedPaths"]): boolean {
  const { paths: wanted, "paths-ignore": ignored } = filters;
  if (wanted === undefined && ignored === undefined) return true;
  const paths = changedPaths?.();
  if (paths === undefined) return true;
  if (wanted !== undefined) return paths.some((path) => matchesGlobs(textsIn(wanted), path));
  return ignored !== undefined && paths.some((path) => !matchesGlobs(textsIn(ignored), path));
}

/** The last pattern that matches decides; one with `!` takes back. */
function matchesGlobs(globs: readonly string[], text: string): boolean {
  let isMatch = false;
  for (const glob of globs) {
    const isNegative = glob.startsWith("!");
    const parsed = parseGlob(isNegative ? glob.slice(1) : glob);
    if (parsed !== undefined && matchesGlob(parsed, text)) isMatch = !isNegative;
  }
  return isMatch;
}

/** @returns `undefined` for what is no pattern: it matches nothing */
function parseGlob(glob: string): Glob | undefined {
  const parts: Glob[] = [];
  let last: ((char: string) => boolean) | undefined;
  for (const [token] of glob.matchAll(/\*\*\/|\*\*|\*|\[[^\]/]*\]|./gsu)) {
    if (token === "?" || token === "+") {
      if (last === undefined) return undefined;
      parts.splice(-1, 1, token === "?" ? optional(last) : several(last));
      last = undefined;
      continue;
    }
    const stars = { "**/": folders, "**": anything, "*": star }[token];
    last = stars === undefined ? charTest(token) : undefined;
    const part = stars ?? (last && one(last));
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts.flat();
}

/** @param token a character, or several in brackets */
function charTest(token: string): ((char: string) => boolean) | undefined {
  if ([...token].length === 1) return (char) => char === token;
  if (!/^\[[\w-]+\]$/u.test(token)) return undefined;
  try {
    const listed = new RegExp(`^${token}$`, "u");
    return (char) => listed.test(char);
  } catch {
    return undefined;
  }
}

function textsIn(value: Json): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}
