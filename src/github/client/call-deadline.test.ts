import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { startCheckedGitHub } from "../../../test/emulator/checked-github.ts";
import { createFastClock } from "../../../test/github/fast-clock.ts";
import { GitHubClient } from "./github-client.ts";

const repository = (id: number) => ({
  id,
  node_id: "n",
  name: `r${id}`,
  full_name: `acme/r${id}`,
  owner: { login: "acme" },
  description: null,
  html_url: "https://github.com",
  private: true,
});

/** Takes 2 s of the client's time for each of 20 pages. */
async function startSlowServer() {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://localhost");
    const page = Number(searchParams.get("page") ?? 1);
    setTimeout(() => {
      response.setHeader("content-type", "application/json");
      if (pathname.startsWith("/users/")) return response.end('{ "type": "Organization", "login": "acme" }');
      if (page < 20) response.setHeader("link", `<http://localhost/?page=${page + 1}>; rel="next"`);
      return response.end(JSON.stringify([repository(page)]));
    }, 40);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const auth = "a".repeat(40);
  const client = new GitHubClient({ apiUrl: url, auth, org: "acme", clock: createFastClock(50), env: {} });
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

test("`timeoutMs` is for all requests of a call together", async () => {
  await using slow = await startSlowServer();
  await expect(slow.client.listRepos({ timeoutMs: 10_000 })).rejects.toMatchObject({
    code: "remote_unavailable",
  });
  expect(await slow.client.listRepos()).toHaveLength(20);
});

test("a call of several steps sends nothing more when its time is over", async () => {
  await using github = await startCheckedGitHub({
    seed: { users: { ada: {} }, organizations: { acme: { members: { ada: "admin" } } } },
  });
  github.faults.add({ operation: "repos/get", does: { kind: "latency", ms: 60 } });
  github.faults.add({ operation: "repos/create-in-org", does: { kind: "latency", ms: 60 } });
  const clock = createFastClock(50);
  await using client = new GitHubClient({ apiUrl: github.url, auth: github.tokenFor("ada"), clock, env: {} });
  const wish = { name: "acme/shop", spec: { a: 1 }, secrets: { KEY: "4711" } };
  await expect(client.provisionRepo({ ...wish, timeoutMs: 5_000 })).rejects.toMatchObject({
    code: "remote_unavailable",
  });
  expect(github.requests.count("repos/create-in-org")).toBe(0);
  expect(await client.provisionRepo(wish)).toMatchObject({ ok: true });
});
