/**
 * @module Something that answers with a page whatever it is asked: nobody takes that for an answer of GitHub's.
 */
import { describe, expect, test } from "vitest";
import { GitHubClient } from "../../src/github/client/github-client.ts";
import { createVirtualClock } from "./virtual-clock.ts";

const page = "<html>Please log in</html>";

function clientOver(answer: (request: Request) => Response): GitHubClient {
  const clock = createVirtualClock();
  return new GitHubClient({
    apiUrl: "https://github.example/api/v3",
    auth: `ghp_${"a".repeat(36)}`,
    org: "acme",
    clock,
    env: {},
    fetch: async (input, init) => answer(new Request(String(input), init)),
  });
}

const asPage = (type: string) => () => new Response(page, { headers: { "content-type": type } });

const sha = "a".repeat(40);
const calls: readonly (readonly [string, (client: GitHubClient) => Promise<unknown>])[] = [
  ["getRepo", (client) => client.getRepo("x")],
  ["listRepos", (client) => client.listRepos()],
  ["deleteRepo", (client) => client.deleteRepo("x", { confirm: "acme/x" })],
  ["getFile", (client) => client.getFile("x", "y")],
  ["putFile", (client) => client.putFile("x", "y", "z")],
  ["deleteFile", (client) => client.deleteFile("x", "y")],
  ["listFiles", (client) => client.listFiles("x")],
  [
    "commitFiles",
    (client) => client.commitFiles("x", { message: "m", changes: [{ path: "a", content: "b" }] }),
  ],
  ["setSecret", (client) => client.setSecret("x", "A", "v")],
  ["deleteSecret", (client) => client.deleteSecret("x", "A")],
  ["listSecrets", (client) => client.listSecrets("x")],
  ["getWorkflowRun", (client) => client.getWorkflowRun("x", 1)],
  ["listWorkflowRuns", (client) => client.listWorkflowRuns("x")],
  ["rerunFailed", (client) => client.rerunFailed("x", 1)],
  ["getWorkflowLogs", (client) => client.getWorkflowLogs("x", 1)],
  ["getFailure", (client) => client.getFailure("x", 1)],
  ["getIssue", (client) => client.getIssue("x", 1)],
  ["listIssues", (client) => client.listIssues("x")],
  ["editIssue", (client) => client.editIssue("x", 1, { title: "y" })],
  ["mergePullRequest", (client) => client.mergePullRequest("x", 1)],
  ["getRef", (client) => client.getRef("x", "heads/a")],
  ["updateRef", (client) => client.updateRef("x", "heads/a", sha)],
  ["deleteRef", (client) => client.deleteRef("x", "heads/a")],
  ["branchContainsCommit", (client) => client.branchContainsCommit("x", "main", sha)],
  ["getPermission", (client) => client.getPermission("x", "ada")],
  ["addLabels", (client) => client.addLabels("x", 1, ["b"])],
];

describe.each(["text/html; charset=utf-8", "text/plain"])("a page as %s", (type) => {
  test.for(calls.filter(([name]) => type.startsWith("text/html") || !name.endsWith("Logs")))(
    "is no answer to %s",
    async ([, call]) => {
      await using client = clientOver(asPage(type));
      await expect(call(client)).rejects.toMatchObject({
        code: "remote_unavailable",
        hint: expect.stringContaining("GITHUB_API_URL"),
        data: { reason: "foreign" },
      });
    },
  );

  test("leaves open whether something was made", async () => {
    await using client = clientOver(asPage(type));
    await expect(
      client.fetch("https://github.example/api/v3/repos/a/b/issues", { method: "POST", body: "{}" }),
    ).rejects.toMatchObject({ code: "ambiguous_write", hint: expect.stringContaining("GITHUB_API_URL") });
  });
});

test.for([600, 999])("a status of %d is no answer", async (status) => {
  await using client = clientOver(() => withStatus(status));
  const url = "https://github.example/api/v3/repos/a/b";
  await expect(client.fetch(url)).rejects.toMatchObject({
    code: "remote_unavailable",
    message: expect.stringContaining(`${status}`),
    data: { reason: "foreign" },
  });
  await expect(client.fetch(`${url}/issues`, { method: "POST", body: "{}" })).rejects.toMatchObject({
    code: "ambiguous_write",
  });
});

/** As an HTTP client hands it on, and no constructor makes it. */
function withStatus(status: number): Response {
  return Object.defineProperty(Response.json({}), "status", { value: status });
}

describe("an answer of GitHub's", () => {
  test.for<readonly [string, string, string, string, string]>([
    ["a file's bytes, as text", "/repos/a/b/contents/c", "application/vnd.github.raw", "text/plain", page],
    ["a file's bytes, by GitHub's name", "/repos/a/b/contents/c", "*/*", "application/vnd.github.raw", page],
    ["a diff", "/repos/a/b/pulls/1", "application/vnd.github.v3.diff", "text/plain", "diff --git"],
    ["a page that was asked for", "/repos/a/b/readme", "application/vnd.github.html", "text/html", page],
    ["a wise word", "/zen", "application/json", "text/plain", "Mind your words."],
    ["a log", "/repos/a/b/actions/jobs/1/logs", "*/*", "text/plain", "2026 ok"],
    ["JSON without its name", "/repos/a/b", "*/*", "text/plain", '{"id":1}'],
    ["a text of a place that nobody describes", "/unheard/of", "*/*", "text/plain", "ok"],
  ])("is %s", async ([, path, accept, type, body]) => {
    await using client = clientOver(() => new Response(body, { headers: { "content-type": type } }));
    const response = await client.fetch(`https://github.example/api/v3${path}`, { headers: { accept } });
    expect(await response.text()).toBe(body);
  });
});
