/**
 * @module Runners that are attached to the emulator: a function or a program, called for each run as Actions would.
 */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sealTo } from "../../src/crypto/sealed-box.ts";
import type { RunnerJob } from "../../src/emulator/actions/runner-job.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { runInOwnProcess } from "./own-process.ts";

const bot = `
name: Bot
on: { issues: { types: [opened] } }
permissions: { issues: write }
jobs: { bot: { steps: [] } }
`;
const deploy = (cancels: boolean) => `
name: Deploy
on: { workflow_dispatch: {}, schedule: [{ cron: "0 0 * * *" }] }
concurrency: { group: "deploy-\${{ github.ref }}", cancel-in-progress: ${cancels} }
jobs: { deploy: { steps: [] } }
`;

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      repositories: {
        "ada/data": {
          files: {
            ".github/workflows/bot.yml": bot,
            ".github/workflows/deploy.yml": deploy(false),
            ".github/workflows/replace.yml": deploy(true).replaceAll("deploy-", "replace-"),
          },
        },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

const dispatch = async (file = "deploy.yml") => {
  await ada(`POST /repos/ada/data/actions/workflows/${file}/dispatches`, { ref: "main" });
  return github.actions.runs().at(-1)!.id;
};
const runs = () => github.actions.runs().map(({ status, conclusion }) => `${status} ${conclusion}`);

test("a function is called with what Actions gives to a job, and its answer is the run's", async () => {
  const jobs: RunnerJob[] = [];
  github.actions.attach(async (job) => {
    jobs.push(job);
    const { GITHUB_TOKEN, GITHUB_EVENT_PATH, GITHUB_REPOSITORY } = job.env;
    expect(JSON.parse(readFileSync(GITHUB_EVENT_PATH!, "utf8"))).toEqual(
      JSON.parse(JSON.stringify(job.payload)),
    );
    const own = callAs(github, GITHUB_TOKEN);
    const commented = await own(`POST /repos/${GITHUB_REPOSITORY}/issues/1/comments`, { body: "hi" });
    expect(commented).toMatchObject({ status: 201, body: { user: { login: "github-actions[bot]" } } });
    // The workflow asks for no more than issues.
    expect((await own(`POST /repos/${GITHUB_REPOSITORY}/dispatches`, { event_type: "x" })).status).toBe(403);
    return { log: "greeted" };
  });
  await bob("POST /repos/ada/data/issues", { title: "Hello" });
  await github.actions.settled();
  expect(runs()).toEqual(["completed success"]);
  expect(jobs).toMatchObject([
    {
      workflow: "Bot",
      event: "issues",
      payload: { action: "opened", issue: { title: "Hello" }, repository: { full_name: "ada/data" } },
      env: {
        GITHUB_ACTOR: "bob",
        GITHUB_API_URL: github.url,
        GITHUB_EVENT_NAME: "issues",
        GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
        GITHUB_REF: "refs/heads/main",
        GITHUB_RUN_ATTEMPT: "1",
        GITHUB_WORKFLOW: "Bot",
      },
    },
  ]);
  // The token ends with the run.
  expect((await callAs(github, jobs[0]!.env["GITHUB_TOKEN"])("GET /repos/ada/data/issues")).status).toBe(401);
});

test("a function gets the repository's secrets", async () => {
  const { body } = await ada("GET /repos/ada/data/actions/secrets/public-key");
  const box = await sealTo(Buffer.from(body.key, "base64"), Buffer.from("open sesame"));
  const secret = { encrypted_value: Buffer.from(box).toString("base64"), key_id: body.key_id };
  await ada("PUT /repos/ada/data/actions/secrets/door", secret);
  let known: unknown;
  github.actions.attach(({ secrets, env }) => {
    known = secrets;
    return { log: `${JSON.stringify(secrets)} ${env["GITHUB_TOKEN"]}` };
  });
  await dispatch();
  await github.actions.settled();
  expect(known).toEqual({ DOOR: "open sesame" });
  expect(github.state.jobs.all()[0]!.log).toBe('{"DOOR":"***"} ***');
});

/** Keeps a secret and a variable in a place. */
async function keep(place: string, name: string, secret: string, variable: string): Promise<void> {
  const secrets = `${place === "" ? "/repos/ada/data/actions" : place}/secrets`;
  const { body } = await ada(`GET ${secrets}/public-key`);
  const box = await sealTo(Buffer.from(body.key, "base64"), Buffer.from(secret));
  const sealed = { encrypted_value: Buffer.from(box).toString("base64"), key_id: body.key_id };
  expect((await ada(`PUT ${secrets}/${name}`, sealed)).status).toBe(201);
  await ada(`POST ${secrets.replace(/secrets$/u, "variables")}`, { name, value: variable });
}

test("what the workflow file says in `env` reaches the job, and no other secret does", async () => {
  await keep("", "door", "open sesame", "red");
  await keep("", "other", "untold", "blue");
  await ada("PUT /repos/ada/data/environments/Live");
  await keep("/repos/ada/data/environments/Live", "door", "close sesame", "green");
  const text = `
name: Env
on: workflow_dispatch
env: { COLOR: "\${{ vars.COLOR || vars.DOOR }}", WHERE: "\${{ github.repository }}" }
jobs:
  one:
    environment: { name: live }
    env: { KEY: "\${{ secrets.door }}", GITHUB_SHA: mine, NODE_OPTIONS: "--require ./evil.js", PATH: /nowhere }
    steps:
      - run: bot
        env: { TOKEN: "\${{ secrets.GITHUB_TOKEN }}", WHERE: "\${{ github.event_name }}", "A B": odd }
`;
  const content = Buffer.from(text).toString("base64");
  await ada("PUT /repos/ada/data/contents/.github/workflows/env.yml", { message: "Env", content });
  const seen: RunnerJob[] = [];
  github.actions.attach((job) => void seen.push(job));
  await dispatch("env.yml");
  await github.actions.settled();
  const [{ env, secrets, variables }] = seen as [RunnerJob];
  expect(env).toMatchObject({
    COLOR: "green",
    KEY: "close sesame",
    TOKEN: env["GITHUB_TOKEN"],
    WHERE: "workflow_dispatch",
    GITHUB_JOB: "one",
  });
  expect(env["GITHUB_SHA"]).toMatch(/^[0-9a-f]{40}$/u);
  expect(Object.keys(env)).not.toContain("NODE_OPTIONS");
  expect(Object.keys(env)).not.toContain("PATH");
  expect(Object.keys(env)).not.toContain("A B");
  expect(Object.values(env).join()).not.toContain("untold");
  expect(secrets).toEqual({ DOOR: "close sesame", OTHER: "untold" });
  expect(variables).toEqual({ DOOR: "green", OTHER: "blue" });
});

test("what a job asks for goes before what the workflow asks for", async () => {
  const text = `
on: workflow_dispatch
permissions: {}
jobs: { one: { permissions: { issues: write }, steps: [{ run: bot }] } }
`;
  const content = Buffer.from(text).toString("base64");
  await ada("PUT /repos/ada/data/contents/.github/workflows/job.yml", { message: "Job", content });
  const seen: number[] = [];
  github.actions.attach(async ({ env }) => {
    const own = callAs(github, env["GITHUB_TOKEN"]);
    seen.push((await own("POST /repos/ada/data/issues", { title: "Hi" })).status);
    seen.push((await own("POST /repos/ada/data/dispatches", { event_type: "x" })).status);
  });
  await dispatch("job.yml");
  await github.actions.settled();
  expect(seen).toEqual([201, 403]);
});

test("a job finds every default variable that Actions describes", async () => {
  let env: Readonly<Record<string, string>> = {};
  github.actions.attach((job) => {
    ({ env } = job);
  });
  await dispatch();
  await github.actions.settled();
  // https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables, but for
  // those that only actions have, and RUNNER_DEBUG.
  const documented =
    "CI GITHUB_ACTION GITHUB_ACTIONS GITHUB_ACTOR GITHUB_ACTOR_ID GITHUB_API_URL GITHUB_BASE_REF GITHUB_ENV GITHUB_EVENT_NAME GITHUB_EVENT_PATH GITHUB_GRAPHQL_URL GITHUB_HEAD_REF GITHUB_JOB GITHUB_OUTPUT GITHUB_PATH GITHUB_REF GITHUB_REF_NAME GITHUB_REF_PROTECTED GITHUB_REF_TYPE GITHUB_REPOSITORY GITHUB_REPOSITORY_ID GITHUB_REPOSITORY_OWNER GITHUB_REPOSITORY_OWNER_ID GITHUB_RETENTION_DAYS GITHUB_RUN_ATTEMPT GITHUB_RUN_ID GITHUB_RUN_NUMBER GITHUB_SERVER_URL GITHUB_SHA GITHUB_STEP_SUMMARY GITHUB_TRIGGERING_ACTOR GITHUB_WORKFLOW GITHUB_WORKFLOW_REF GITHUB_WORKFLOW_SHA GITHUB_WORKSPACE RUNNER_ARCH RUNNER_ENVIRONMENT RUNNER_NAME RUNNER_OS RUNNER_TEMP RUNNER_TOOL_CACHE";
  expect(documented.split(" ").filter((name) => env[name] === undefined)).toEqual([]);
});

test("a run from a fork gets no secrets and no variables, and a token that only reads", async () => {
  await keep("", "door", "open sesame", "red");
  const id = await dispatch();
  const run = github.state.runs.get(id)!;
  const bot = github.state.workflows.all().find(({ name }) => name === "Bot")!;
  const ends = { head: { ref: "topic", repo: { id: 1 } }, base: { ref: "main", repo: { id: 2 } } };
  for (const [event, secret, variable, status] of [
    ["pull_request", undefined, undefined, 403],
    ["pull_request_target", "open sesame", "red", 201],
  ] as const) {
    const payload = { pull_request: ends };
    github.state.runs.put({ ...run, event, payload, workflowId: bot.id, id: github.state.runs.nextId() });
    const seen: unknown[] = [];
    const detach = github.actions.attach(async ({ secrets, variables, env }) => {
      const own = callAs(github, env["GITHUB_TOKEN"]);
      if (env["GITHUB_EVENT_NAME"] !== event) return;
      seen.push(
        secrets["DOOR"],
        variables["DOOR"],
        (await own("POST /repos/ada/data/issues", { title: "Hi" })).status,
      );
    });
    await github.actions.settled();
    detach();
    expect(seen).toEqual([secret, variable, status]);
  }
});

test("a program leaves artifacts in a folder; what can be none makes it fail", async () => {
  const script = `
    process.chdir(process.env.HUBSTEAD_ARTIFACTS);
    fs.mkdirSync("report/deep", { recursive: true });
    fs.writeFileSync("report/deep/a.txt", "words");
    fs.writeFileSync("one.txt", "alone");
    fs.symlinkSync(process.execPath, "linked");
    console.log("GH_TOKEN" in process.env);`;
  process.env["GH_TOKEN"] = "of this machine";
  try {
    github.actions.attach({ command: [process.execPath, "-e", script] });
    await dispatch();
    await github.actions.settled();
  } finally {
    delete process.env["GH_TOKEN"];
  }
  expect(github.state.jobs.all()[0]!.log).toBe("false\n");
  expect(
    github.state.artifacts
      .all()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["one.txt", "report"]);
  const bad = `fs.writeFileSync(process.env.HUBSTEAD_ARTIFACTS + "/a:b", "")`;
  github.actions.attach({ command: [process.execPath, "-e", bad] });
  await dispatch();
  await github.actions.settled();
  expect(runs()).toEqual(["completed success", "completed failure"]);
  expect(github.state.jobs.all().at(-1)!.log).toContain("no name of an artifact");
});

test("a function that throws has failed", async () => {
  github.actions.attach(() => {
    throw new Error("no luck");
  });
  const id = await dispatch();
  await github.actions.settled();
  expect(runs()).toEqual(["completed failure"]);
  const { headers } = await ada(`GET /repos/ada/data/actions/runs/${id}/logs`);
  expect(headers.get("location")).toContain(String(id));
  expect(github.state.jobs.by("run", id)[0]!.log).toContain("no luck");
});

test("a program is started with the environment of a job", async () => {
  const script =
    "console.log('on ' + process.env.GITHUB_REPOSITORY); process.exit(process.env.GITHUB_EVENT_NAME === 'issues' ? 3 : 0)";
  github.actions.attach({ command: [process.execPath, "-e", script] });
  await dispatch();
  await bob("POST /repos/ada/data/issues", { title: "Hello" });
  await github.actions.settled();
  expect(runs()).toEqual(["completed success", "completed failure"]);
  expect(github.state.jobs.all()[0]!.log).toContain("on ada/data");
  github.actions.attach({ command: ["/does/not/exist"] });
  await dispatch();
  await github.actions.settled();
  expect(runs().at(-1)).toBe("completed failure");
});

test("a program finds the files and the folder that libraries of Actions write to", async () => {
  const script = `
    for (const name of ["ENV", "OUTPUT", "PATH", "STATE", "STEP_SUMMARY"]) fs.appendFileSync(process.env["GITHUB_" + name], "a=b");
    process.chdir(process.env.GITHUB_WORKSPACE);
    console.log(process.env.GITHUB_REF_TYPE, process.env.RUNNER_OS, JSON.stringify(process.env.GITHUB_HEAD_REF));`;
  github.actions.attach({ command: [process.execPath, "-e", script] });
  await dispatch();
  await github.actions.settled();
  expect(runs()).toEqual(["completed success"]);
  const system = { darwin: "macOS", win32: "Windows" }[process.platform as string] ?? "Linux";
  expect(github.state.jobs.all()[0]!.log).toContain(`branch ${system} ""`);
});

test("a program that empties its temporary folder takes its outputs along, and nothing else", async () => {
  const script = "fs.rmSync(process.env.RUNNER_TEMP, { recursive: true }); console.log('clean')";
  github.actions.attach({ command: [process.execPath, "-e", script] });
  await dispatch();
  await github.actions.settled();
  expect(runs()).toEqual(["completed success"]);
  expect(github.state.jobs.all()[0]!.log).toContain("clean");
});

test("closing ends although a function does not listen, and so does the process", async () => {
  const ended = await runInOwnProcess(`
    const deploy = ${JSON.stringify(deploy(false))};
    const files = { ".github/workflows/deploy.yml": deploy };
    const github = await startCheckedGitHub({ seed: { users: { ada: {} }, repositories: { "ada/data": { files } } } });
    github.actions.schedule("ada/data");
    await new Promise((begun) => github.actions.attach(() => new Promise(begun)));
    await github.close();
    console.log("closed");
  `);
  expect(ended).toEqual({ code: 0, signal: null, output: "closed" });
});

test("a run that is cancelled stops its runner, whose answer no longer counts", async () => {
  const begun = Promise.withResolvers<void>();
  github.actions.attach(async ({ signal }) => {
    begun.resolve();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return { conclusion: "success" };
  });
  const id = await dispatch();
  await begun.promise;
  expect((await ada(`POST /repos/ada/data/actions/runs/${id}/cancel`)).status).toBe(202);
  await github.actions.settled();
  expect(runs()).toEqual(["completed cancelled"]);
});

test("of a concurrency group one run is in progress, and only the newest waits", async () => {
  const first = await dispatch();
  github.actions.advance(first, { status: "in_progress" });
  await dispatch();
  await dispatch();
  expect(runs()).toEqual(["in_progress null", "completed cancelled", "pending null"]);
  github.actions.advance(first, { status: "completed" });
  expect(runs().at(-1)).toBe("queued null");
});

test("a newer run ends the one in progress where the workflow wants that", async () => {
  github.actions.advance(await dispatch("replace.yml"), { status: "in_progress" });
  await dispatch("replace.yml");
  expect(runs()).toEqual(["completed cancelled", "queued null"]);
});

test("groups and whether they cancel are expressions, too", async () => {
  const text = `
name: Grouped
on: { workflow_dispatch: { inputs: { replace: { type: boolean } } } }
concurrency:
  group: "\${{ github.workflow }}-\${{ inputs.replace && 'one' || github.head_ref || github.run_id }}"
  cancel-in-progress: \${{ inputs.replace == true }}
jobs: { one: {} }
`;
  const content = Buffer.from(text).toString("base64");
  await ada("PUT /repos/ada/data/contents/.github/workflows/grouped.yml", { message: "Grouped", content });
  for (const replace of [false, false, true, true]) {
    await ada("POST /repos/ada/data/actions/workflows/grouped.yml/dispatches", {
      ref: "main",
      inputs: { replace },
    });
  }
  expect(runs()).toEqual(["queued null", "queued null", "completed cancelled", "queued null"]);
});

test("a schedule runs when the test says so", async () => {
  expect(github.actions.schedule("ada/data")).toMatchObject([{ event: "schedule" }, { event: "schedule" }]);
  const detach = github.actions.attach(async () => {});
  await github.actions.settled();
  expect(runs()).toEqual(["completed success", "completed success"]);
  detach();
  await dispatch();
  await github.actions.settled();
  expect(runs().at(-1)).toBe("queued null");
});
