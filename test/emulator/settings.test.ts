/**
 * @module What the emulator is told when it starts, and what it says of mistakes: the place, what was meant, and what is
 * known there.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { StartOptions } from "../../src/emulator/start-github.ts";
import { HubsteadError } from "../../src/errors.ts";
import { callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

/** Starts it with what nobody could write in TypeScript. @returns why it does not */
async function refusedWith(options: unknown): Promise<HubsteadError> {
  try {
    await using _ = await startCheckedGitHub(options as StartOptions);
  } catch (error) {
    if (error instanceof HubsteadError) return error;
    throw error;
  }
  throw new Error("it has started");
}

test.each([
  [
    { seed: { repositories: { "ada/data": { visibilty: "private" } } } },
    'the seed at "repositories.ada/data" has "visibilty", which is not known',
    /^Did you mean "visibility"\? Known there: visibility, description, .*releases\.$/u,
  ],
  [
    { seed: { repos: {} } },
    'the seed has "repos", which is not known',
    /Known there: users, organizations, repositories, apps\.$/u,
  ],
  [
    { seed: { repositories: { "ada/data": { issues: [{ titel: "Hi" }] } } } },
    'the seed at "repositories.ada/data.issues.0" has "titel", which is not known',
    /Did you mean "title"\?/u,
  ],
  [
    { seed: { repositories: { "ada/data": { labels: [{ name: "bug", colour: "ffffff" }] } } } },
    'the seed at "repositories.ada/data.labels.0" has "colour", which is not known',
    /Did you mean "color"\? Known there: name, color, description\./u,
  ],
  [
    { seed: { repositories: { "ada/data": { visibility: "secret" } } } },
    /^the seed is wrong at "repositories\.ada\/data\.visibility": .*"public"\|"private"\|"internal"/u,
    /docs\/emulator\.md/u,
  ],
  [{ limits: { cors: { user: 1 } } }, 'the limits has "cors", which is not known', /Did you mean "core"\?/u],
  [
    { limits: { core: { users: 1 } } },
    'the limits at "core" has "users", which is not known',
    /Did you mean "user"\? Known there: user, installation, actions, anonymous\./u,
  ],
  [
    { limits: { secondary: { contentPerMin: 1 } } },
    'the limits at "secondary" has "contentPerMin", which is not known',
    /Known there: concurrent, /u,
  ],
  [{ limits: { core: { user: "many" } } }, /^the limits is wrong at "core\.user": .*number/u, /./u],
  [{ sizes: { inlineByte: 1 } }, 'the sizes has "inlineByte", which is not known', /"inlineBytes"/u],
  [
    { faults: { list: [{ operaton: "issues/get", does: { kind: "reset" } }] } },
    'the list of faults at "list.0" has "operaton", which is not known',
    /Did you mean "operation"\?/u,
  ],
  [
    { faults: { list: [{ does: { kind: "latency", ms: 1, jitter: 1 } }] } },
    'the list of faults at "list.0.does" has "jitter", which is not known',
    /Known there: kind, /u,
  ],
  [
    { faults: { list: [{ operation: "issue/get", does: { kind: "reset" } }] } },
    "there is no operation issue/get that a fault could hit",
    /Did you mean "issues\/get"\?/u,
  ],
  [{ port: "abc" }, /^the options is wrong at "port": .*number/u, /./u],
  [{ port: -1 }, /^the options is wrong at "port"/u, /./u],
  [{ port: 70_000 }, /^the options is wrong at "port"/u, /./u],
  [{ clock: 5 }, /^the options is wrong at "clock": Expected a function/u, /./u],
  [{ clock: { now: 5 } }, /^the options is wrong at "clock"/u, /./u],
  [{ clock: () => Number.NaN }, "the clock says NaN", /milliseconds/u],
  [{ stateDir: "" }, /^the options is wrong at "stateDir"/u, /./u],
  [{ limits: true }, /^the limits is wrong/u, /./u],
  [{ limits: { core: { user: -1 } } }, /^the limits is wrong at "core\.user"/u, /./u],
  [
    { sed: {} },
    'the options has "sed", which is not known',
    /Did you mean "seed"\? Known there: port, seed, /u,
  ],
] as const)("%j is refused", async (options, message, hint) => {
  const error = await refusedWith(options);
  expect(error).toMatchObject({ code: "invalid_input" });
  expect(error.message).toMatch(message);
  expect(error.hint).toMatch(hint);
});

test("a fault of a wrong kind, or one that could never hit, is refused when it is added", async () => {
  await using github = await startCheckedGitHub();
  const add = (fault: unknown) => () => github.faults.add(fault as Parameters<typeof github.faults.add>[0]);
  expect(add({ does: { kind: "explode" } })).toThrow(/at "does\.kind": .*'reset'/u);
  expect(add({ times: 1 })).toThrow('the fault is wrong at "does"');
  expect(add({ probabilty: 0.5, does: { kind: "reset" } })).toThrow('has "probabilty"');
  expect(add({ probability: 2, does: { kind: "reset" } })).toThrow('at "probability"');
  expect(add({ method: "FETCH", does: { kind: "reset" } })).toThrow('at "method"');
  expect(add({ does: { kind: "status", status: 99 } })).toThrow('at "does.status"');
  const prefix = { kind: "prefix", mutations: 1 };
  expect(add({ operation: "issues/get", does: prefix })).toThrow("for graphql, not for issues/get");
  expect((await callAs(github)("GET /zen")).status).toBe(200);
});

test("what is refused leaves the folder of the state free", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hubstead-settings-"));
  try {
    const stateDir = join(folder, "state");
    await refusedWith({ stateDir, limits: { cors: {} } });
    await refusedWith({ stateDir, faults: { list: [{}] } });
    await using github = await startCheckedGitHub({ stateDir });
    expect((await callAs(github)("GET /zen")).status).toBe(200);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("faults that are named at the start hit the first requests", async () => {
  await using github = await startCheckedGitHub({
    faults: { seed: 3, list: [{ operation: "meta/*", times: 1, does: { kind: "status", status: 502 } }] },
  });
  expect((await callAs(github)("GET /zen")).status).toBe(502);
  expect((await callAs(github)("GET /zen")).status).toBe(200);
});

test("labels of a seed are as they are spelled there, also where every new repository has one of the name", async () => {
  await using github = await startCheckedGitHub({
    seed: {
      repositories: {
        "ada/data": {
          labels: ["Bug", { name: "wontfix", color: "123456" }],
          issues: [{ title: "1", labels: ["bug"] }],
        },
      },
    },
  });
  const labels = github.state.labels.all().map(({ name, color }) => `${name} ${color}`);
  expect(labels).toEqual(expect.arrayContaining(["Bug d73a4a", "wontfix 123456"]));
  expect(labels).toHaveLength(9);
  const { body } = await callAs(github)("GET /repos/ada/data/issues/1");
  expect(body.labels).toMatchObject([{ name: "Bug" }]);
});
