/**
 * @module The unmodified `@octokit/app` against the emulator.
 */
import { App } from "@octokit/app";
import { Octokit } from "@octokit/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { startHookReceiver } from "./hook-receiver.ts";

let github: EmulatedGitHub;
beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {} },
      repositories: {
        "acme/data": {},
        "acme/more": {},
        "globex/site": {},
        "globex/private": { visibility: "private" },
      },
      organizations: { acme: { members: { ada: "admin" } }, globex: {} },
      apps: {
        bot: {
          owner: "acme",
          permissions: { issues: "write" },
          installations: { acme: ["data"], globex: "all" },
        },
      },
    },
  });
});
afterEach(() => github.close());

test("an app walks through its installations and opens an issue in each of its repositories", async () => {
  const { appId, privateKey } = github.appCredentials("bot");
  const app = new App({ appId, privateKey, Octokit: Octokit.defaults({ baseUrl: github.url }) });
  const seen: string[] = [];
  for await (const { octokit, repository } of app.eachRepository.iterator()) {
    const { data } = await octokit.request("POST /repos/{owner}/{repo}/issues", {
      owner: repository.owner.login,
      repo: repository.name,
      title: "Hello from the app",
    });
    seen.push(`${repository.full_name}#${data.number} ${data.user?.login}`);
  }
  expect(seen).toEqual(["acme/data#1 bot[bot]", "globex/site#1 bot[bot]", "globex/private#1 bot[bot]"]);
  // Each of the two organisations needed one token.
  expect(github.requests.count("apps/create-installation-access-token")).toBe(2);
});

test("an app works on through a token's end", async () => {
  const { appId, privateKey } = github.appCredentials("bot");
  const app = new App({ appId, privateKey, Octokit: Octokit.defaults({ baseUrl: `${github.url}/api/v3` }) });
  const { data } = await app.octokit.request("GET /orgs/{org}/installation", { org: "globex" });
  const octokit = await app.getInstallationOctokit(data.id);
  const { data: list } = await octokit.request("GET /installation/repositories");
  expect(list.total_count).toBe(2);
  const { data: info } = await app.octokit.request("GET /app");
  expect(info?.slug).toBe("bot");
});

test("an app sets its clock by the emulator's, however far that was moved", async () => {
  const { appId, privateKey } = github.appCredentials("bot");
  const quiet = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const app = new App({
    appId,
    privateKey,
    log: quiet,
    Octokit: Octokit.defaults({ baseUrl: github.url, log: quiet }),
  });
  github.clock.advance(7_200_000);
  expect((await app.octokit.request("GET /app")).data?.slug).toBe("bot");
});

test("a bot that hears of an issue answers it, and is known by its name", async () => {
  await using receiver = await startHookReceiver();
  const secret = "s3cret";
  await using own = await startCheckedGitHub({
    seed: {
      users: { ada: {} },
      repositories: { "acme/data": {}, "globex/site": {} },
      organizations: { acme: {}, globex: {} },
      apps: {
        greeter: {
          owner: "acme",
          permissions: { issues: "write" },
          events: ["issues"],
          webhook: { url: receiver.url, secret },
          installations: { acme: "all", globex: "all" },
        },
      },
    },
  });
  const app = new App({
    ...own.appCredentials("greeter"),
    webhooks: { secret },
    Octokit: Octokit.defaults({ baseUrl: own.url }),
  });
  app.webhooks.on("issues.opened", async ({ octokit, payload }) => {
    await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      owner: payload.repository.owner.login,
      repo: payload.repository.name,
      issue_number: payload.issue.number,
      body: `Welcome, ${payload.sender.login}!`,
    });
  });
  const ada = callAs(own, own.tokenFor("ada"));
  for (const name of ["acme/data", "globex/site"])
    await ada(`POST /repos/${name}/issues`, { title: "Hello" });
  await own.webhooks.settled();
  for (const { headers, body, event } of receiver.received) {
    await app.webhooks.verifyAndReceive({
      id: String(headers["x-github-delivery"]),
      name: event,
      payload: body,
      signature: String(headers["x-hub-signature-256"]),
    });
  }
  for (const name of ["acme/data", "globex/site"]) {
    expect((await ada(`GET /repos/${name}/issues/1/comments`)).body).toMatchObject([
      { body: "Welcome, ada!", user: { login: "greeter[bot]", type: "Bot" } },
    ]);
  }
});
