/**
 * @module Types of issues: an organisation's own, given to the issues of its repositories.
 */
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { openStateFolder } from "../../src/emulator/world/state-folder.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { startHookReceiver } from "./hook-receiver.ts";
import { payloadProblems } from "./payload-check.ts";

const seed = {
  users: { ada: {}, bob: {}, eve: {} },
  organizations: {
    acme: { members: { ada: "admin", bob: "member" } },
    other: { members: { ada: "admin" }, issueTypes: ["bug"] },
  },
  repositories: { "acme/data": {}, "acme/more": {}, "ada/own": {} },
} as const;

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let eve: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({ seed, limits: false });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
  eve = callAs(github, github.tokenFor("eve"));
});
afterEach(() => github.close());

const types = "/orgs/acme/issue-types";
const at = "/repos/acme/data/issues";
const named = (reply: { body: { name: string }[] }) => reply.body.map(({ name }) => name);
const numbers = (reply: { body: { number: number }[] }) => reply.body.map(({ number }) => number);

async function idOf(name: string): Promise<number> {
  return (await ada(`GET ${types}`)).body.find((type: { name: string }) => type.name === name).id;
}

test("an organisation begins with Task, Bug and Feature, and so do its repositories; a person has none", async () => {
  expect(named(await bob(`GET ${types}`))).toEqual(["Task", "Bug", "Feature"]);
  expect(named(await eve("GET /repos/acme/data/issue-types"))).toEqual(["Task", "Bug", "Feature"]);
  expect((await ada("GET /repos/ada/own/issue-types")).status).toBe(404);
  expect((await ada("GET /orgs/ada/issue-types")).status).toBe(404);
});

test("a type is made, changed and deleted by owners of the organisation", async () => {
  const made = await ada(`POST ${types}`, { name: "Epic", is_enabled: true, color: "green" });
  expect(made).toMatchObject({
    status: 200,
    body: { name: "Epic", description: null, color: "green", is_enabled: true },
  });
  const one = `${types}/${made.body.id}`;
  const changed = await ada(`PUT ${one}`, { name: "Saga", is_enabled: false, description: "Long" });
  expect(changed.body).toMatchObject({
    id: made.body.id,
    name: "Saga",
    description: "Long",
    color: "green",
    is_enabled: false,
  });
  expect(named(await ada(`GET ${types}`))).toEqual(["Task", "Bug", "Feature", "Saga"]);
  expect(named(await ada("GET /repos/acme/data/issue-types"))).not.toContain("Saga");
  expect((await ada(`DELETE ${one}`)).status).toBe(204);
  expect((await ada(`DELETE ${one}`)).status).toBe(404);
  expect((await ada(`PUT /orgs/other/issue-types/${await idOf("Bug")}`, changed.body)).status).toBe(422);
  const elsewhere = { name: "Mine", is_enabled: true };
  expect((await ada(`PUT /orgs/other/issue-types/${await idOf("Bug")}`, elsewhere)).status).toBe(404);
});

test("only owners make types, and only members see them", async () => {
  const epic = { name: "Epic", is_enabled: true };
  expect((await bob(`POST ${types}`, epic)).status).toBe(403);
  expect((await eve(`POST ${types}`, epic)).status).toBe(404);
  expect((await eve(`GET ${types}`)).status).toBe(404);
  expect((await callAs(github)(`GET ${types}`)).status).toBe(401);
  const narrow = callAs(github, github.tokenFor({ user: "ada", scopes: ["read:org"] }));
  expect((await narrow(`GET ${types}`)).status).toBe(200);
  expect((await narrow(`POST ${types}`, epic)).status).toBe(404);
  const reader = callAs(github, github.tokenFor({ user: "ada", permissions: { issue_types: "read" } }));
  expect((await reader(`GET ${types}`)).status).toBe(200);
  const refused = await reader(`POST ${types}`, epic);
  expect(refused.status).toBe(403);
  expect(refused.headers.get("x-accepted-github-permissions")).toBe("issue_types=write");
});

