import { expect, test } from "vitest";
import { createVirtualClock } from "../../../test/github/virtual-clock.ts";
import { createTokenSource } from "../auth/static-token.ts";
import { createGitHubFetch } from "../fetch/create-github-fetch.ts";
import { readWholeList } from "./complete-list.ts";
import { listRepositories } from "./list-repositories.ts";
import { secretMethods } from "./secrets.ts";
import { createSession, type Session } from "./session.ts";
import { workflowMethods } from "./workflows.ts";

const repository = (id: number) => ({ id, owner: { login: "acme" } });
const job = (id: number) => ({ id, name: `job ${id}`, conclusion: "success", html_url: null });
const run = (id: number) => ({ id, created_at: "2026-01-01T00:00:00Z", status: "completed" });
const entries = <T>(make: (id: number) => T) => Array.from({ length: 100 }, (_, at) => make(at + 1));

/** Says that there are 150, shows 100, and no way to the next page. */
const wire: typeof globalThis.fetch = async (input) => {
  const { pathname } = new URL(String(input));
  const lists: Readonly<Record<string, readonly unknown[]>> = {
    runs: entries(run),
    secrets: entries((id) => ({ name: `S${id}`, created_at: "x", updated_at: "x" })),
    repositories: entries(repository),
    jobs: entries(job),
  };
  const name = pathname.split("/").at(-1) ?? "";
  const key = name === "runs" ? "workflow_runs" : name;
  return Response.json(name in lists ? { total_count: 150, [key]: lists[name] } : run(1));
};

async function withShortLists(body: (session: Session) => Promise<unknown>): Promise<unknown> {
  const clock = createVirtualClock(undefined, wire);
  const apiUrl = "https://github.test/api/v3";
  const token = createTokenSource({ token: "ghs_0123456789abcdef0123456789abcdef0123" });
  const source = { ...token, credentialFor: async () => ({ principal: "installation:1" }) };
  await using fetch = createGitHubFetch({ clock, apiUrl, auth: source, fetch: clock.fetch });
  return await body(createSession({ apiUrl, fetch, source, clock, org: "acme" }));
}

test.for([
  ["the runs of acme/app", (session: Session) => workflowMethods(session).listWorkflowRuns("app")],
  ["the secrets of acme/app", (session: Session) => secretMethods(session).listSecrets("app")],
  ["the repositories of acme", (session: Session) => listRepositories(session, {})],
  ["the jobs of run 1 of acme/app", (session: Session) => workflowMethods(session).getFailure("app", 1)],
] as const)("of %s no part is returned where GitHub counts more than it shows", async ([about, read]) => {
  await expect(withShortLists(read)).rejects.toMatchObject({
    code: "busy",
    message: `${about} are not shown whole: 100 of 150`,
    data: { shown: 100, total: 150, retryAfterMs: expect.any(Number) },
  });
});

test("a list that GitHub counts right in the next pass is whole; what goes while it is read is none the less", async () => {
  const passes = [
    [2, ["a"]],
    [2, ["a", "b"]],
    [1, ["a", "b"]],
  ] as const;
  const read = (from: number) => {
    let pass = from;
    return readWholeList(
      "the letters",
      (letter: string) => letter,
      async (noted) => {
        const [total_count, letters] = passes[pass++]!;
        noted({ total_count });
        return [letters];
      },
    );
  };
  expect(await read(0)).toEqual(["a", "b"]);
  expect(await read(2)).toEqual(["a", "b"]);
});
