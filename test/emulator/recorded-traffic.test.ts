/**
 * @module Exchanges with GitHub that Octokit's maintainers recorded, sent to the emulator again: it answers with the same
 * statuses, headers and shapes.
 */
import { expect, test } from "vitest";
import type { Seed } from "../../src/emulator/seed/seed.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { replay } from "./replay.ts";

const organization = "octokit-fixture-org";
/** The tokens of the recordings, as far as they were kept. */
const tokenA = "0000000000000000000000000000000000000001";
const tokenB = "0000000000000000000000000000000000000002";

type RepositorySeed = NonNullable<NonNullable<Seed["repositories"]>[string]>;

interface Scenario {
  readonly name: string;
  /** What was there before it; of the scenario's name where no other is given. */
  readonly repository?: string;
  readonly given?: RepositorySeed;
  readonly topics?: readonly string[];
  /** Prepares what a seed cannot. @returns what recorded texts are to be replaced by */
  readonly prepare?: (call: Caller) => Promise<ReadonlyMap<string, string>>;
  /** Requests that GitHub itself no longer has. */
  readonly without?: RegExp;
}

const issues = (count: number): RepositorySeed => ({
  issues: Array.from({ length: count }, (_, at) => ({ title: `Issue ${at + 1}`, body: "Text" })),
});

/** The first commit is recorded as the second one: there were two, and the newer one is the branch's. */
async function twoCommits(call: Caller): Promise<ReadonlyMap<string, string>> {
  const at = `/repos/${organization}/git-refs`;
  const head = async () => (await call(`GET ${at}/git/ref/heads/main`)).body.object.sha as string;
  const first = await head();
  await call(`PUT ${at}/contents/b.txt`, { message: "More", content: "Yg==" });
  return new Map([
    ["0000000000000000000000000000000000000001", await head()],
    ["0000000000000000000000000000000000000002", first],
  ]);
}

/** @returns what prepares a release, which has a file already or none */
function release(name: string, hasFile: boolean): NonNullable<Scenario["prepare"]> {
  return async (call) => {
    const at = `/repos/${organization}/${name}/releases`;
    const { id } = (await call(`POST ${at}`, { tag_name: "v1.0.0", name: "Version 1.0.0", body: "b" })).body;
    const ids = new Map([["/releases/1000", `/releases/${id}`]]);
    if (!hasFile) return ids;
    const file = await call(`POST ${at}/${id}/assets?name=test-upload.txt&label=test`, "Hello");
    return ids.set("/releases/assets/1000", `/releases/assets/${file.body.id}`);
  };
}

const scenarios: readonly Scenario[] = [
  {
    name: "add-and-remove-repository-collaborator",
  },
  { name: "add-labels-to-issue" },
  { name: "errors" },
  { name: "get-organization", repository: "hello-world" },
  {
    name: "get-repository",
    repository: "hello-world",
    topics: ["octocat", "atom", "api"],
  },
  { name: "labels" },
  { name: "lock-issue", given: issues(1) },
  { name: "paginate-issues", given: issues(13) },
  { name: "rename-repository" },
  {
    name: "search-issues",
    given: {
      issues: [
        { title: "The doors don't open", body: 'I tried "Open Sesame"' },
        { title: "Sesame seeds", body: "x" },
      ],
    },
  },
  {
    name: "get-content",
    repository: "hello-world",
    given: { defaultBranch: "master", files: { "README.md": "# hello-world" } },
  },
  {
    name: "create-file",
  },
  {
    name: "git-refs",
    given: { files: { "README.md": "# git-refs" } },
    prepare: twoCommits,
    // All refs in one list, before there was `matching-refs`.
    without: /\/git\/refs\/$/u,
  },
  { name: "get-root" },
  {
    name: "get-archive",
    given: { files: { "README.md": "# get-archive" } },
    // What is on another origin.
    without: /\/legacy\./u,
  },
  {
    name: "release-assets",
    given: { files: { "README.md": "# release-assets" } },
    prepare: release("release-assets", false),
  },
  {
    name: "release-assets-conflict",
    given: { files: { "README.md": "# release-assets-conflict" } },
    prepare: release("release-assets-conflict", true),
  },
  {
    name: "branch-protection",
    given: { files: { "README.md": "# branch-protection" } },
  },
];

/** Where the answers may differ, each with its reason. */
const allowed: readonly { readonly difference: RegExp; readonly because: string }[] = [
  {
    difference:
      /\/(?:user_view_type|has_discussions|expired|archived_at|type|sub_issues_summary|issue_dependencies_summary|issue_field_values|closed_by|state_reason|status|search_type|verified_at|lock_branch|allow_fork_syncing|notification_setting|organization_id|require_last_push_approval) is new$/u,
    because: "GitHub has added them since; its description has them",
  },
  {
    difference: /\/releases\/.*\/(?:immutable|updated_at|digest) is new$/u,
    because: "so has it to releases and their files",
  },
  {
    difference: /^POST .*\/assets: (?:header (?:access-control|x-ratelimit)|\/request_id is missing$)/u,
    because: "files are uploaded to a server of their own at GitHub, which has other headers",
  },
  {
    difference: /^GET .*\/release-assets-conflict\/releases\/tags\/v1\.0\.0: \/assets has 1 in place of 0$/u,
    because: "the file that is in the way came after this request; its coming was not recorded",
  },
  {
    difference:
      /header (?:location: .* in place of https:\/\/codeload|content-type: null in place of text\/html)/u,
    because: "archives are on an origin of their own here, too, and a redirect without a body has no type",
  },
];

test.each(scenarios)(
  "$name is answered as it was recorded",
  async ({ name, repository = name, given = {}, topics = [], prepare, without }) => {
    await using github = await startCheckedGitHub({
      seed: {
        users: { "octokit-fixture-user-a": { token: tokenA }, "octokit-fixture-user-b": { token: tokenB } },
        organizations: {
          [organization]: {
            members: { "octokit-fixture-user-a": "admin" },
            teams: { "a-team": { repositories: { [repository]: "write" } } },
          },
        },
        repositories: { [`${organization}/${repository}`]: given },
      },
    });
    const { repositories } = github.state;
    repositories.put({ ...repositories.all()[0]!, topics });
    const replaced = await prepare?.(callAs(github, tokenA));
    const differences = await replay(github, name, { replaced, without });
    expect(differences.filter((line) => !allowed.some(({ difference }) => difference.test(line)))).toEqual(
      [],
    );
  },
);

test("a replay tells of every difference", async () => {
  await using github = await startCheckedGitHub({
    seed: { users: { "octokit-fixture-user-a": { token: tokenA } } },
  });
  expect(await replay(github, "lock-issue")).toEqual([
    `PUT /repos/${organization}/lock-issue/issues/1/lock: 404 in place of 204`,
    `DELETE /repos/${organization}/lock-issue/issues/1/lock: 404 in place of 204`,
  ]);
});