test("names are the same whatever their case, not empty, and 25 to an organisation", async () => {
  const make = (name: string) => ada(`POST ${types}`, { name, is_enabled: true });
  expect(await make("bug")).toMatchObject({
    status: 422,
    body: { message: "Validation Failed", errors: ["Name has already been taken"] },
  });
  expect((await make("  ")).status).toBe(422);
  const task = { name: "TASK", is_enabled: true };
  expect((await ada(`PUT ${types}/${await idOf("Bug")}`, task)).status).toBe(422);
  expect((await ada(`PUT ${types}/${await idOf("Task")}`, task)).status).toBe(200);
  for (let count = 4; count <= 25; count++) expect((await make(`Type ${count}`)).status).toBe(200);
  expect((await make("One more")).status).toBe(422);
});

test("an issue gets a type by its name, another one, and none", async () => {
  const made = await ada(`POST ${at}`, { title: "Crash", type: "bug" });
  expect(made.body.type).toMatchObject({ name: "Bug", color: "red" });
  expect((await eve(`GET ${at}/1`)).body.type).toEqual(made.body.type);
  const changed = await ada(`PATCH ${at}/1`, { type: { value: "Task", rationale: "No crash at all" } });
  expect(changed.body.type.name).toBe("Task");
  expect((await ada(`PATCH ${at}/1`, { title: "Words" })).body.type.name).toBe("Task");
  expect((await ada(`PATCH ${at}/1`, { type: null })).body.type).toBeNull();
  const { body: events } = await ada(`GET ${at}/1/timeline`);
  expect(events.filter(({ event }: { event: string }) => /type/u.test(event))).toMatchObject([
    { event: "issue_type_added", issue_type: { name: "Bug", color: "red" } },
    { event: "issue_type_changed", issue_type: { name: "Task" }, prev_issue_type: { name: "Bug" } },
    { event: "issue_type_removed", prev_issue_type: { name: "Task" } },
  ]);
  for (const path of [`${at}/1/events`, `${at}/events`]) {
    const { body } = await ada(`GET ${path}`, undefined, { "x-github-api-version": "2026-03-10" });
    expect(body.filter(({ event }: { event: string }) => /type/u.test(event))).toHaveLength(3);
  }
});

test("a type that there is not, or not any more, is refused, and nothing of the edit takes place", async () => {
  const refusal = {
    status: 422,
    body: { message: "Validation Failed", errors: [{ resource: "Issue", field: "type", code: "invalid" }] },
  };
  expect(await ada(`POST ${at}`, { title: "Crash", type: "Epic" })).toMatchObject(refusal);
  expect((await ada(`GET ${at}`)).body).toEqual([]);
  await ada(`POST ${at}`, { title: "Crash", type: "Bug" });
  expect(await ada(`PATCH ${at}/1`, { title: "New", type: "" })).toMatchObject(refusal);
  await ada(`PUT ${types}/${await idOf("Bug")}`, { name: "Bug", is_enabled: false });
  expect(await ada(`POST ${at}`, { title: "Crash", type: "Bug" })).toMatchObject(refusal);
  // Who has it, keeps it.
  expect((await ada(`PATCH ${at}/1`, { type: "Bug" })).body).toMatchObject({
    title: "Crash",
    type: { name: "Bug", is_enabled: false },
  });
  expect(await ada("POST /repos/ada/own/issues", { title: "Crash", type: "Bug" })).toMatchObject(refusal);
  expect((await ada("POST /repos/ada/own/issues", { title: "Crash", type: null })).status).toBe(201);
  expect((await ada(`PATCH ${at}/1`, { type: { value: "Task", suggest: true } })).status).toBe(501);
});

