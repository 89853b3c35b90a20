/**
 * @module The second half of the demo: the same objects in the issues of a repository, on an emulated GitHub on this machine, with
 * writers, a stranger, and Actions.
 */
import { once } from "node:events";
import { join } from "node:path";
import type { EmulatedGitHub } from "../../emulator/start-github.ts";
import type { Context } from "../command.ts";
import type { Io, OutputStream } from "../io.ts";
import { OutputClosed } from "../output.ts";
import { Interrupted } from "../report-error.ts";
import { toShell } from "./demo-script.ts";
import type { QuickClock } from "./quick-clock.ts";

const repo = "ada/papers";
const workflow = `name: Process updates of objects
on:
  issues: { types: [reopened] }
permissions: {}
jobs:
  process:
    runs-on: ubuntu-latest
    permissions: { contents: read, issues: write }
    env: { ISSUE: "\${{ github.event.issue.number }}" }
    steps:
      - run: npx hubstead issues process-updates --issue "$ISSUE"
`;

interface Stage {
  readonly context: Context;
  /** For people, in the demo's folder. */
  readonly io: Io;
  readonly folder: string;
  readonly github: EmulatedGitHub;
  readonly clock: QuickClock;
  /** Of ada, who owns the repository. */
  readonly token: string;
}

/**
 * @param paper an object's id
 * @returns the exit code of the first command that failed
 */
export async function playOnGitHub(
  context: Context,
  io: Io,
  { folder, paper, keep }: { readonly folder: string; readonly paper: string; readonly keep: boolean },
): Promise<number> {
  const [{ startGitHub }, { createQuickClock }] = await Promise.all([
    import("../../emulator/start-github.ts"),
    import("./quick-clock.ts"),
  ]);
  const clock = createQuickClock();
  const files = { ".github/workflows/process.yml": workflow };
  const github = await startGitHub({
    clock: clock.now,
    control: true,
    seed: {
      users: { ada: {}, bob: {}, eve: {} },
      repositories: { [repo]: { collaborators: { bob: "write" }, files } },
    },
  });
  try {
    const stage = { context, io, folder, github, clock, token: github.tokenFor("ada") };
    const failed =
      (await importAll(stage)) || (await updateOne(stage, paper)) || (await keepCopy(stage, paper));
    if (failed === 0) await lookAround(stage, paper, keep);
    return failed;
  } finally {
    await github.close();
  }
}

async function importAll(stage: Stage): Promise<number> {
  const { clock, github } = stage;
  await say(
    stage,
    "The same objects in the issues of a repository, on a GitHub on this machine:",
    `\`hubstead emulator\`, ${github.url}. All of GitHub's limits are kept.`,
    "The clock is the demo's own, on which hours pass in seconds.",
  );
  clock.hurry(true);
  try {
    return await run(stage, "ada", ["issues", "import", "papers.json"]);
  } finally {
    clock.hurry(false);
  }
}

/** By two at once; a stranger tries to have a say. */
async function updateOne(stage: Stage, paper: string): Promise<number> {
  const { github, context } = stage;
  const update = ["issues", "update", paper];
  await say(stage, "Two writers change the same object at the same time.");
  const codes = await Promise.all([
    run(stage, "ada", [...update, "rating=up"]),
    run(stage, "bob", [...update, "--increment", "/reads"]),
  ]);
  const failed = codes.find((code) => code !== 0);
  if (failed !== undefined) return failed;
  const issue = github.state.issues.all().find(({ title }) => title.startsWith(`Stored Object: ${paper}`))!;
  const waiting = github.state.comments
    .all()
    .filter(({ issueId }) => issueId === issue.id)
    .at(-1)!;
  await say(
    stage,
    "Eve is a stranger. In a public repository she may comment, and put a thumb on",
    "an update, which hides it from gh-store.",
  );
  const meta = {
    client_version: "0.11.2",
    timestamp: new Date(stage.clock.now()).toISOString(),
    update_mode: "append",
  };
  const body = JSON.stringify({ _data: { rating: "down" }, _meta: meta });
  await asEve(stage, `/repos/${repo}/issues/${issue.number}/comments`, { body });
  await asEve(stage, `/repos/${repo}/issues/comments/${waiting.id}/reactions`, { content: "+1" });
  await say(
    stage,
    "The first update reopened the issue, and that starts a workflow, which runs",
    '`npx hubstead issues process-updates --issue "$ISSUE"`:',
  );
  let exitCode = 0;
  const detach = github.actions.attach(async ({ env }) => {
    const argv = ["issues", "process-updates", "--issue", env["ISSUE"] ?? ""];
    const home = join(stage.folder, "runner");
    exitCode = await context.program.main(argv, {
      ...stage.io,
      // Here is no page that could show warnings.
      env: { ...plainEnv(stage.io), ...env, GITHUB_ACTIONS: "", XDG_DATA_HOME: home },
      stderr: stage.io.stdout,
    });
    return { conclusion: exitCode === 0 ? "success" : "failure" };
  });
  await github.actions.settled();
  detach();
  return exitCode;
}

