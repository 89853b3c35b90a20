/**
 * @module The live test itself, told to the emulator: its story, its cleaning up, and that it skips aloud.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { HubsteadError } from "../../src/errors.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { createFastClock } from "../github/fast-clock.ts";
import { createAndDelete, type LiveOptions } from "./create-and-delete.ts";

let github: EmulatedGitHub;
let lines: string[];

beforeEach(async () => {
  lines = [];
  github = await startCheckedGitHub({
    checksRequests: true,
    seed: {
      users: { ada: {} },
      organizations: { "acme-test": { members: { ada: "admin" } } },
      apps: {
        keeper: {
          owner: "acme-test",
          permissions: { administration: "write" },
          installations: { "acme-test": "all" },
        },
      },
    },
  });
});
afterEach(() => github.close());

const run = (env: Readonly<Record<string, string>>, more: Partial<LiveOptions> = {}) =>
  createAndDelete({
    env: { GITHUB_API_URL: github.url, ...env },
    write: (line) => lines.push(line),
    client: { clock: createFastClock(20) },
    ...more,
  });
const byToken = () => ({ HUBSTEAD_TEST_ORG: "acme-test", GITHUB_TOKEN: github.tokenFor("ada") });

test("a repository is made in the test organisation, found, and deleted", async () => {
  expect(await run(byToken())).toBe("done");
  expect(lines.at(-1)).toMatch(/^acme-test\/hubstead-test-[0-9a-f]{8} was made, found and deleted$/u);
  expect(github.requests.names()).toEqual(expect.arrayContaining(["repos/create-in-org", "repos/delete"]));
  expect(github.state.repositories.all()).toEqual([]);
});

test("an App with the one permission that is named is enough", async () => {
  const { appId, privateKey } = github.appCredentials("keeper");
  const env = { GITHUB_APP_ID: String(appId), HUBSTEAD_GITHUB_APP_PRIVATE_KEY: privateKey };
  expect(await run({ HUBSTEAD_TEST_ORG: "acme-test", ...env })).toBe("done");
  expect(github.state.repositories.all()).toEqual([]);
});

test("whatever fails, the repository is gone afterwards", async () => {
  const then = async () => {
    expect(github.state.repositories.all()).toHaveLength(1);
    throw new Error("something in the middle");
  };
  await expect(run(byToken(), { then })).rejects.toThrow("something in the middle");
  expect(github.state.repositories.all()).toEqual([]);
  github.faults.add({ operation: "repos/create-in-org", effect: "done", does: { kind: "reset" }, times: 1 });
  expect(await run(byToken())).toBe("done");
  expect(github.state.repositories.all()).toEqual([]);
});

test("one that cannot be deleted is told by name", async () => {
  github.faults.add({
    operation: "repos/delete",
    does: { kind: "status", status: 403, body: { message: "Must have admin rights to Repository." } },
  });
  await expect(run(byToken())).rejects.toThrow(HubsteadError);
  expect(lines.at(-1)).toMatch(/^!!! acme-test\/hubstead-test-\w{8} could not be deleted/u);
});

describe("it skips aloud, with 0", () => {
  const liveEnv = (extra: Readonly<Record<string, string>>) => ({
    PATH: process.env["PATH"],
    HUBSTEAD_GITHUB_API_URL: "http://127.0.0.1:1",
    ...extra,
  });

  test.each([
    [
      "an organisation",
      { GITHUB_TOKEN: "ghp_0123456789abcdef0123", GITHUB_ORG: "acme" },
      "HUBSTEAD_TEST_ORG",
    ],
    ["a credential", { HUBSTEAD_TEST_ORG: "acme-test" }, "a credential"],
  ])("without %s", async (_, env, missing) => {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, "main.ts")],
      { env: liveEnv(env) },
    );
    expect(stdout).toBe("");
    expect(stderr).toContain(`!!! SKIPPED: the test on the real GitHub needs ${missing}`);
  });
});
