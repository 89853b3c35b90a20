/**
 * @module A repository for tests of what protection and rulesets refuse: who is there, and how rules are made.
 */
import { expect } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

export interface Guarded {
  readonly github: EmulatedGitHub;
  /** Owns the organisation. */
  readonly ada: Caller;
  /** May write. */
  readonly bob: Caller;
  /** The two commits of `main`. */
  readonly first: string;
  readonly second: string;
  protect(settings: object): Promise<void>;
  /** For the default branch and `release/*`. @returns the ruleset's id */
  rule(...rules: readonly object[]): Promise<number>;
}

/** Protection that refuses nothing but what it always refuses. */
export const openProtection = {
  required_status_checks: null,
  enforce_admins: false,
  required_pull_request_reviews: null,
  restrictions: null,
};

export async function startGuarded(): Promise<Guarded> {
  const github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {}, cyd: {}, eve: {} },
      organizations: {
        acme: { members: { ada: "admin", bob: "member" }, teams: { core: { members: ["bob"] } } },
      },
      repositories: {
        "acme/data": { files: { a: "one\n" }, collaborators: { bob: "write", cyd: "write" } },
        "ada/own": { files: { a: "one\n" } },
      },
      apps: {
        robot: {
          permissions: { contents: "write", checks: "write", statuses: "write", pull_requests: "write" },
          installations: { acme: "all" },
        },
      },
    },
  });
  const ada = callAs(github, github.tokenFor("ada"));
  const made = await ada("PUT /repos/acme/data/contents/b", { message: "m", content: "" });
  const second = made.body.commit.sha;
  return {
    github,
    ada,
    bob: callAs(github, github.tokenFor("bob")),
    first: made.body.commit.parents[0].sha,
    second,
    async protect(settings) {
      const body = { ...openProtection, ...settings };
      expect((await ada("PUT /repos/acme/data/branches/main/protection", body)).status).toBe(200);
    },
    async rule(...rules) {
      const { status, body } = await ada("POST /repos/acme/data/rulesets", {
        name: `Rules ${rules.length}`,
        enforcement: "active",
        conditions: { ref_name: { include: ["~DEFAULT_BRANCH", "refs/heads/release/*"], exclude: [] } },
        rules,
      });
      expect(status).toBe(201);
      return body.id;
    },
  };
}

/** A branch with a commit of its own, and a pull request for it. @returns its number */
export async function openPull({ ada, bob, second }: Guarded, head: string, name: string): Promise<number> {
  await ada("POST /repos/acme/data/git/refs", { ref: `refs/heads/${head}`, sha: second });
  await ada(`PUT /repos/acme/data/contents/${name}`, { message: "m", content: "", branch: head });
  return (await bob("POST /repos/acme/data/pulls", { title: "x", head, base: "main" })).body.number;
}

export function merge(by: Caller, number: number, method = "merge") {
  return by(`PUT /repos/acme/data/pulls/${number}/merge`, { merge_method: method });
}