test("a pull request has no type", async () => {
  await ada("PUT /repos/acme/data/contents/a", { message: "a", content: "" });
  const { sha } = (await ada("GET /repos/acme/data/commits/main")).body;
  await ada("POST /repos/acme/data/git/refs", { ref: "refs/heads/work", sha });
  await ada("PUT /repos/acme/data/contents/b", { message: "b", content: "", branch: "work" });
  expect((await ada("POST /repos/acme/data/pulls", { title: "b", head: "work", base: "main" })).status).toBe(
    201,
  );
  expect((await ada(`PATCH ${at}/1`, { type: "Bug" })).status).toBe(422);
  expect((await ada(`PATCH ${at}/1`, { type: null })).status).toBe(200);
});

test("who may only read sets no type: it is dropped in silence", async () => {
  expect(await eve(`POST ${at}`, { title: "Crash", type: "Bug" })).toMatchObject({
    status: 201,
    body: { type: null },
  });
  expect(await eve(`PATCH ${at}/1`, { type: "Nonsense" })).toMatchObject({
    status: 200,
    body: { type: null },
  });
});

test("lists and searches find issues by type", async () => {
  for (const type of ["Bug", "Task", undefined, "Bug"])
    await ada(`POST ${at}`, { title: "Words", ...(type === undefined ? {} : { type }) });
  expect(numbers(await eve(`GET ${at}?type=bug`))).toEqual([4, 1]);
  expect(numbers(await eve(`GET ${at}?type=*`))).toEqual([4, 2, 1]);
  expect(numbers(await eve(`GET ${at}?type=none`))).toEqual([3]);
  expect(numbers(await eve(`GET ${at}?type=Epic`))).toEqual([]);
  await ada(`POST ${at}/2/assignees`, { assignees: ["ada"] });
  await ada(`POST ${at}/1/assignees`, { assignees: ["ada"] });
  expect(numbers(await ada("GET /orgs/acme/issues?type=Task"))).toEqual([2]);
  const found = async (q: string) => {
    const { body } = await ada(`GET /search/issues?q=${encodeURIComponent(`repo:acme/data ${q}`)}`);
    return body.items.map(({ number }: { number: number }) => number).sort();
  };
  expect(await found("type:issue type:bug")).toEqual([1, 4]);
  expect(await found("-type:Bug")).toEqual([2, 3]);
  expect(await found("no:type")).toEqual([3]);
});

test("a deleted type is taken off its issues, which do not count as updated", async () => {
  await ada(`POST ${at}`, { title: "Crash", type: "Bug" });
  const { updated_at } = (await ada(`GET ${at}/1`)).body;
  github.clock.advance(60_000);
  await ada(`DELETE ${types}/${await idOf("Bug")}`);
  expect((await ada(`GET ${at}/1`)).body).toMatchObject({ type: null, updated_at });
  const { body: events } = await ada(`GET ${at}/1/events`);
  expect(events).toMatchObject([{ event: "issue_type_added", issue_type: { name: "Bug" } }]);
});

test("a repository under another owner has that one's types", async () => {
  await ada(`POST ${at}`, { title: "Crash", type: "Bug" });
  await ada(`POST ${at}`, { title: "Do", type: "Task" });
  await ada("POST /repos/acme/data/transfer", { new_owner: "other" });
  expect((await ada("GET /repos/other/data/issues/1")).body.type).toMatchObject({ name: "bug" });
  expect((await ada("GET /repos/other/data/issues/2")).body.type).toBeNull();
});

test("webhooks are told of a type that is given, and of one that is taken away", async () => {
  await using receiver = await startHookReceiver();
  const config = { url: receiver.url, content_type: "json" };
  await ada("POST /repos/acme/data/hooks", { config, events: ["issues"] });
  await ada(`POST ${at}`, { title: "Crash", type: "Bug" });
  await ada(`PATCH ${at}/1`, { type: "Task" });
  await ada(`PATCH ${at}/1`, { type: null });
  await github.webhooks.settled();
  const told = receiver.received.filter(({ event }) => event === "issues").map(({ payload }) => payload);
  expect(told.map(({ action, type, issue }) => [action, type?.name, issue.type?.name])).toEqual([
    ["opened", undefined, "Bug"],
    ["typed", "Bug", "Bug"],
    ["untyped", "Bug", "Task"],
    ["typed", "Task", "Task"],
    ["untyped", "Task", undefined],
  ]);
  expect(told.flatMap((payload) => payloadProblems("issues", payload))).toEqual([]);
});

