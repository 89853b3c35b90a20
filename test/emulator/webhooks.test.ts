/**
 * @module Webhooks of the emulator: who is told of what, how it is signed, and what becomes of failures.
 */
import { App } from "@octokit/app";
import { Webhooks } from "@octokit/webhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { type HookReceiver, startHookReceiver } from "./hook-receiver.ts";
import { payloadProblems } from "./payload-check.ts";

const secret = "It's a Secret to Everybody";
let receiver: HookReceiver;
let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  receiver = await startHookReceiver();
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: { "acme/data": {}, "acme/other": {}, "bob/own": {} },
      apps: {
        bot: {
          owner: "acme",
          permissions: { issues: "write" },
          events: ["issues", "issue_comment", "push"],
          webhook: { url: receiver.url, secret },
          installations: { acme: ["data"] },
        },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(async () => {
  await github.close();
  await receiver[Symbol.asyncDispose]();
});

const settled = () => github.webhooks.settled();
const hooks = "/repos/acme/data/hooks";

async function addHook(more: Record<string, unknown> = {}, events = ["issues"]): Promise<number> {
  const config = { url: `${receiver.url}?own`, content_type: "json", secret };
  const { status, body } = await ada(`POST ${hooks}`, { config, events, ...more });
  expect(status).toBe(201);
  await settled();
  receiver.received.length = 0;
  return body.id;
}

test("a webhook is made, shown without its secret, changed and removed", async () => {
  const made = await ada(`POST ${hooks}`, { config: { url: receiver.url, secret } });
  expect(made).toMatchObject({
    status: 201,
    body: { active: true, events: ["push"], config: { content_type: "form", secret: "********" } },
  });
  const path = `${hooks}/${made.body.id}`;
  expect(made.headers.get("location")).toBe(github.url + path);
  const changed = await ada(`PATCH ${path}`, { add_events: ["issues"], remove_events: ["push"] });
  expect(changed.body.events).toEqual(["issues"]);
  expect((await ada(`PATCH ${path}`, { config: { url: receiver.url } })).body.config).not.toHaveProperty(
    "secret",
  );
  expect((await ada(`PATCH ${path}/config`, { content_type: "json" })).body.content_type).toBe("json");
  expect((await ada(`GET ${hooks}`)).body).toHaveLength(1);
  expect((await ada(`DELETE ${path}`)).status).toBe(204);
  expect((await ada(`GET ${path}`)).status).toBe(404);
});

test("a webhook without a right URL, with unknown events, or made twice is refused", async () => {
  expect((await ada(`POST ${hooks}`, { config: {} })).status).toBe(422);
  expect((await ada(`POST ${hooks}`, { config: { url: "file:///etc/passwd" } })).status).toBe(422);
  expect((await ada(`POST ${hooks}`, { config: { url: receiver.url }, events: ["isues"] })).status).toBe(422);
  await addHook();
  const twin = { config: { url: `${receiver.url}?own` }, events: ["issues"] };
  expect(await ada(`POST ${hooks}`, twin)).toMatchObject({
    status: 422,
    body: { errors: [{ resource: "Hook", message: "Hook already exists on this repository" }] },
  });
});

test("webhooks are there for administrators only", async () => {
  expect((await bob(`GET ${hooks}`)).status).toBe(404);
  expect((await bob("GET /repos/bob/own/hooks")).status).toBe(200);
  expect(
    (await callAs(github, github.tokenFor({ app: "bot", account: "acme" }))(`GET ${hooks}`)).status,
  ).toBe(403);
  expect((await ada("POST /orgs/acme/hooks", { name: "web", config: { url: receiver.url } })).status).toBe(
    201,
  );
  expect((await bob("GET /orgs/acme/hooks")).status).toBe(404);
});

test("a new webhook is pinged, and again on request", async () => {
  const { body } = await ada(`POST ${hooks}`, { config: { url: receiver.url, content_type: "json" } });
  expect((await ada(`POST ${hooks}/${body.id}/pings`)).status).toBe(204);
  await settled();
  expect(receiver.received.map(({ event }) => event)).toEqual(["ping", "ping"]);
  expect(receiver.received[0]!.payload).toMatchObject({
    hook_id: body.id,
    repository: { full_name: "acme/data" },
  });
});

test("a webhook for pushes is tried out with the newest commit", async () => {
  const own = await startCheckedGitHub({
    seed: { users: { ada: {} }, repositories: { "ada/site": { files: { "docs/a.md": "A", "b.md": "B" } } } },
  });
  const caller = callAs(own, own.tokenFor("ada"));
  const config = { url: receiver.url, content_type: "json" };
  const { body } = await caller("POST /repos/ada/site/hooks", { config, events: ["push"] });
  expect((await caller(`POST /repos/ada/site/hooks/${body.id}/tests`)).status).toBe(204);
  expect((await caller("POST /repos/ada/site/hooks/1/tests")).status).toBe(404);
  await own.webhooks.settled();
  await own.close();
  const [, push] = receiver.received;
  expect(push).toMatchObject({
    event: "push",
    payload: { ref: "refs/heads/main", created: true, head_commit: { added: ["b.md", "docs/a.md"] } },
  });
  expect(payloadProblems("push", push!.payload)).toEqual([]);
});

test("pushes to a pull request's head, and the end of that, are told of as GitHub does", async () => {
  await using own = await startCheckedGitHub({
    seed: { users: { ada: {} }, repositories: { "ada/site": { files: { a: "A" } } } },
  });
  const caller = callAs(own, own.tokenFor("ada"));
  const { body: main } = await caller("GET /repos/ada/site/git/ref/heads/main");
  await caller("POST /repos/ada/site/git/refs", { ref: "refs/heads/topic", sha: main.object.sha });
  const put = (path: string) =>
    caller(`PUT /repos/ada/site/contents/${path}`, { message: "m", content: "", branch: "topic" });
  await put("b");
  await caller("POST /repos/ada/site/pulls", { title: "x", head: "topic", base: "main" });
  const config = { url: receiver.url, content_type: "json" };
  await caller("POST /repos/ada/site/hooks", { config, events: ["pull_request"] });
  await put("c");
  await caller("POST /repos/ada/site/branches/main/rename", { new_name: "trunk" });
  await caller("DELETE /repos/ada/site/git/refs/heads/topic");
  await own.webhooks.settled();
  const told = receiver.received.filter(({ event }) => event === "pull_request");
  expect(told.map(({ payload }) => payload.action).sort()).toEqual(["closed", "edited", "synchronize"]);
  expect(told.flatMap(({ event, payload }) => payloadProblems(event, payload))).toEqual([]);
});

test("repository, organisation and app are told of one event under one GUID, each with its signature", async () => {
  const id = await addHook();
  const config = { url: `${receiver.url}?org`, content_type: "form", secret: "other" };
  await ada("POST /orgs/acme/hooks", { name: "web", config, events: ["*"] });
  await settled();
  receiver.received.length = 0;
  await bob("POST /repos/acme/data/issues", { title: "Grüße 🎉" });
  await settled();
  expect(receiver.received).toHaveLength(3);
  expect(new Set(receiver.received.map(({ headers }) => headers["x-github-delivery"])).size).toBe(1);
  const byTarget = Object.groupBy(
    receiver.received,
    ({ headers }) => headers["x-github-hook-installation-target-type"] as string,
  );
  expect(Object.keys(byTarget).sort()).toEqual(["integration", "organization", "repository"]);
  for (const { headers, body } of receiver.received) {
    const key = headers["content-type"] === "application/json" ? secret : "other";
    const signature = headers["x-hub-signature-256"] as string;
    expect(await new Webhooks({ secret: key }).verify(body, signature)).toBe(true);
    expect(await new Webhooks({ secret: key }).verify(`${body} `, signature)).toBe(false);
    expect(headers["user-agent"]).toMatch(/^GitHub-Hookshot\//u);
  }
  expect(byTarget["repository"]![0]!.headers["x-github-hook-id"]).toBe(String(id));
  expect(byTarget["integration"]![0]!.payload.installation.id).toBe(github.state.installations.all()[0]!.id);
  expect(byTarget["organization"]![0]!.payload).toMatchObject({
    action: "opened",
    issue: { title: "Grüße 🎉" },
    organization: { login: "acme" },
    sender: { login: "bob" },
  });
});

test("a webhook hears of its events only, and an app of repositories it was given", async () => {
  await addHook({}, ["label"]);
  await ada("POST /repos/acme/other/issues", { title: "Elsewhere" });
  await ada("POST /repos/acme/data/labels", { name: "new" });
  await settled();
  expect(receiver.received.map(({ event }) => event)).toEqual(["label"]);
  await ada(
    `PATCH ${hooks}/${github.state.hooks.by("owner", `repository/${github.state.repositories.all()[0]!.id}`)[0]!.id}`,
    { active: false },
  );
  await ada("POST /repos/acme/data/labels", { name: "newer" });
  await settled();
  expect(receiver.received).toHaveLength(1);
});

test("of a repository that is deleted those apps hear that had it, a person's as an organisation's", async () => {
  const own = await startCheckedGitHub({
    seed: {
      users: { bob: {} },
      organizations: { acme: { members: { bob: "admin" } } },
      repositories: {
        "acme/data": {},
        "acme/hidden": { visibility: "private" },
        "bob/own": {},
        "bob/rest": {},
      },
      apps: {
        bot: {
          owner: "acme",
          events: ["repository"],
          webhook: { url: receiver.url, secret },
          installations: { acme: ["data"], bob: ["own"] },
        },
      },
    },
  });
  const owner = callAs(own, own.tokenFor("bob"));
  for (const name of ["acme/data", "acme/hidden", "bob/own", "bob/rest"])
    expect((await owner(`DELETE /repos/${name}`)).status).toBe(204);
  await own.webhooks.settled();
  await own.close();
  expect(receiver.received.map(({ payload }) => `${payload.action} ${payload.repository.full_name}`)).toEqual(
    ["deleted acme/data", "deleted bob/own"],
  );
});

test("payloads are what GitHub's published schemas say", async () => {
  await addHook({}, ["*"]);
  const issue = "/repos/acme/data/issues/1";
  await ada("POST /repos/acme/data/labels", { name: "new", description: "x" });
  await ada("PATCH /repos/acme/data/labels/new", { color: "ff0000" });
  await bob("POST /repos/acme/data/issues", { title: "Hello", body: "World" });
  await ada(`POST ${issue}/labels`, { labels: ["new"] });
  await ada(`DELETE ${issue}/labels/new`);
  await ada(`POST ${issue}/assignees`, { assignees: ["ada"] });
  await ada(`DELETE ${issue}/assignees`, { assignees: ["ada"] });
  await ada(`PATCH ${issue}`, { title: "Hello you", body: "all" });
  const { body: comment } = await bob(`POST ${issue}/comments`, { body: "hi" });
  await ada(`PATCH /repos/acme/data/issues/comments/${comment.id}`, { body: "hi!" });
  await ada(`DELETE /repos/acme/data/issues/comments/${comment.id}`);
  await ada(`PATCH ${issue}`, { state: "closed" });
  await ada(`PATCH ${issue}`, { state: "open" });
  await ada(`PUT ${issue}/lock`, { lock_reason: "resolved" });
  await ada(`DELETE ${issue}/lock`);
  await ada("DELETE /repos/acme/data/labels/new");
  await settled();
  const own = receiver.received.filter(
    ({ headers }) => headers["x-github-hook-installation-target-type"] === "repository",
  );
  expect(own.map(({ event, payload }) => `${event}.${payload.action}`)).toContain("issues.reopened");
  expect(own.length).toBeGreaterThanOrEqual(15);
  expect(own.flatMap(({ event, payload }) => payloadProblems(event, payload))).toEqual([]);
});

test("a delivery that failed is listed, and can be sent again under its GUID", async () => {
  const id = await addHook();
  receiver.status = 500;
  await ada("POST /repos/acme/data/issues", { title: "One" });
  await settled();
  receiver.status = 200;
  const failed = await ada(`GET ${hooks}/${id}/deliveries?status=failure`);
  expect(failed.body).toMatchObject([
    { event: "issues", action: "opened", status_code: 500, redelivery: false },
  ]);
  const path = `${hooks}/${id}/deliveries/${failed.body[0].id}`;
  expect((await ada(`GET ${path}`)).body).toMatchObject({
    request: { payload: { issue: { title: "One" } } },
    response: { payload: "thanks" },
  });
  expect((await ada(`POST ${path}/attempts`)).status).toBe(202);
  await settled();
  const { body } = await ada(`GET ${hooks}/${id}/deliveries`);
  expect(body[0]).toMatchObject({ guid: failed.body[0].guid, redelivery: true, status: "OK" });
  const first = await ada(`GET ${hooks}/${id}/deliveries?per_page=1`);
  const next = /<([^>]+)>; rel="next"/u.exec(first.headers.get("link")!)![1]!;
  expect((await ada(`GET ${next.slice(github.url.length)}`)).body[0].id).toBe(failed.body[0].id);
  github.clock.advance(3 * 86_400_000 + 1);
  expect((await ada(`GET ${hooks}/${id}/deliveries`)).body).toEqual([]);
});

test("an app lists its deliveries and sends them again", async () => {
  await ada("POST /repos/acme/data/issues", { title: "One" });
  await settled();
  const { appId, privateKey } = github.appCredentials("bot");
  const { token } = (await new App({ appId, privateKey }).octokit.auth({ type: "app" })) as { token: string };
  const app = callAs(github, token);
  const { body } = await app("GET /app/hook/deliveries");
  expect(body).toMatchObject([{ event: "issues", installation_id: github.state.installations.all()[0]!.id }]);
  expect((await app(`POST /app/hook/deliveries/${body[0].id}/attempts`)).status).toBe(202);
  await settled();
  expect(receiver.received).toHaveLength(2);
  expect((await app("PATCH /app/hook/config", { secret: "new" })).body).toMatchObject({ secret: "********" });
  expect((await app("GET /app/hook/config")).body.url).toBe(receiver.url);
});

test("who does not answer in time has failed, and redirects are not followed", async () => {
  const id = await addHook();
  github.webhooks.timeoutMs = 50;
  receiver.status = 0;
  await ada("POST /repos/acme/other/issues", { title: "Nobody hears" });
  await ada("POST /repos/acme/data/issues", { title: "One" });
  await settled();
  receiver.status = 302;
  github.webhooks.timeoutMs = 10_000;
  await ada("POST /repos/acme/data/issues", { title: "Two" });
  await settled();
  const { body } = await ada(`GET ${hooks}/${id}/deliveries`);
  expect(body).toMatchObject([
    { status_code: 302 },
    { status: "timed out", status_code: 0 },
    { event: "ping" },
  ]);
});

test("hosts beyond this machine are not called unless they are allowed", async () => {
  const id = await addHook({ config: { url: "http://169.254.169.254/latest/meta-data" } });
  await ada("POST /repos/acme/data/issues", { title: "One" });
  await settled();
  const { body } = await ada(`GET ${hooks}/${id}/deliveries`);
  expect(body.map(({ status }: { status: string }) => status)).toEqual(
    Array(2).fill("failed to connect to host"),
  );
});

test("deliveries come in another order, or not at all, when that is asked for", async () => {
  const id = await addHook();
  github.webhooks.shuffle(true);
  const titles = Array.from({ length: 8 }, (_, at) => `Issue ${at}`);
  for (const title of titles) await ada("POST /repos/acme/data/issues", { title });
  await settled();
  const own = () =>
    receiver.received
      .filter(({ headers }) => headers["x-github-hook-id"] === String(id))
      .map(({ payload }) => payload.issue.title as string);
  expect(own()).not.toEqual(titles);
  expect(own().sort()).toEqual(titles);
  github.webhooks.shuffle(false);
  github.webhooks.drop(1);
  await ada("POST /repos/acme/data/issues", { title: "Lost" });
  await settled();
  expect(own()).toHaveLength(8);
  expect((await ada(`GET ${hooks}/${id}/deliveries?status=failure`)).body).toHaveLength(1);
  github.webhooks.drop(0);
  github.webhooks.delay(20);
  await ada("POST /repos/acme/data/issues", { title: "Late" });
  await settled();
  expect(own().at(-1)).toBe("Late");
});

test("an app hears of its own suspension", async () => {
  const { appId, privateKey } = github.appCredentials("bot");
  const { token } = (await new App({ appId, privateKey }).octokit.auth({ type: "app" })) as { token: string };
  const path = `/app/installations/${github.state.installations.all()[0]!.id}`;
  await callAs(github, token)(`PUT ${path}/suspended`);
  await ada("POST /repos/acme/data/issues", { title: "Unheard" });
  await callAs(github, token)(`DELETE ${path}`);
  await settled();
  expect(receiver.received.map(({ event, payload }) => `${event}.${payload.action}`)).toEqual([
    "installation.suspend",
    "installation.deleted",
  ]);
});

test("closing does not wait for who does not answer", async () => {
  receiver.status = 0;
  const own = await startCheckedGitHub({
    seed: {
      users: { ada: {} },
      repositories: { "ada/data": {} },
      apps: {
        bot: {
          events: ["issues"],
          permissions: { issues: "read" },
          webhook: { url: receiver.url },
          installations: { ada: "all" },
        },
      },
    },
  });
  await callAs(own, own.tokenFor("ada"))("POST /repos/ada/data/issues", { title: "One" });
  await own.close();
  expect(own.state.deliveries.all()).toEqual([]);
});

test("webhooks, their deliveries and runs are there after a restart", async () => {
  const stateDir = temporaryFolder();
  const first = await startCheckedGitHub({
    stateDir,
    seed: {
      users: { ada: { token: "of-ada" } },
      repositories: {
        "ada/data": { files: { ".github/workflows/a.yml": "name: A\non: issues\njobs: { a: {} }" } },
      },
    },
  });
  const config = { url: receiver.url, content_type: "json" };
  const { body } = await callAs(first, "of-ada")("POST /repos/ada/data/hooks", {
    config,
    events: ["issues"],
  });
  await callAs(first, "of-ada")("POST /repos/ada/data/issues", { title: "One" });
  await first.webhooks.settled();
  await first.close();
  await using again = await startCheckedGitHub({ stateDir });
  const deliveries = await callAs(again, "of-ada")(`GET /repos/ada/data/hooks/${body.id}/deliveries`);
  expect(deliveries.body.map(({ event }: { event: string }) => event)).toEqual(["issues", "ping"]);
  expect(again.actions.runs("ada/data")).toMatchObject([{ event: "issues", status: "queued" }]);
});

test("a classic token needs a scope for webhooks, and for an organisation's another one", async () => {
  const repository = github.state.repositories.all().find(({ name }) => name === "other")!;
  github.state.repositories.put({ ...repository, visibility: "private" });
  const id = await addHook();
  const other = "/repos/acme/other/hooks";
  const statusesWith = async (scope: string) => {
    const call = callAs(github, github.tokenFor({ user: "ada", scopes: [scope] }));
    const config = { url: `${receiver.url}?${scope}` };
    const replies = [
      await call(`GET ${hooks}/${id}`),
      await call(`GET ${other}`),
      await call(`PATCH ${hooks}/${id}`, { active: false }),
      await call(`POST ${other}`, { config }),
      await call("GET /orgs/acme/hooks"),
      await call("POST /orgs/acme/hooks", { name: "web", config }),
    ];
    return replies.map(({ status }) => status);
  };
  expect(await statusesWith("gist")).toEqual([404, 404, 404, 404, 404, 404]);
  expect(await statusesWith("read:repo_hook")).toEqual([200, 200, 404, 404, 404, 404]);
  expect(await statusesWith("write:repo_hook")).toEqual([200, 200, 200, 201, 404, 404]);
  expect(await statusesWith("admin:repo_hook")).toEqual([200, 200, 200, 201, 404, 404]);
  expect(await statusesWith("admin:org_hook")).toEqual([404, 404, 404, 404, 200, 201]);
});
