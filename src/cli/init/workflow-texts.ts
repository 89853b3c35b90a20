/**
 * @module The workflows that process and keep what lies in a repository's issues, as texts. They trust nothing that an issue, a branch or
 * a form says: values reach programs through the environment only, and what is printed is no command to the runner.
 *
 * @see https://docs.github.com/actions/reference/security/secure-use
 */

/** A right that a job's token has, and what for. */
interface Grant {
  /** As a workflow names it. */
  readonly permission: string;
  readonly level: "read" | "write";
  readonly because: string;
}

export interface WorkflowText {
  /** From the repository's root. */
  readonly path: string;
  /** When it runs, for people. */
  readonly when: string;
  readonly grants: readonly Grant[];
  readonly text: string;
}

export interface WorkflowOptions {
  /** Of hubstead, exact: a workflow runs what was looked at when it was written. */
  readonly version: string;
  /** Where the snapshot lies, from the repository's root; absent: no snapshots. */
  readonly snapshotPath?: string;
}

// A tag can be moved to other code, a commit cannot.
const checkout = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2";
const setupNode = "actions/setup-node@395ad3262231945c25e8478fd5baf05154b1d79f # v6.1.0";

const settings: Grant = {
  permission: "contents",
  level: "read",
  because: "hubstead.yml says who may change objects",
};
const processing: readonly Grant[] = [
  settings,
  {
    permission: "issues",
    level: "write",
    because: "reads updates, writes objects, marks comments, closes issues",
  },
];

export function workflowTexts({ version, snapshotPath }: WorkflowOptions): readonly WorkflowText[] {
  const texts = [processWorkflow(version), sweepWorkflow(version)];
  return snapshotPath === undefined ? texts : [...texts, snapshotWorkflow(version, snapshotPath)];
}

function processWorkflow(version: string): WorkflowText {
  const text = `name: Process updates of objects

on:
  # An update reopens the issue of its object.
  issues:
    types: [reopened]
  workflow_dispatch: {}
  # No schedule: where GitHub stops one, as it does in quiet public repositories, it stops the whole workflow.

permissions: {}

concurrency:
  # One run at a time, and one that waits, which handles all that is there when it begins: whoever gives way to it loses nothing.
  # A run for an issue that holds no object takes nobody's place.
  group: hubstead-process\${{ github.event_name == 'issues' && !contains(github.event.issue.labels.*.name, 'stored-object') && format('-{0}', github.run_id) || '' }}
  cancel-in-progress: false

jobs:
  process:
    name: Process all that waits
    if: github.event_name != 'issues' || contains(github.event.issue.labels.*.name, 'stored-object')
${jobHead(30, processing)}
${steps(version, "issues process-updates --since 24h")}`;
  return {
    path: ".github/workflows/hubstead-process.yml",
    when: "when an update reopens an issue",
    grants: processing,
    text,
  };
}

function sweepWorkflow(version: string): WorkflowText {
  const text = `name: Sweep up updates of objects

on:
  # What a lost run or an older tool has left, also in issues that are closed. GitHub stops schedules of a public repository where
  # nothing was committed for 60 days; then enable the workflow again in the tab Actions.
  schedule:
    - cron: "17 */6 * * *"
  workflow_dispatch: {}

permissions: {}

concurrency:
  group: hubstead-process
  cancel-in-progress: false

jobs:
  sweep:
    name: Look everywhere
${jobHead(60, processing)}
${steps(version, "issues process-updates")}`;
  return {
    path: ".github/workflows/hubstead-sweep.yml",
    when: "four times a day",
    grants: processing,
    text,
  };
}

