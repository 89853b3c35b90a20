/**
 * @module Exchanges with GitHub that Octokit's maintainers recorded, sent to the emulator again: it answers with the same
 * statuses, headers and shapes.
 */
import { expect, test } from "vitest";
import type { Seed } from "../../src/emulator/seed/seed.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { replay } from "./replay.ts";

const organization = "octokit-fixture-org";
/** The tokens of the recordings, as far as they were kept. */
const [tokenA, tokenB] = [
  "0000000000000000000000000000000000000001",
  "0000000000000000000000000000000000000002",
];

type RepositorySeed = NonNullable<NonNullable<Seed["repositories"]>[string]>;

const issues = (count: number): RepositorySeed => ({
  issues: Array.from({ length: count }, (_, at) => ({ title: `Issue ${at + 1}`, body: "Text" })),
});

/** By scenario, what was there before it. */
const scenarios: Readonly<Record<string, readonly [repository: string, RepositorySeed]>> = {
  "add-and-remove-repository-collaborator": ["add-and-remove-repository-collaborator", {}],
  "add-labels-to-issue": ["add-labels-to-issue", {}],
  errors: ["errors", {}],
  "get-organization": ["hello-world", {}],
  "get-repository": ["hello-world", {}],
  labels: ["labels", {}],
  "lock-issue": ["lock-issue", issues(1)],
  "paginate-issues": ["paginate-issues", issues(13)],
  "rename-repository": ["rename-repository", {}],
  "search-issues": [
    "search-issues",
    {
      issues: [
        { title: "The doors don't open", body: 'I tried "Open Sesame"' },
        { title: "Sesame seeds", body: "x" },
      ],
    },
  ],
};

/** Where the answers may differ, each with its reason. */
const allowed: readonly { readonly difference: RegExp; readonly because: string }[] = [
  {
    difference:
      /\/(?:user_view_type|has_discussions|expired|archived_at|type|sub_issues_summary|issue_dependencies_summary|closed_by|state_reason|status|search_type) is new$/u,
    because: "GitHub has added them since; its description has them",
  },
];

test.each(Object.entries(scenarios))(
  "%s is answered as it was recorded",
  async (name, [repository, given]) => {
    await using github = await startCheckedGitHub({
      seed: {
        users: { "octokit-fixture-user-a": { token: tokenA! }, "octokit-fixture-user-b": { token: tokenB! } },
        organizations: { [organization]: { members: { "octokit-fixture-user-a": "admin" } } },
        repositories: { [`${organization}/${repository}`]: given },
      },
    });
    const { repositories } = github.state;
    const topics = name === "get-repository" ? ["octocat", "atom", "api"] : [];
    repositories.put({ ...repositories.all()[0]!, topics });
    const differences = await replay(github, name);
    expect(differences.filter((line) => !allowed.some(({ difference }) => difference.test(line)))).toEqual(
      [],
    );
  },
);

test("a replay tells of every difference", async () => {
  await using github = await startCheckedGitHub({
    seed: { users: { "octokit-fixture-user-a": { token: tokenA! } } },
  });
  expect(await replay(github, "lock-issue")).toEqual([
    `PUT /repos/${organization}/lock-issue/issues/1/lock: 404 in place of 204`,
    `DELETE /repos/${organization}/lock-issue/issues/1/lock: 404 in place of 204`,
  ]);
});
