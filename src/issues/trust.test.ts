import { afterEach, beforeEach, expect, test } from "vitest";
import { startCheckedGitHub } from "../../test/emulator/checked-github.ts";
import type { EmulatedGitHub } from "../emulator/start-github.ts";
import { GitHubClient } from "../github/client/github-client.ts";
import { type Account, createTrust, type TrustLists } from "./trust.ts";

let github: EmulatedGitHub;
let client: GitHubClient;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.now();
  github = await startCheckedGitHub({
    checksRequests: true,
    seed: {
      users: { ada: {}, max: {}, will: {}, tria: {}, rea: {}, eve: {}, Carl: {} },
      organizations: {
        acme: { members: { ada: "admin", eve: "member" }, teams: { writers: { members: ["eve"] } } },
      },
      repositories: {
        "acme/data": { collaborators: { max: "maintain", will: "write", tria: "triage", rea: "read" } },
      },
    },
  });
  client = new GitHubClient({
    apiUrl: github.url,
    token: github.tokenFor("ada"),
    cache: false,
    retry: { attempts: 1 },
  });
});
afterEach(async () => {
  await client.close();
  await github.close();
});

function accountOf(login: string): Account {
  const { id } = github.state.accounts.find("login", login.toLowerCase())!;
  return { id, login, kind: "user" };
}

const trust = (lists: TrustLists = {}, self?: Account) =>
  createTrust({
    github: client,
    repo: "acme/data",
    lists,
    clock: { now: () => nowMs },
    ...(self === undefined ? {} : { self }),
  });
const asked = () =>
  github.requests.list().filter(({ operation }) => operation === "repos/get-collaborator-permission-level")
    .length;

test.each([
  ["ada", true],
  ["max", true],
  ["will", true],
  ["tria", false],
  ["rea", false],
  ["eve", false],
])("%s may change objects: %s", async (login, may) => {
  expect((await trust().verdictOn(accountOf(login))).may).toBe(may);
});

test("a deleted account may nothing, and nobody is asked", async () => {
  expect(await trust().verdictOn(undefined)).toEqual({ may: false, because: "the account was deleted" });
  expect(github.requests.list()).toEqual([]);
});

test("an App may where it is listed, and GitHub is asked for none", async () => {
  const bot: Account = { id: 41_898_282, login: "github-actions", kind: "bot" };
  expect(await trust().verdictOn(bot)).toEqual({
    may: false,
    because: "the App github-actions is not listed",
  });
  expect((await trust({ apps: ["GitHub-Actions"] }).verdictOn(bot)).may).toBe(true);
  expect((await trust({ users: ["github-actions"] }).verdictOn(bot)).may).toBe(false);
  expect((await trust({ apps: ["github-actions"] }).verdictOn(accountOf("eve"))).may).toBe(false);
  expect(github.requests.list().map(({ operation }) => operation)).toEqual([
    "repos/get-collaborator-permission-level",
  ]);
});

test("who processes may, but for the account that every workflow speaks through", async () => {
  const app: Account = { id: 7, login: "keeper", kind: "bot" };
  const actions: Account = { id: 41_898_282, login: "github-actions", kind: "bot" };
  expect((await trust({}, app).verdictOn(app)).may).toBe(true);
  expect((await trust({}, actions).verdictOn(actions)).may).toBe(false);
});

test("users are listed by id, or by login in any case; teams by their members", async () => {
  const eve = accountOf("eve");
  expect((await trust({ users: [eve.id] }).verdictOn(eve)).may).toBe(true);
  expect((await trust({ users: ["EVE"] }).verdictOn(eve)).may).toBe(true);
  expect(await trust({ teams: ["acme/writers"] }).verdictOn(eve)).toEqual({
    may: true,
    because: "is a member of acme/writers",
  });
  expect((await trust({ teams: ["acme/writers"] }).verdictOn(accountOf("rea"))).may).toBe(false);
  expect((await trust({ teams: ["acme/nobody"] }).verdictOn(eve)).may).toBe(false);
});

test("a login that changed hands speaks for nobody before", async () => {
  const before: Account = { ...accountOf("will"), id: 424_242 };
  expect(await trust().verdictOn(before)).toEqual({
    may: false,
    because: "the login will is another account's by now",
  });
});

test("somebody who was renamed in between is found by the account, somebody who left is nobody", async () => {
  const will = { ...accountOf("will"), login: "william" };
  expect(await trust().verdictOn(will)).toEqual({ may: true, because: "will has the role write" });
  expect(await trust().verdictOn({ id: 424_242, login: "gone", kind: "user" })).toEqual({
    may: false,
    because: "the account gone was deleted",
  });
});

test("a verdict is kept for five minutes, of one request, also where many ask at once", async () => {
  const own = trust();
  const will = accountOf("will");
  await Promise.all(Array.from({ length: 20 }, () => own.verdictOn(will)));
  nowMs += 299_000;
  await own.verdictOn(will);
  expect(asked()).toBe(1);
  nowMs += 2_000;
  await own.verdictOn(will);
  expect(asked()).toBe(2);
});

test.each([404, 500, 403])(
  "where GitHub answers %i nobody knows, and the next time it is asked again",
  async (status) => {
    const own = trust();
    github.faults.add({
      operation: "repos/get-collaborator-permission-level",
      times: 1,
      does: { kind: "status", status },
    });
    await expect(own.verdictOn(accountOf("will"))).rejects.toHaveProperty("code");
    expect((await own.verdictOn(accountOf("will"))).may).toBe(true);
  },
);
