/**
 * @module Releases of the emulator: drafts, tags, which one is the latest, and what is told of them.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs, type Reply } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { startHookReceiver } from "./hook-receiver.ts";
import { payloadProblems } from "./payload-check.ts";

const at = "/repos/ada/data";
const workflow = "name: Ship\non: { release: { types: [created, published] } }\njobs: { a: { steps: [] } }\n";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {}, eve: {} },
      repositories: {
        "ada/data": {
          collaborators: { bob: "triage" },
          files: { "README.md": "# Data\n", ".github/workflows/ship.yml": workflow },
        },
        "ada/empty": {},
      },
      apps: { keeper: { owner: "ada", permissions: { contents: "read" }, installations: { ada: "all" } } },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

const tags = ({ body }: Reply): string[] => (body as { tag_name: string }[]).map(({ tag_name }) => tag_name);
const create = (body: object): Promise<Reply> => ada(`POST ${at}/releases`, body);

test("a published release makes its tag, and is dated with its commit", async () => {
  const head = await ada(`GET ${at}/commits/main`);
  github.clock.advance(3_600_000);
  const made = await create({ tag_name: "v1", name: "One", body: "Notes" });
  expect(made).toMatchObject({
    status: 201,
    body: {
      tag_name: "v1",
      target_commitish: "main",
      name: "One",
      body: "Notes",
      draft: false,
      prerelease: false,
      author: { login: "ada" },
      assets: [],
      created_at: head.body.commit.committer.date,
      html_url: `${github.url}/ada/data/releases/tag/v1`,
      tarball_url: `${github.url}${at}/tarball/v1`,
      upload_url: `${github.url}${at}/releases/${made.body.id}/assets{?name,label}`,
    },
  });
  expect(Date.parse(made.body.published_at)).toBeGreaterThan(Date.parse(made.body.created_at));
  expect(made.headers.get("location")).toBe(made.body.url);
  const ref = await ada(`GET ${at}/git/ref/tags/v1`);
  expect(ref.body.object).toMatchObject({ type: "commit", sha: head.body.sha });
  for (const path of [`${made.body.id}`, "tags/v1", "latest"])
    expect((await callAs(github)(`GET ${at}/releases/${path}`)).body.id).toBe(made.body.id);
});

test("a seed may have releases, of files that it has", async () => {
  const files = { "README.md": "# Data\n" };
  const releases = [{ tag: "v1", name: "One" }, { tag: "v2" }, { tag: "v3", draft: true }];
  await using seeded = await startCheckedGitHub({
    seed: { repositories: { "ada/data": { files, releases } } },
  });
  const latest = await callAs(seeded)(`GET ${at}/releases/latest`);
  expect(latest.body).toMatchObject({ tag_name: "v2", author: { login: "ada" } });
  expect(tags(await callAs(seeded)(`GET ${at}/releases`))).toEqual(["v2", "v1"]);
  await expect(
    startCheckedGitHub({ seed: { repositories: { "ada/data": { releases } } } }),
  ).rejects.toMatchObject({ code: "invalid_input", data: { path: "repositories.ada/data" } });
});

test("a tag with slashes is one tag, and an existing tag is taken as it is", async () => {
  const { sha } = (await ada(`GET ${at}/commits/main`)).body;
  await ada(`POST ${at}/git/refs`, { ref: "refs/tags/pkg/v1", sha });
  await ada(`PUT ${at}/contents/new.txt`, { message: "More", content: "bmV3" });
  const made = await create({ tag_name: "pkg/v1", target_commitish: "no-such-branch" });
  expect(made.status).toBe(201);
  expect((await ada(`GET ${at}/git/ref/tags/pkg/v1`)).body.object.sha).toBe(sha);
  expect((await ada(`GET ${at}/releases/tags/pkg/v1`)).body.id).toBe(made.body.id);
  expect((await ada(`GET ${at}/releases/tags/pkg%2Fv1`)).body.id).toBe(made.body.id);
});

test("drafts are for those who may write, have no tag, and no place among the published ones", async () => {
  const draft = await create({ tag_name: "v1", draft: true });
  expect(draft.body).toMatchObject({ draft: true, published_at: null, tarball_url: null, zipball_url: null });
  expect(draft.body.html_url).toMatch(/\/releases\/tag\/untagged-[0-9a-f]{20}$/u);
  expect((await ada(`GET ${at}/git/ref/tags/v1`)).status).toBe(404);
  const reader = callAs(github, github.tokenFor({ app: "keeper", account: "ada" }));
  for (const caller of [bob, callAs(github), reader]) {
    expect((await caller(`GET ${at}/releases`)).body).toEqual([]);
    expect((await caller(`GET ${at}/releases/${draft.body.id}`)).status).toBe(404);
    expect((await caller(`GET ${at}/releases/${draft.body.id}/assets`)).status).toBe(404);
  }
  expect(tags(await ada(`GET ${at}/releases`))).toEqual(["v1"]);
  expect((await ada(`GET ${at}/releases/tags/v1`)).status).toBe(404);
  expect((await ada(`GET ${at}/releases/latest`)).status).toBe(404);
  // Several drafts may be meant for one tag; only one gets it.
  const other = await create({ tag_name: "v1", draft: true });
  const published = await ada(`PATCH ${at}/releases/${draft.body.id}`, { draft: false });
  expect(published.body).toMatchObject({ draft: false, published_at: expect.any(String) });
  expect((await ada(`GET ${at}/git/ref/tags/v1`)).status).toBe(200);
  expect(await ada(`PATCH ${at}/releases/${other.body.id}`, { draft: false })).toMatchObject({
    status: 422,
    body: { errors: [{ resource: "Release", code: "already_exists", field: "tag_name" }] },
  });
});

test("the latest release is the one that was made so, else the newest by its commit, then by its version", async () => {
  const latest = async () => (await ada(`GET ${at}/releases/latest`)).body.tag_name;
  await create({ tag_name: "v9" });
  await create({ tag_name: "v10", make_latest: "legacy" });
  expect(await latest()).toBe("v9");
  const next = await create({ tag_name: "v11" });
  expect(await latest()).toBe("v11");
  await create({ tag_name: "v12", prerelease: true });
  await create({ tag_name: "v13", make_latest: "false" });
  expect(await latest()).toBe("v11");
  expect((await ada(`DELETE ${at}/releases/${next.body.id}`)).status).toBe(204);
  expect(await latest()).toBe("v10");
  const first = await ada(`GET ${at}/releases/tags/v9`);
  await ada(`PATCH ${at}/releases/${first.body.id}`, { make_latest: "true" });
  expect(await latest()).toBe("v9");
  // The tag of a deleted release stays.
  expect((await ada(`GET ${at}/git/ref/tags/v11`)).status).toBe(200);
});

test.each([
  [{}, { field: "tag_name", code: "missing_field" }],
  [{ tag_name: "" }, { field: "tag_name", code: "missing_field" }],
  [{ tag_name: "a..b" }, { field: "tag_name", code: "custom" }],
  [{ tag_name: "../../../config" }, { field: "tag_name", code: "custom" }],
  [
    { tag_name: "v1", target_commitish: "nowhere" },
    { field: "target_commitish", code: "invalid" },
  ],
  [
    { tag_name: "v1", target_commitish: "refs/pull/1/merge" },
    { field: "target_commitish", code: "invalid" },
  ],
  [{ tag_name: "v1", draft: true, target_commitish: "nowhere" }, { field: "target_commitish" }],
  [
    { tag_name: "v1", body: "x".repeat(125_001) },
    { field: "body", code: "custom" },
  ],
  [
    { tag_name: "v1", make_latest: "maybe" },
    { field: "make_latest", code: "invalid" },
  ],
  [
    { tag_name: "v1", latest: true },
    { field: "latest", code: "invalid" },
  ],
])("a release of %j is refused", async (body, error) => {
  expect(await create(body)).toMatchObject({
    status: 422,
    body: { errors: [{ resource: "Release", ...error }] },
  });
});

test("what has a release already, what is empty, and who may not write", async () => {
  await create({ tag_name: "v1" });
  expect(await create({ tag_name: "v1" })).toMatchObject({
    status: 422,
    body: {
      message: "Validation Failed",
      errors: [{ resource: "Release", code: "already_exists", field: "tag_name" }],
    },
  });
  expect(await ada("POST /repos/ada/empty/releases", { tag_name: "v1" })).toMatchObject({
    status: 422,
    body: { message: "Repository is empty." },
  });
  expect((await bob(`POST ${at}/releases`, { tag_name: "v2" })).status).toBe(403);
  expect((await callAs(github)(`POST ${at}/releases`, { tag_name: "v2" })).status).toBe(401);
  expect((await create({ tag_name: "v2", discussion_category_name: "General" })).status).toBe(501);
});

test("a ruleset that keeps tags from being made keeps releases from being published", async () => {
  await ada(`POST ${at}/rulesets`, {
    name: "Tags",
    target: "tag",
    enforcement: "active",
    conditions: { ref_name: { include: ["~ALL"], exclude: [] } },
    rules: [{ type: "creation" }],
  });
  expect(await create({ tag_name: "v1" })).toMatchObject({
    status: 422,
    body: {
      errors: [
        {
          resource: "Release",
          code: "custom",
          field: "pre_receive",
          message:
            "pre_receive Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n",
        },
        { resource: "Release", code: "custom", message: "Published releases must have a valid tag" },
      ],
    },
  });
  expect((await create({ tag_name: "v1", draft: true })).status).toBe(201);
});

test("a release whose tag is deleted is a draft again", async () => {
  const { id } = (await create({ tag_name: "v1" })).body;
  await create({ tag_name: "v1.1", make_latest: "legacy" });
  expect((await ada(`DELETE ${at}/git/refs/tags/v1`)).status).toBe(204);
  expect((await ada(`GET ${at}/releases/${id}`)).body).toMatchObject({ draft: true, published_at: null });
  expect((await bob(`GET ${at}/releases/${id}`)).status).toBe(404);
  expect((await ada(`GET ${at}/releases/latest`)).body.tag_name).toBe("v1.1");
});

test("anybody who sees a release may react to it", async () => {
  const one = `${at}/releases/${(await create({ tag_name: "v1" })).body.id}`;
  const made = await bob(`POST ${one}/reactions`, { content: "rocket" });
  expect(made).toMatchObject({ status: 201, body: { content: "rocket", user: { login: "bob" } } });
  expect((await bob(`POST ${one}/reactions`, { content: "rocket" })).status).toBe(200);
  expect((await bob(`POST ${one}/reactions`, { content: "confused" })).status).toBe(422);
  expect((await ada(`GET ${one}`)).body.reactions).toMatchObject({ total_count: 1, rocket: 1 });
  expect((await ada(`GET ${one}/reactions`)).body).toHaveLength(1);
  expect((await bob(`DELETE ${one}/reactions/${made.body.id}`)).status).toBe(204);
  expect((await ada(`GET ${one}`)).body.reactions).toBeUndefined();
  await bob(`POST ${one}/reactions`, { content: "eyes" });
  await ada(`DELETE ${one}`);
  expect(github.state.reactions.all()).toEqual([]);
});

test("webhooks hear of each step", async () => {
  await using receiver = await startHookReceiver();
  await ada(`POST ${at}/hooks`, { config: { url: receiver.url, content_type: "json" }, events: ["release"] });
  const draft = await create({ tag_name: "v1", name: "One", body: "b", draft: true });
  const one = `${at}/releases/${draft.body.id}`;
  await ada(`PATCH ${one}`, { name: "First" });
  await ada(`PATCH ${one}`, { draft: false, prerelease: true });
  await ada(`PATCH ${one}`, { prerelease: false });
  await ada(`PATCH ${one}`, { draft: true });
  await ada(`DELETE ${one}`);
  await create({ tag_name: "v2", name: "Two", body: "b", prerelease: true });
  await github.webhooks.settled();
  const told = receiver.received.filter(({ event }) => event === "release");
  expect(told.map(({ payload }) => payload.action)).toEqual([
    ...["created", "edited", "published", "released", "unpublished", "deleted"],
    ...["created", "published", "prereleased"],
  ]);
  expect(told[1]!.payload.changes).toEqual({ name: { from: "One" } });
  expect(told.flatMap(({ event, payload }) => payloadProblems(event, payload))).toEqual([]);
});

test("workflows run on a release's tag, drafts start none, and a job's token starts none", async () => {
  const runs = () => github.actions.runs("ada/data").filter(({ event }) => event === "release");
  const draft = await create({ tag_name: "v1", name: "One", draft: true });
  expect(runs()).toEqual([]);
  await ada(`PATCH ${at}/releases/${draft.body.id}`, { draft: false });
  const { sha } = (await ada(`GET ${at}/commits/main`)).body;
  expect(runs()).toMatchObject([{ ref: "refs/tags/v1", headBranch: "v1", headSha: sha, title: "One" }]);
  expect(runs()[0]!.payload).toMatchObject({ action: "published", release: { tag_name: "v1" } });
  const job = callAs(github, github.tokenFor({ actions: "ada/data", permissions: { contents: "write" } }));
  expect((await job(`POST ${at}/releases`, { tag_name: "v2" })).status).toBe(201);
  expect(runs()).toHaveLength(1);
});

test("a deleted repository takes its releases along", async () => {
  const { id } = (await create({ tag_name: "v1" })).body;
  await ada(`DELETE ${at}`);
  expect(github.state.releases.get(id)).toBeUndefined();
});
