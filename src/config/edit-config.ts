/**
 * @module Adds settings to the text of a `hubstead.yml`; comments, order and all that stands there already stay.
 */
import { Document, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import { isJsonObject, type Json } from "../base/json.ts";
import { invalidInput } from "../errors.ts";
import { parseYaml } from "./parse-yaml.ts";

/** What there is to be in the section `issues`. */
export interface IssueSettings {
  /** `OWNER/NAME`. */
  readonly repo: string;
  /** Slugs of Apps that may change objects, besides those that are listed. */
  readonly trustedApps: readonly string[];
}

/** What a text says of them, for whoever asks about them. */
export interface KnownIssueSettings {
  readonly repo?: string;
  readonly trustedApps: readonly string[];
  readonly teams: readonly string[];
  /** Where the local store lies, from the file's folder. */
  readonly store?: string;
}

/** @throws {HubsteadError} `invalid_input` for a text that is no configuration */
export function readIssueSettings(text: string, source: string): KnownIssueSettings {
  const { value } = parseYaml(Buffer.from(text), source);
  if (value !== null && !isJsonObject(value))
    throw invalidInput(`${source} is no map of settings`, "Write `name: value` lines.", { source });
  const issues = memberOf(value, "issues");
  const trust = memberOf(issues, "trust");
  const [repo, store] = [memberOf(issues, "repo"), memberOf(value, "store")];
  return {
    trustedApps: textsIn(memberOf(trust, "apps")),
    teams: textsIn(memberOf(trust, "teams")),
    ...(typeof repo === "string" ? { repo } : {}),
    ...(typeof store === "string" ? { store } : {}),
  };
}

/**
 * @param text `undefined` for a file that is not there yet
 * @returns the same text where it says all that already
 * @throws {HubsteadError} as {@link readIssueSettings}
 */
export function addIssueSettings(text: string | undefined, source: string, settings: IssueSettings): string {
  const known = readIssueSettings(text ?? "", source);
  const missing = settings.trustedApps.filter(
    (app) => !known.trustedApps.some((other) => other.toLowerCase() === app.toLowerCase()),
  );
  if (known.repo === settings.repo && missing.length === 0) return text!;
  const document = parseDocument(text ?? "", reading);
  const issues = sectionOf(document);
  const place = sectionPlace(text ?? "");
  if (known.repo !== settings.repo) issues.set("repo", settings.repo);
  for (const app of missing) appsIn(document, issues).add(document.createNode(app));
  return place === undefined ? document.toString(layout) : spliced(text ?? "", place, issues);
}

const reading = { version: "1.2", schema: "core" } as const;
// Long lines stay as they are.
const layout = { lineWidth: 0 };

/** The section's map, made where there is none. */
function sectionOf(document: Document.Parsed): YAMLMap {
  const found = document.get("issues");
  if (isMap(found)) return found;
  const made = document.createNode({}) as YAMLMap;
  document.set("issues", made);
  return made;
}

function appsIn(document: Document, issues: YAMLMap): YAMLSeq {
  const trust = issues.get("trust");
  const lists = isMap(trust) ? trust : (document.createNode({}) as YAMLMap);
  if (lists !== trust) issues.set("trust", lists);
  const apps = lists.get("apps");
  if (isSeq(apps)) return apps;
  const made = document.createNode([]) as YAMLSeq;
  made.flow = true;
  lists.set("apps", made);
  return made;
}

/**
 * From where to where the section stands in a text: all else is to stay as it is, and would be laid out anew.
 *
 * @returns `undefined` where it cannot be cut out: a map on one line
 */
function sectionPlace(text: string): readonly [from: number, to: number] | undefined {
  const { contents } = parseDocument(text, reading);
  if (contents === null) return [text.length, text.length];
  if (!isMap(contents) || contents.flow === true || /^\.\.\./mu.test(text)) return undefined;
  const pair = contents.items.find(({ key }) => isScalar(key) && key.value === "issues");
  if (pair === undefined) return [text.length, text.length];
  const [from] = (pair.key as Node).range!;
  return [from, (pair.value as Node | null)?.range?.[2] ?? (pair.key as Node).range![1] + 1];
}

function spliced(text: string, [from, to]: readonly [number, number], issues: YAMLMap): string {
  const section = new Document<Node>(undefined, reading);
  section.contents = section.createNode({}) as YAMLMap;
  (section.contents as YAMLMap).set("issues", issues);
  const [before, after] = [text.slice(0, from), text.slice(to)];
  return `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${section.toString(layout)}${after}`;
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function textsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
