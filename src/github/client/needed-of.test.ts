import { expect, test } from "vitest";
import { startCheckedGitHub } from "../../../test/emulator/checked-github.ts";
import { createFastClock } from "../../../test/github/fast-clock.ts";
import { GitHubClient } from "./github-client.ts";

const workflow = "on: workflow_dispatch\njobs: { build: {} }\n";

async function startApp(permissions: Readonly<Record<string, "read" | "write">>) {
  const github = await startCheckedGitHub({
    checksRequests: true,
    seed: {
      users: { ada: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/data": {
          visibility: "private",
          files: { "README.md": "# Data", ".github/workflows/deploy.yml": workflow },
        },
      },
      apps: {
        keeper: {
          owner: "acme",
          permissions: { ...permissions, metadata: "read" },
          installations: { acme: "all" },
        },
      },
    },
  });
  const { appId, privateKey } = github.appCredentials("keeper");
  const client = new GitHubClient({
    apiUrl: github.url,
    org: "acme",
    clock: createFastClock(50),
    env: { GITHUB_APP_ID: String(appId), GITHUB_APP_PRIVATE_KEY: privateKey },
  });
  return {
    github,
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await github.close();
    },
  };
}

test("a refusal names what the operation takes, not what its first request does", async () => {
  await using app = await startApp({});
  const refused = (needed: string) => ({
    code: "forbidden",
    hint: `Give the token or the App the permission: ${needed}.`,
    data: { needed, requestId: expect.any(String) },
  });
  await expect(app.client.setSecret("data", "KEY", "v")).rejects.toMatchObject(refused("secrets=write"));
  await expect(app.client.triggerWorkflow("data", "deploy.yml")).rejects.toMatchObject(
    refused("actions=write"),
  );
  await expect(app.client.putFile("data", "a", "1")).rejects.toMatchObject(refused("contents=write"));
});

test("a refused commit of many files names its permissions and the request", async () => {
  await using app = await startApp({ contents: "read" });
  const commit = (path: string) =>
    app.client.commitFiles("data", { message: "Change it", changes: [{ path, content: "1" }] });
  await expect(commit("a")).rejects.toMatchObject({
    code: "forbidden",
    data: { needed: "contents=write", requestId: expect.any(String) },
  });
  await expect(commit(".github/workflows/x.yml")).rejects.toMatchObject({
    code: "forbidden",
    hint: expect.stringContaining("contents=write,workflows=write"),
    data: { needed: "contents=write,workflows=write", requestId: expect.any(String) },
  });
});

test("a repository's token that an App may not have says in GitHub's form what it takes", async () => {
  await using app = await startApp({ contents: "read" });
  const asked = app.client.getRepoToken("data", { permissions: { contents: "write", secrets: "read" } });
  await expect(asked).rejects.toMatchObject({
    code: "forbidden",
    data: { needed: "contents=write,secrets=read" },
  });
});

const seed = {
  users: { ada: {} },
  repositories: { "ada/app": { files: { ".github/workflows/deploy.yml": workflow } } },
} as const;

test("a classic token's missing scope is named", async () => {
  await using github = await startCheckedGitHub({ checksRequests: true, seed });
  await using client = new GitHubClient({
    apiUrl: github.url,
    auth: github.tokenFor({ user: "ada", scopes: ["repo"] }),
    clock: createFastClock(50),
    env: {},
  });
  const deleting = client.deleteRepo("ada/app", { confirm: "ada/app" });
  await expect(deleting).rejects.toMatchObject({
    code: "forbidden",
    hint: "Give the token the scope delete_repo.",
    data: { needed: "scope delete_repo", scopes: ["repo"] },
  });
  const path = ".github/workflows/deploy.yml";
  const workflowScope = {
    hint: expect.stringContaining("scope workflow"),
    data: { needed: "scope workflow" },
  };
  await expect(client.putFile("ada/app", path, "on: push\n")).rejects.toMatchObject(workflowScope);
  const changes = [{ path, content: "on: push\n" }];
  await expect(client.commitFiles("ada/app", { message: "m", changes })).rejects.toMatchObject(workflowScope);
});

test("a classic token that may not make repositories is told which scope it lacks", async () => {
  await using github = await startCheckedGitHub({
    checksRequests: true,
    seed: { users: { ada: {} }, organizations: { acme: { members: { ada: "admin" } } } },
  });
  await using client = new GitHubClient({
    apiUrl: github.url,
    auth: github.tokenFor({ user: "ada", scopes: ["gist"] }),
    clock: createFastClock(50),
    env: {},
  });
  await expect(client.createRepo("acme/new")).rejects.toMatchObject({
    code: "forbidden",
    hint: expect.stringMatching(/^Give the token the scope .*repo/u),
    data: { needed: expect.stringContaining("scope "), scopes: ["gist"] },
  });
});

test("who writes without a credential is told so", async () => {
  await using github = await startCheckedGitHub({ checksRequests: true, seed });
  await using client = new GitHubClient({
    apiUrl: github.url,
    otherwise: "anonymous",
    clock: createFastClock(50),
    env: {},
  });
  await expect(client.createIssue("ada/app", "a")).rejects.toMatchObject({
    code: "unauthorized",
    hint: expect.stringContaining("No credential was sent"),
  });
});

test("a protected branch is not deleted, and the error says that it is protected", async () => {
  await using github = await startCheckedGitHub({ checksRequests: true, seed });
  const auth = github.tokenFor("ada");
  await using client = new GitHubClient({ apiUrl: github.url, auth, clock: createFastClock(50), env: {} });
  const main = (await client.getRef("ada/app", "heads/main"))!;
  await client.createRef("ada/app", "heads/kept", main);
  const api = await client.api("ada/app");
  await api.request("PUT /repos/{owner}/{repo}/branches/{branch}/protection", {
    owner: "ada",
    repo: "app",
    branch: "kept",
    required_status_checks: null,
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
  });
  await expect(client.deleteRef("ada/app", "heads/kept")).rejects.toMatchObject({
    hint: expect.stringContaining("A rule of the repository forbids it"),
  });
});
