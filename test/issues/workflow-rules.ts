// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of workflows are written like this
/**
 * @module Rules for the workflows that we write into other people's repositories, in the spirit of zizmor and actionlint: each finds what
 * is wrong in the text of a workflow.
 *
 * @see https://docs.zizmor.sh/audits/
 */
import { parse } from "yaml";
import { isJsonObject, type Json, type JsonObject } from "../../src/base/json.ts";

export interface WorkflowRule {
  readonly name: string;
  /** @returns what is wrong, nothing for a good workflow */
  problems(text: string): readonly string[];
}

type Step = { readonly uses?: string; readonly run?: string; readonly with?: JsonObject } & JsonObject;
type Job = { readonly steps: readonly Step[] } & JsonObject;

const read = (text: string) => parse(text) as { readonly jobs: Readonly<Record<string, Job>> } & JsonObject;
const jobsOf = (text: string) => Object.entries(read(text).jobs);
const stepsOf = (text: string) => jobsOf(text).flatMap(([, { steps }]) => steps);
const usesLines = (text: string) => text.split("\n").filter((line) => /^\s*(?:- )?uses:/u.test(line));
const eventsOf = (text: string): readonly string[] => {
  const { on } = read(text);
  return isJsonObject(on) ? Object.keys(on) : [on].flat().map(String);
};
const where = (isWrong: boolean, problem: string) => (isWrong ? [problem] : []);
/** Of a map: the lines of the file in which its entries stand. */
const linesOfPermissions = (text: string) =>
  [...text.matchAll(/^( +)permissions:\n((?:\1 +.*\n)+)/gmu)].flatMap(([, , block]) =>
    block!.trim().split("\n"),
  );

/** What a run may never hold: text that strangers choose becomes a part of the program. */
const rule = (name: string, problems: WorkflowRule["problems"]): WorkflowRule => ({ name, problems });

