/**
 * @module For whom the emulator makes tokens, and what it says where it cannot.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TokenOwner } from "../../src/emulator/credentials.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {} },
      organizations: { acme: {}, globex: {} },
      repositories: { "acme/data": {}, "acme/other": {}, "globex/site": {} },
      apps: {
        keeper: { owner: "ada", permissions: { issues: "write" }, installations: { acme: ["data"] } },
        roamer: { owner: "ada", installations: { acme: "all", globex: "all" } },
        idle: { owner: "ada" },
      },
    },
  });
});
afterEach(() => github.close());

test("an app that is installed once needs no account", async () => {
  const token = github.tokenFor({ app: "keeper" });
  const { body } = await callAs(github, token)("GET /installation/repositories");
  expect(body.repositories.map(({ full_name }: { full_name: string }) => full_name)).toEqual(["acme/data"]);
});

test.each([
  [{}, "the token's owner"],
  [undefined, "the token's owner"],
  [{ app: 5 }, "the token's owner"],
  [{ app: "keeper", acount: "acme" }, 'has "acount"'],
  [{ user: "ada", permissions: { issues: "wirte" } }, "permissions.issues"],
  [{ app: "roamer" }, "several accounts: acme, globex"],
  [{ app: "idle" }, "not installed anywhere"],
  [{ app: "keeper", account: "globex" }, "not installed on globex"],
  [{ app: "keeper", permissions: { issues: "admin" } }, "has write of the permission issues, not admin"],
  [{ app: "keeper", permissions: { contents: "read" } }, "has nothing of the permission contents"],
  [{ app: "keeper", repositories: ["acme/other"] }, "not installed for acme/other"],
  [{ user: "nobody" }, "no person nobody"],
  [{ actions: "acme/nothing" }, "no repository acme/nothing"],
])("no token is made for %j: %s", (owner, message) => {
  expect(() => github.tokenFor(owner as TokenOwner)).toThrow(
    expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(message) }),
  );
});