async function keepCopy(stage: Stage, paper: string): Promise<number> {
  await say(stage, "Each change is a version; what did not count says why.");
  const failed = await run(stage, "ada", ["issues", "history", paper]);
  if (failed !== 0) return failed;
  await say(stage, "One file of all objects, as gh-store writes it, for a static site.");
  return run(stage, "ada", ["issues", "snapshot", "--output", "snapshot.json"]);
}

async function lookAround(stage: Stage, paper: string, keep: boolean): Promise<void> {
  const { context, github, token } = stage;
  const { output } = context;
  if (!keep) {
    await output.line("\n`hubstead demo --keep` leaves this GitHub running, for curl, gh and hubstead.");
    return;
  }
  const { bold, dim } = output.colors;
  const lines = [
    `export GITHUB_API_URL=${github.url} GITHUB_REPOSITORY=${repo}`,
    `export GITHUB_TOKEN=${token}`,
    `curl "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues?per_page=1"`,
    `hubstead issues history ${paper}`,
    "HTTP_PROXY=$GITHUB_API_URL GH_TOKEN=$GITHUB_TOKEN GH_HOST=github.localhost \\",
    `  gh issue list -R github.localhost/${repo} --state all`,
  ];
  await say(stage, "This GitHub runs until Ctrl-C. To look around in another terminal:");
  await output.write(
    `${lines.map((line) => bold(line)).join("\n")}\n${dim("# It keeps nothing when it ends.")}\n`,
  );
  const { signal } = stage.io;
  if (signal !== undefined && !signal.aborted) await once(signal, "abort");
}

/** As somebody types it. */
async function run(stage: Stage, login: string, argv: readonly string[]): Promise<number> {
  const { context, io, github, clock, folder } = stage;
  if (io.signal?.aborted) throw new Interrupted();
  const { bold } = context.output.colors;
  await context.output.write(`${bold(toShell(`${login}$ hubstead`, argv))}\n`);
  const exitCode = await context.program.main(argv, {
    ...io,
    stderr: io.stderr.isTTY ? io.stderr : withoutTerminal(io.stdout),
    clock,
    fetch: clock.fetch,
    env: {
      ...plainEnv(io),
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: repo,
      GITHUB_TOKEN: github.tokenFor(login),
      XDG_DATA_HOME: join(folder, login),
    },
  });
  if (io.stdout.destroyed) throw new OutputClosed();
  return exitCode;
}

/** What decides how things look, and nothing of the user's own GitHub. */
function plainEnv({ env }: Io): Readonly<Record<string, string | undefined>> {
  const kept = Object.entries(env).filter(([name]) => !/^(?:HUBSTEAD_)?(?:GITHUB|GH)_|^XDG_/u.test(name));
  return { ...Object.fromEntries(kept), PATH: "" };
}

/** What is told beside the answer stands among the answers: the demo is one text. */
function withoutTerminal(stream: OutputStream): OutputStream {
  return {
    write: (text) => stream.write(text),
    on: (event, listener) => stream.on(event, listener),
    off: (event, listener) => stream.off(event, listener),
    get destroyed() {
      return stream.destroyed;
    },
    isTTY: false,
  };
}

async function asEve({ context, github }: Stage, path: string, body: object): Promise<void> {
  const { bold } = context.output.colors;
  const { status } = await fetch(github.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${github.tokenFor("eve")}` },
    body: JSON.stringify(body),
  });
  const shown = path.endsWith("reactions")
    ? '{"content":"+1"}'
    : '{"body":"{\\"_data\\":{\\"rating\\":\\"down\\"}, …}"}';
  await context.output.write(`${bold(`eve$ curl $API${path} \\\n  -d '${shown}'`)}\n${status}\n`);
}

async function say({ context }: Stage, ...lines: readonly string[]): Promise<void> {
  const { output } = context;
  await output.write(`\n${lines.map((line) => output.colors.dim(`# ${line}`)).join("\n")}\n`);
}