test("over GraphQL the events of types are not there, as in the published schema", async () => {
  await ada(`POST ${at}`, { title: "Crash", type: "Bug", labels: ["a"] });
  const query = `{ repository(owner: "acme", name: "data") { issue(number: 1) {
    timelineItems(first: 9) { totalCount nodes { __typename } } } } }`;
  const { body } = await ada("POST /graphql", { query });
  expect(body.data.repository.issue.timelineItems).toEqual({
    totalCount: 1,
    nodes: [{ __typename: "LabeledEvent" }],
  });
  const event = github.state.events.all().find((row) => row.event === "issue_type_added")!;
  const { node_id: id } = (await ada(`GET ${at}/events/${event.id}`)).body;
  const none = await ada("POST /graphql", { query: `{ node(id: "${id}") { id } }` });
  expect(none.body).toMatchObject({ data: { node: null }, errors: [{ type: "NOT_FOUND" }] });
});

test("a seed names types and gives them to issues, and a wrong name is a mistake of the seed", async () => {
  const organizations = {
    acme: { issueTypes: ["Epic", { name: "Chore", color: "pink", description: "Dull", enabled: false }] },
  } as const;
  const issues = [{ title: "Big", type: "epic" }] as const;
  await using planted = await startCheckedGitHub({
    seed: { users: { ada: {} }, organizations, repositories: { "acme/data": { issues } } },
  });
  const { body } = await callAs(planted)(`GET ${at}/1`);
  expect(body.type).toMatchObject({ name: "Epic", color: null, is_enabled: true });
  expect(planted.state.issueTypes.all()[1]).toMatchObject({ color: "pink", isEnabled: false });
  const wrong = { organizations, repositories: { "acme/data": { issues: [{ title: "a", type: "Chore" }] } } };
  await expect(startCheckedGitHub({ seed: wrong })).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining("Issue type"),
  });
  const twice = { organizations: { acme: { issueTypes: ["Epic", "epic"] } } };
  await expect(startCheckedGitHub({ seed: twice })).rejects.toMatchObject({
    data: { path: "organizations.acme" },
  });
});

test("types are there after a restart; a folder of issues without any loads", async () => {
  const stateDir = join(temporaryFolder(), "state");
  const first = await startCheckedGitHub({ seed, stateDir });
  const token = first.tokenFor("ada");
  const { body: kept } = await callAs(first, token)(`POST ${at}`, { title: "Crash", type: "Bug" });
  await first.close();
  const second = await startCheckedGitHub({ seed, stateDir });
  expect((await callAs(second, token)(`GET ${at}/1`)).body.type).toEqual(kept.type);
  await second.close();
  // As it was kept before issues had types.
  const folder = openStateFolder(stateDir);
  const { typeId: _, ...row } = second.state.issues.all()[0]!;
  folder.changed("issues", row.id, row);
  for (const { id } of second.state.issueTypes.all()) folder.changed("issueTypes", id, undefined);
  folder.close();
  await using third = await startCheckedGitHub({ seed, stateDir });
  const old = callAs(third, token);
  expect((await old(`GET ${at}/1`)).body.type).toBeNull();
  expect(numbers(await old(`GET ${at}?type=none`))).toEqual([1]);
  expect((await old(`GET ${types}`)).body).toEqual([]);
  expect((await old(`POST ${types}`, { name: "Epic", is_enabled: true })).status).toBe(200);
});
