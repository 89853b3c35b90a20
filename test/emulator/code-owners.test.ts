/**
 * @module Reviews by those who own what a pull request changes, as CODEOWNERS says.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

const codeOwners = `# whom to ask
*            @ada   # last but for what follows
*.js         @bob
/build/logs/ @cyd
docs/*       cyd@example.org
apps/        @acme/core @nobody
/apps/free
**/deep      @bob
`;

let github: EmulatedGitHub;
let ada: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {}, cyd: { email: "cyd@example.org" }, dan: {}, eve: {} },
      organizations: { acme: { members: { ada: "admin" }, teams: { core: { members: ["dan"] } } } },
      repositories: {
        "acme/data": {
          files: { ".github/CODEOWNERS": codeOwners },
          collaborators: { bob: "write", cyd: "write", dan: "write", eve: "write" },
        },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

const as = (login: string) => callAs(github, github.tokenFor(login));

/** Eve opens a pull request that writes files. @returns its number */
async function change(...paths: readonly string[]): Promise<number> {
  const head = `branch-${paths.join("-").replaceAll(/[^a-z]/gu, "-")}`;
  const { sha } = (await ada("GET /repos/acme/data/git/ref/heads/main")).body.object;
  await ada("POST /repos/acme/data/git/refs", { ref: `refs/heads/${head}`, sha });
  for (const path of paths)
    await ada(`PUT /repos/acme/data/contents/${path}`, { message: "m", content: "", branch: head });
  return (await as("eve")("POST /repos/acme/data/pulls", { title: "x", head, base: "main" })).body.number;
}

const merge = async (number: number) =>
  (await as("eve")(`PUT /repos/acme/data/pulls/${number}/merge`)).body.message;
const approve = (login: string, number: number) =>
  as(login)(`POST /repos/acme/data/pulls/${number}/reviews`, { event: "APPROVE" });
const waitingFor = (names: string) => `Waiting on code owner review from ${names}.`;
const merged = "Pull Request successfully merged";

async function protect(): Promise<void> {
  const required_pull_request_reviews = {
    require_code_owner_reviews: true,
    required_approving_review_count: 0,
  };
  const body = {
    required_status_checks: null,
    enforce_admins: true,
    required_pull_request_reviews,
    restrictions: null,
  };
  expect((await ada("PUT /repos/acme/data/branches/main/protection", body)).status).toBe(200);
}

test("of the patterns that fit a file the last one counts", async () => {
  await protect();
  for (const [path, names] of [
    ["readme", "ada"],
    ["a/b/c.js", "bob"],
    ["build/logs/x/y", "cyd"],
    ["x/build/logs/y", "ada"],
    ["docs/a", "cyd@example.org"],
    ["docs/a/b", "ada"],
    ["x/apps/y/z.js", "acme/core and/or nobody"],
    ["apps/free", undefined],
    ["a/deep/b", "bob"],
    ["deep", "bob"],
  ] as const) {
    const expected = names === undefined ? merged : waitingFor(names);
    expect([path, await merge(await change(path))]).toEqual([path, expected]);
  }
});

test("one of the owners of each file is to approve", async () => {
  await protect();
  const number = await change("a.js", "apps/b", "docs/c");
  expect((await ada(`GET /repos/acme/data/pulls/${number}`)).body.mergeable_state).toBe("blocked");
  await approve("bob", number);
  await approve("ada", number);
  const left = await merge(number);
  expect(left).toMatch(/^Waiting on code owner review from /u);
  expect(left).toContain("acme/core");
  expect(left).toContain("cyd@example.org");
  expect(left).not.toContain("bob");
  await approve("dan", number);
  expect(await merge(number)).toBe(waitingFor("cyd@example.org"));
  await approve("cyd", number);
  expect(await merge(number)).toBe(merged);
});

test("a ruleset asks for code owners, too", async () => {
  const parameters = {
    dismiss_stale_reviews_on_push: false,
    require_code_owner_review: true,
    require_last_push_approval: false,
    required_approving_review_count: 1,
    required_review_thread_resolution: false,
  };
  await ada("POST /repos/acme/data/rulesets", {
    name: "Owners",
    enforcement: "active",
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [{ type: "pull_request", parameters }],
  });
  const number = await change("a.js");
  await approve("dan", number);
  expect(await merge(number)).toBe(waitingFor("bob"));
  await approve("bob", number);
  expect(await merge(number)).toBe(merged);
});