function snapshotWorkflow(version: string, path: string): WorkflowText {
  const grants: readonly Grant[] = [
    { permission: "contents", level: "write", because: "commits the snapshot" },
    { permission: "issues", level: "read", because: "reads the objects" },
  ];
  const text = `name: Snapshot of objects

on:
  schedule:
    - cron: "43 2 * * *"
  workflow_dispatch: {}

permissions: {}

concurrency:
  group: hubstead-snapshot
  cancel-in-progress: false

jobs:
  snapshot:
    name: Commit what has changed
    if: github.ref_type == 'branch'
${jobHead(30, grants)}
${checkoutStep(["/hubstead.yml", `/${path}`])}
${nodeStep}
      - name: Write the snapshot, commit it, push it
        shell: bash
        env:
          GITHUB_TOKEN: \${{ github.token }}
          NPM_CONFIG_IGNORE_SCRIPTS: "true"
          SNAPSHOT: ${path}
        run: |
${indent(snapshotScript(version), 10)}`;
  return { path: ".github/workflows/hubstead-snapshot.yml", when: "once a day", grants, text };
}

const noCommands = `# Whatever is printed from here on is no command to the runner: data may look like one.
echo "::stop-commands::$(node -p 'crypto.randomUUID()')"
`;

const snapshotScript = (version: string) => `${noCommands}git config user.name 'github-actions[bot]'
git config user.email '41898282+github-actions[bot]@users.noreply.github.com'
# The token stays in the environment: neither a file nor a command line holds it.
# shellcheck disable=SC2016
git config credential.helper '!f() { test "$1" = get && printf "username=x-access-token\\npassword=%s\\n" "$GITHUB_TOKEN"; }; f'
for attempt in 1 2 3 4 5; do
  if [ -f "$SNAPSHOT" ]; then
    npx --yes hubstead@${version} issues update-snapshot --snapshot-path "$SNAPSHOT"
  else
    mkdir -p "$(dirname "$SNAPSHOT")"
    npx --yes hubstead@${version} issues snapshot --output "$SNAPSHOT"
  fi
  git add --sparse -- "$SNAPSHOT"
  if ! git diff --cached --quiet; then
    git commit --quiet --message 'Update the snapshot of objects'
  elif [ "$(git log -1 --format=%ct)" -lt "$(($(date +%s) - 50 * 86400))" ]; then
    # After 60 days without a commit GitHub would stop the schedules.
    git commit --quiet --allow-empty --message 'Keep the schedules going'
  else
    echo 'Nothing has changed.'
    exit 0
  fi
  if git push --quiet origin "HEAD:$GITHUB_REF"; then
    echo 'The snapshot is pushed.'
    exit 0
  fi
  git fetch --quiet --depth=1 origin "$GITHUB_REF"
  if [ "$(git rev-parse FETCH_HEAD)" = "$(git rev-parse HEAD~1)" ]; then
    echo 'error: GitHub refuses the push, though nobody else has pushed: a rule of the branch may forbid it' >&2
    exit 1
  fi
  echo "The branch has moved on (attempt $attempt): once more, on top of it."
  git reset --quiet --hard FETCH_HEAD
done
echo 'error: the branch has moved on five times; the next run tries again' >&2
exit 1
`;

function steps(version: string, command: string): string {
  return `${checkoutStep(["/hubstead.yml"])}
${nodeStep}
      - name: Process
        shell: bash
        env:
          GITHUB_TOKEN: \${{ github.token }}
          NPM_CONFIG_IGNORE_SCRIPTS: "true"
        run: |
${indent(`${noCommands}npx --yes hubstead@${version} ${command}\n`, 10)}`;
}

function jobHead(timeoutMinutes: number, grants: readonly Grant[]): string {
  const permissions = grants.map(
    ({ permission, level, because }) => `      ${permission}: ${level} # ${because}`,
  );
  return `    runs-on: ubuntu-latest
    timeout-minutes: ${timeoutMinutes}
    permissions:
${permissions.join("\n")}
    steps:`;
}

/** Of the repository no more than is read: what else lies in it, settings of npm for one, changes nothing. */
function checkoutStep(paths: readonly string[]): string {
  return `      - name: Check out no more than is read
        uses: ${checkout}
        with:
          persist-credentials: false
          sparse-checkout-cone-mode: false
          sparse-checkout: |
${paths.map((path) => `            ${path}`).join("\n")}`;
}

const nodeStep = `      - name: Set up Node.js
        uses: ${setupNode}
        with:
          node-version: "24"
          package-manager-cache: false`;

function indent(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gmu, " ".repeat(spaces));
}