export const workflowRules: readonly WorkflowRule[] = [
  rule("every action is pinned to a commit, with its version beside it", (text) =>
    usesLines(text).filter((line) => !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u.test(line)),
  ),
  rule("the workflow has no rights, and each job says which it has", (text) => [
    ...where(JSON.stringify(read(text)["permissions"]) !== "{}", "top-level permissions are not {}"),
    ...jobsOf(text)
      .filter(([, { permissions }]) => !isJsonObject(permissions as Json))
      .map(([id]) => `${id} does not say its permissions`),
  ]),
  rule("every right of a job stands with its reason, and none is more than it needs", (text) => [
    ...linesOfPermissions(text).filter(
      (line) => !/^\s*(?:contents|issues): (?:read|write) # \w.+$/u.test(line),
    ),
    ...jobsOf(text)
      .filter(([, { permissions }]) => {
        const { contents, issues } = permissions as Record<string, string>;
        return contents === "write" && issues === "write";
      })
      .map(([id]) => `${id} writes issues and contents`),
  ]),
  rule("no expression stands in a script", (text) =>
    stepsOf(text).flatMap(({ run = "" }) => (run.includes("${{") ? [run] : [])),
  ),
  rule("expressions in `env` are the job's token and nothing that strangers write", (text) =>
    [...text.matchAll(/^\s+[A-Z_]+: .*\$\{\{.*$/gmu)]
      .map(([line]) => line.trim())
      .filter((line) => line !== "GITHUB_TOKEN: ${{ github.token }}"),
  ),
  rule("nothing starts it that runs with more rights than whoever started it", (text) =>
    eventsOf(text).filter((event) =>
      /^(?:pull_request_target|workflow_run|issue_comment|discussion.*)$/u.test(event),
    ),
  ),
  rule("a checkout leaves no credentials behind", (text) =>
    stepsOf(text)
      .filter(({ uses = "" }) => uses.startsWith("actions/checkout@"))
      .filter((step) => step.with?.["persist-credentials"] !== false)
      .map(({ uses }) => uses!),
  ),
  rule("a checkout brings only what is read", (text) =>
    stepsOf(text)
      .filter(({ uses = "" }) => uses.startsWith("actions/checkout@"))
      .filter((step) => {
        const paths = String(step.with?.["sparse-checkout"] ?? "")
          .trim()
          .split("\n");
        return !paths.every((path) => /^\/[\w./-]+\.(?:yml|json)$/u.test(path));
      })
      .map(({ uses }) => uses!),
  ),
  rule("runs go one after the other, and none ends another", (text) => {
    const concurrency = read(text)["concurrency"];
    const isGood =
      isJsonObject(concurrency) &&
      concurrency["cancel-in-progress"] === false &&
      String(concurrency["group"]).startsWith("hubstead-");
    return where(!isGood, "no concurrency group that waits");
  }),
  rule("every job ends in time, on GitHub's own machines", (text) =>
    jobsOf(text).flatMap(([id, job]) => [
      ...where(!(Number(job["timeout-minutes"]) <= 60), `${id} may run for hours`),
      ...where(job["runs-on"] !== "ubuntu-latest", `${id} runs on ${job["runs-on"]}`),
    ]),
  ),
  rule("everything has a name", (text) => [
    ...where(typeof read(text)["name"] !== "string", "the workflow"),
    ...jobsOf(text).flatMap(([id, job]) => where(typeof job["name"] !== "string", `job ${id}`)),
    ...stepsOf(text).flatMap((step) => where(typeof step["name"] !== "string", "a step")),
  ]),
  rule("hubstead and Node.js have exact versions, and nothing else is fetched", (text) => [
    ...[...text.matchAll(/\bnpx\b.*$/gmu)]
      .map(([line]) => line)
      .filter((line) => !/^npx --yes hubstead@\d+\.\d+\.\d+(?:-[\w.]+)? issues /u.test(line)),
    ...[...text.matchAll(/\b(?:npm|pip|curl|wget|eval|sudo)\b .*$/gmu)].map(([line]) => line),
    ...stepsOf(text)
      .filter(({ uses = "" }) => uses.startsWith("actions/setup-node@"))
      .flatMap((step) => where(!/^\d+$/u.test(String(step.with?.["node-version"])), "no version of Node.js")),
  ]),
  rule("no script of a package is run when it is installed", (text) =>
    stepsOf(text)
      .filter(({ run = "" }) => run.includes("npx"))
      .flatMap((step) =>
        where((step["env"] as JsonObject)?.["NPM_CONFIG_IGNORE_SCRIPTS"] !== "true", String(step["name"])),
      ),
  ),
  rule("the token is the job's, and reaches programs through the environment", (text) => [
    ...[...text.matchAll(/secrets\.?\S*|--token.*/gu)].map(([found]) => found),
    ...stepsOf(text).flatMap(({ run = "" }) =>
      [...run.matchAll(/^.*\$\{?GITHUB_TOKEN.*$/gmu)]
        .map(([line]) => line.trim())
        .filter((line) => !/^git config credential\.helper '[^']*'$/u.test(line)),
    ),
  ]),
  rule("what is printed is no command to the runner", (text) =>
    stepsOf(text)
      .filter(({ run = "" }) => run.includes("npx"))
      .flatMap(({ run = "" }) => {
        const [before = ""] = run.split("npx");
        const stops = /^echo "::stop-commands::\$\(node -p 'crypto\.randomUUID\(\)'\)"$/mu.test(before);
        return [
          ...where(!stops, "commands are not stopped before the first program"),
          ...[...run.matchAll(/::(?!stop-commands)[\w-]+.*::/gu)].map(([found]) => found),
        ];
      }),
  ),
  rule("no script writes the environment of others", (text) =>
    stepsOf(text).flatMap(({ run = "" }) =>
      [...run.matchAll(/GITHUB_(?:ENV|PATH|OUTPUT|STATE)/gu)].map(([found]) => found),
    ),
  ),
  rule("scripts stop at the first failure, and quote what they expand", (text) =>
    stepsOf(text)
      .filter(({ run }) => run !== undefined)
      .flatMap((step) => [
        ...where(step["shell"] !== "bash", "the shell is not named: no pipefail"),
        ...[...step.run!.matchAll(/^[^'#\n]*?(?<!["\w$(:/-])\$\{?[A-Z_]+.*$/gmu)].map(([line]) =>
          line.trim(),
        ),
      ]),
  ),
  rule("a schedule, which GitHub may stop after 60 days, takes no event along", (text) => {
    const events = eventsOf(text).filter((event) => event !== "workflow_dispatch");
    return where(events.includes("schedule") && events.length > 1, events.join(", "));
  }),
  rule("a schedule avoids the full hour, when everybody's begin", (text) =>
    [...text.matchAll(/cron: "(\S+) .*"/gu)].filter(([, minute]) => !/^[1-9]\d?$/u.test(minute!)).map(String),
  ),
];
