/**
 * @module What is wrong with a workflow file, in GitHub's words and with its place. What a file may leave out on GitHub's
 * runners only (`runs-on`, `steps`) is not missed here: nothing of it is carried out. Pure.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type YAMLMap,
} from "yaml";

const keysOf = {
  workflow: ["name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"],
  job: [
    "name",
    "permissions",
    "needs",
    "if",
    "runs-on",
    "snapshot",
    "environment",
    "concurrency",
    "outputs",
    "env",
    "defaults",
    "steps",
    "timeout-minutes",
    "strategy",
    "continue-on-error",
    "container",
    "services",
    "uses",
    "with",
    "secrets",
  ],
  step: [
    "id",
    "if",
    "name",
    "uses",
    "run",
    "working-directory",
    "shell",
    "with",
    "env",
    "continue-on-error",
    "timeout-minutes",
  ],
} as const;

/** @see https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows */
const events: readonly string[] = [
  "branch_protection_rule",
  "check_run",
  "check_suite",
  "create",
  "delete",
  "deployment",
  "deployment_status",
  "discussion",
  "discussion_comment",
  "fork",
  "gollum",
  "image_version",
  "issue_comment",
  "issues",
  "label",
  "merge_group",
  "milestone",
  "page_build",
  "project",
  "project_card",
  "project_column",
  "public",
  "pull_request",
  "pull_request_comment",
  "pull_request_review",
  "pull_request_review_comment",
  "pull_request_target",
  "push",
  "registry_package",
  "release",
  "repository_dispatch",
  "schedule",
  "status",
  "watch",
  "workflow_call",
  "workflow_dispatch",
  "workflow_run",
];

class Problem extends Error {
  readonly node: Node | null | undefined;

  /** @param node where; the file's beginning where absent */
  constructor(message: string, node?: Node | null) {
    super(message);
    this.node = node;
  }
}

/** @returns `(Line: 3, Col: 5): Unexpected value 'x'`; `undefined` for a workflow */
export function problemOf(document: Document.Parsed, lines: LineCounter): string | undefined {
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line = 1, col = 1 } = broken.linePos?.[0] ?? {};
    const [what = ""] = broken.message.split(/ at line \d/u);
    return `(Line: ${line}, Col: ${col}): ${what}`;
  }
  try {
    checkWorkflow(document.contents, (node) =>
      isAlias(node) ? node.resolve(document) : (node ?? undefined),
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { line, col } = lines.linePos(error.node?.range?.[0] ?? 0);
    return `(Line: ${Math.max(1, line)}, Col: ${Math.max(1, col)}): ${error.message}`;
  }
}

/** What an alias stands for, and any other node itself. */
type Resolve = (node: Node | null | undefined) => Node | undefined;

function checkWorkflow(content: Node | null, resolve: Resolve): void {
  const workflow = mapOf(content, resolve);
  checkKeys(workflow, keysOf.workflow);
  const jobs = required(workflow, "jobs", resolve);
  checkTriggers(required(workflow, "on", resolve));
  checkJobs(mapOf(jobs, resolve), resolve);
}

function checkTriggers(on: Node): void {
  const named = isMap(on) ? on.items.map(({ key }) => key) : isSeq(on) ? on.items : [on];
  if (named.length === 0) throw new Problem("No event triggers defined in `on`", on);
  for (const node of named as readonly Node[]) {
    if (!isScalar(node) || !events.includes(textOf(node))) throw unexpected(node);
  }
}

function checkJobs(jobs: YAMLMap, resolve: Resolve): void {
  const ids = jobs.items.map(({ key }) => textOf(key));
  if (ids.length === 0) throw new Problem("The workflow must contain at least one job.", jobs);
  for (const { key, value } of jobs.items) {
    const id = textOf(key);
    if (!/^[A-Za-z_][\w-]{0,99}$/u.test(id)) {
      throw new Problem(
        `The identifier '${id}' is invalid. IDs may only contain alphanumeric characters, '_', and '-'. IDs must start with a letter or '_' and must be less than 100 characters.`,
        key as Node,
      );
    }
    const job = mapOf(value as Node | null, resolve, key as Node);
    checkKeys(job, keysOf.job);
    checkNeeds(resolve(memberOf(job, "needs")), id, ids);
    const steps = resolve(memberOf(job, "steps"));
    if (steps === undefined) continue;
    if (!isSeq(steps)) throw unexpected(steps);
    for (const step of steps.items) checkStep(mapOf(step as Node | null, resolve, steps));
  }
}

function checkNeeds(needs: Node | undefined, id: string, ids: readonly string[]): void {
  for (const node of isSeq(needs) ? (needs.items as Node[]) : needs === undefined ? [] : [needs]) {
    const needed = textOf(node);
    if (!ids.includes(needed)) throw new Problem(`Job '${id}' depends on unknown job '${needed}'.`, node);
  }
}

function checkStep(step: YAMLMap): void {
  checkKeys(step, keysOf.step);
  if (step.has("run") && step.has("uses")) throw unexpected(keyNode(step, "uses"));
  if (step.has("run") || step.has("uses")) return;
  throw new Problem("Required property is missing: run", step);
}

function checkKeys(map: YAMLMap, known: readonly string[]): void {
  for (const { key } of map.items) if (!known.includes(textOf(key))) throw unexpected(key as Node);
}

function required(map: YAMLMap, name: string, resolve: Resolve): Node {
  const node = resolve(memberOf(map, name));
  if (node === undefined) throw new Problem(`Required property is missing: ${name}`, map);
  if (isScalar(node) && textOf(node) === "") throw unexpected(node);
  return node;
}

/** @param above where it belongs */
function mapOf(value: Node | null, resolve: Resolve, above?: Node): YAMLMap {
  const node = resolve(value);
  if (isMap(node)) return node;
  throw node === undefined ? new Problem("Unexpected value ''", above) : unexpected(node);
}

function memberOf(map: YAMLMap, name: string): Node | undefined {
  return map.get(name, true) as Node | undefined;
}

function keyNode(map: YAMLMap, name: string): Node {
  return map.items.find(({ key }) => textOf(key) === name)!.key as Node;
}

function unexpected(node: Node): Problem {
  if (isSeq(node)) return new Problem("A sequence was not expected", node);
  if (isMap(node)) return new Problem("A mapping was not expected", node);
  return new Problem(`Unexpected value '${textOf(node)}'`, node);
}

function textOf(node: unknown): string {
  return isScalar(node) ? String(node.value ?? "") : "";
}
