import { afterEach, beforeEach, expect, test } from "vitest";
import { startCheckedGitHub } from "../../test/emulator/checked-github.ts";
import type { EmulatedGitHub } from "../emulator/start-github.ts";
import { GitHubClient } from "../github/client/github-client.ts";
import { createCodeOwners, parseCodeOwners } from "./code-owners.ts";
import { type Account, createTrust, type Trust } from "./trust.ts";

let github: EmulatedGitHub;
let client: GitHubClient;
let nowMs: number;

const owners = `# @commented
*                 @Rea  someone@example.com @acme/writers
/docs/            @keeper[bot]  # @trailing is no owner
@pattern          @gone
docs/#1           @hash
`;

beforeEach(async () => {
  nowMs = Date.now();
  github = await startCheckedGitHub({
    checksRequests: true,
    seed: {
      users: { ada: {}, rea: {}, eve: {}, mel: {}, commented: {}, trailing: {}, pattern: {} },
      organizations: {
        acme: { members: { ada: "admin", mel: "member" }, teams: { writers: { members: ["mel"] } } },
      },
      apps: { keeper: null },
      repositories: {
        "acme/data": {
          collaborators: { rea: "read" },
          files: { CODEOWNERS: "* @eve\n", ".github/CODEOWNERS": owners },
        },
        "acme/docs": { files: { "docs/CODEOWNERS": "* @eve\n", CODEOWNERS: "* @rea\n" } },
        "acme/empty": { files: { "docs/CODEOWNERS": "", CODEOWNERS: "* @rea\n" } },
        "acme/bytes": { files: { CODEOWNERS: "\0" } },
        "acme/none": { files: { "README.md": "# None" } },
        "ada/own": { files: { CODEOWNERS: "* @rea\n" } },
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

const trust = (repo = "acme/data", codeowners = true): Trust =>
  createTrust({ github: client, repo, lists: { codeowners }, clock: { now: () => nowMs } });
const mayOf = async (login: string, own = trust()) => (await own.verdictOn(accountOf(login))).may;
const operations = () => github.requests.list().map(({ operation }) => operation);

test("owners are who stands behind a pattern, on any line; e-mails and comments are nobody", () => {
  expect(parseCodeOwners(owners)).toEqual({
    logins: new Set(["rea", "keeper[bot]", "gone", "hash"]),
    teams: ["acme/writers"],
  });
  expect(parseCodeOwners("\uFEFF* @a\r\n* @b\rc @c\n\t\n#* @d\n@e\n").logins).toEqual(
    new Set(["a", "b", "c"]),
  );
  expect(parseCodeOwners("* @ @/ @a/ @/b @a/b/c @../x a@b.c @é").logins).toEqual(new Set());
});

test("who is in CODEOWNERS may change objects, in whatever case it is written, and team members, too", async () => {
  const own = trust();
  expect(await own.verdictOn(accountOf("rea"))).toEqual({ may: true, because: "rea is in CODEOWNERS" });
  expect(await own.verdictOn(accountOf("mel"))).toEqual({
    may: true,
    because: "is a member of acme/writers, which is in CODEOWNERS",
  });
});

test("who is in a comment, is a pattern, or in another CODEOWNERS, may not", async () => {
  const own = trust();
  for (const login of ["commented", "trailing", "pattern", "eve"])
    expect(await mayOf(login, own), login).toBe(false);
});

test("the first file that is there counts, also where it is empty; without one, only who may write", async () => {
  expect(await mayOf("eve", trust("acme/docs"))).toBe(true);
  expect(await mayOf("rea", trust("acme/docs"))).toBe(false);
  expect(await mayOf("rea", trust("acme/empty"))).toBe(false);
  expect(await mayOf("rea", trust("acme/none"))).toBe(false);
});

test("the repository's owner may, as everybody who may write does, and CODEOWNERS is not read for them", async () => {
  expect(await mayOf("ada", trust("ada/own"))).toBe(true);
  expect(operations()).toEqual(["repos/get-collaborator-permission-level"]);
});

test("unless it is asked for, CODEOWNERS means nothing, and is not read", async () => {
  expect(await mayOf("rea", trust("acme/data", false))).toBe(false);
  expect(operations()).toEqual(["repos/get-collaborator-permission-level"]);
});

test("an App is in CODEOWNERS with [bot]", async () => {
  const { id } = github.state.accounts.find("login", "keeper[bot]")!;
  const bot: Account = { id, login: "keeper", kind: "bot" };
  expect(await trust().verdictOn(bot)).toEqual({
    may: true,
    because: "keeper[bot] is in CODEOWNERS",
  });
  expect((await trust().verdictOn({ ...bot, id: 7 })).may).toBe(false);
  expect((await trust("ada/own").verdictOn(bot)).may).toBe(false);
});

test("a login that changed hands is somebody else", async () => {
  const before: Account = { ...accountOf("rea"), id: 424_242 };
  expect((await trust().verdictOn(before)).may).toBe(false);
});

test("it is read once for all, in one request, and again after five minutes", async () => {
  const own = trust();
  await Promise.all(["rea", "eve", "commented", "trailing"].map((login) => mayOf(login, own)));
  const perLogin = operations().filter((operation) => operation !== "graphql");
  expect(operations().filter((operation) => operation === "graphql")).toHaveLength(1);
  // For each: the permission; for who is named: whose the login is; for all others: the team.
  expect(perLogin.toSorted()).toEqual([
    ...Array.from({ length: 4 }, () => "repos/get-collaborator-permission-level"),
    ...Array.from({ length: 3 }, () => "teams/get-membership-for-user-in-org"),
    "users/get-by-username",
  ]);
  nowMs += 299_000;
  await own.verdictOn(accountOf("ada"));
  await mayOf("pattern", own);
  expect(operations().filter((operation) => operation === "graphql")).toHaveLength(1);
  nowMs += 2_000;
  await mayOf("rea", own);
  expect(operations().filter((operation) => operation === "graphql")).toHaveLength(2);
});

test.each(["graphql", "users/get-by-username", "teams/get-membership-for-user-in-org"])(
  "where GitHub fails at %s nobody knows, and the next time it is asked again",
  async (operation) => {
    const own = trust();
    github.faults.add({ operation, times: 1, does: { kind: "status", status: 500 } });
    const login = operation.startsWith("teams") ? "mel" : "rea";
    await expect(own.verdictOn(accountOf(login))).rejects.toHaveProperty("code");
    expect(await mayOf(login, own)).toBe(true);
  },
);

test("a file that is no text is an error that says what to do", async () => {
  const read = createCodeOwners(client, "acme/bytes", { now: () => nowMs });
  await expect(read()).rejects.toMatchObject({ code: "unsupported_format" });
});
