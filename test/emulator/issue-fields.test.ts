/**
 * @module Fields of issues: an organisation's own, and what issues of its repositories have in them.
 */
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Caller, callAs, type Reply } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { startHookReceiver } from "./hook-receiver.ts";
import { payloadProblems } from "./payload-check.ts";

const seed = {
  users: { ada: {}, bob: {}, eve: {} },
  organizations: {
    acme: {
      members: { ada: "admin", bob: "member" },
      issueFields: [
        { name: "Priority", type: "single_select", options: ["Low", { name: "High", color: "red" }] },
        { name: "Areas", type: "multi_select", options: ["Web", "Core", "Docs"] },
        { name: "Owner", type: "text", visibility: "all" },
        { name: "Points", type: "number" },
        { name: "Due date", type: "date" },
      ],
    },
    other: { members: { ada: "admin" } },
  },
  repositories: {
    "acme/data": { visibility: "private", collaborators: { eve: "triage" } },
    "acme/open": {},
    "ada/own": {},
  },
} as const;

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let eve: Caller;
/** By their names. */
let ids: Readonly<Record<string, number>>;

beforeEach(async () => {
  github = await startCheckedGitHub({ seed, limits: false });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
  eve = callAs(github, github.tokenFor("eve"));
  ids = { ...idsIn(await ada(`GET ${fields}`)), Nothing: 1 };
});
afterEach(() => github.close());

const fields = "/orgs/acme/issue-fields";
const issues = "/repos/acme/data/issues";
const at = `${issues}/1/issue-field-values`;
const idsIn = ({ body }: Reply): Readonly<Record<string, number>> =>
  Object.fromEntries(body.map(({ name, id }: { name: string; id: number }) => [name, id]));
const named = (reply: Reply) => reply.body.map(({ name }: { name: string }) => name);
const numbers = (reply: Reply) => reply.body.map(({ number }: { number: number }) => number);
const values = (reply: Reply): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    (reply.body.issue_field_values ?? reply.body).map(
      ({
        issue_field_name: name,
        value,
        single_select_option: option,
      }: Readonly<Record<string, unknown>>) => [
        name,
        (option as { name: string } | undefined)?.name ?? value,
      ],
    ),
  );

/** @param given by the names of fields */
function valued(given: Readonly<Record<string, unknown>>) {
  return {
    issue_field_values: Object.entries(given).map(([name, value]) => ({ field_id: ids[name], value })),
  };
}

describe("fields of an organisation", () => {
  test("are Priority, Effort, Start date and Target date at first", async () => {
    const reply = await ada("GET /orgs/other/issue-fields");
    expect(named(reply)).toEqual(["Priority", "Effort", "Start date", "Target date"]);
    expect(reply.body[0].options.map(({ name }: { name: string }) => name)).toEqual([
      "Urgent",
      "High",
      "Medium",
      "Low",
    ]);
    expect(reply.body[2]).toMatchObject({ data_type: "date", visibility: "organization_members_only" });
    expect(reply.body[2]).not.toHaveProperty("options");
  });

  test("are made, changed and deleted by owners", async () => {
    const options = [
      { name: "Later", color: "blue", priority: 2 },
      { name: "Soon", color: "red", priority: 1, description: "This week" },
    ];
    const made = await ada(`POST ${fields}`, { name: "When", data_type: "single_select", options });
    expect(made).toMatchObject({
      status: 200,
      body: {
        name: "When",
        description: null,
        options: [{ name: "Soon" }, { name: "Later", description: null }],
      },
    });
    const one = `${fields}/${made.body.id}`;
    const changed = await ada(`PATCH ${one}`, { name: "Then", visibility: "all", description: "Rather" });
    expect(changed.body).toMatchObject({ name: "Then", visibility: "all", options: made.body.options });
    expect((await ada(`PATCH ${one}`, { description: null })).body).toMatchObject({
      name: "Then",
      description: null,
    });
    expect((await ada(`DELETE ${one}`)).status).toBe(204);
    expect((await ada(`DELETE ${one}`)).status).toBe(404);
    expect((await ada(`DELETE /orgs/other/issue-fields/${ids["Owner"]}`)).status).toBe(404);
  });

  test("only owners change, and only members see", async () => {
    const field = { name: "Text", data_type: "text" };
    expect((await bob(`GET ${fields}`)).status).toBe(200);
    expect((await bob(`POST ${fields}`, field)).status).toBe(403);
    expect((await eve(`GET ${fields}`)).status).toBe(404);
    const reader = callAs(github, github.tokenFor({ user: "ada", permissions: { issue_fields: "read" } }));
    expect((await reader(`GET ${fields}`)).status).toBe(200);
    const refused = await reader(`DELETE ${fields}/${ids["Owner"]}`);
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-accepted-github-permissions")).toBe("issue_fields=write");
  });

  const soon = { name: "Soon", color: "red", priority: 1 };
  test.each([
    ["a name that is taken", { name: "OWNER", data_type: "text" }],
    ["no name", { name: " ", data_type: "text" }],
    ["a choice of nothing", { name: "New", data_type: "single_select" }],
    ["options of a text", { name: "New", data_type: "text", options: [soon] }],
    [
      "options that are the same",
      { name: "New", data_type: "multi_select", options: [soon, { ...soon, name: "soon " }] },
    ],
    [
      "an option without a name",
      { name: "New", data_type: "multi_select", options: [{ ...soon, name: "" }] },
    ],
    [
      "an option without a priority",
      { name: "New", data_type: "multi_select", options: [{ name: "a", color: "red" }] },
    ],
    [
      "more than 100 options",
      {
        name: "New",
        data_type: "single_select",
        options: Array.from({ length: 101 }, (_, priority) => ({ ...soon, name: `${priority}`, priority })),
      },
    ],
  ])("%s is refused", async (_, body) => {
    expect((await ada(`POST ${fields}`, body)).status).toBe(422);
    expect((await ada(`GET ${fields}`)).body).toHaveLength(5);
  });

  test("are at most 25", async () => {
    for (let count = 6; count <= 25; count++)
      expect((await ada(`POST ${fields}`, { name: `${count}`, data_type: "text" })).status).toBe(200);
    expect((await ada(`POST ${fields}`, { name: "more", data_type: "text" })).status).toBe(422);
  });

  test("an option that comes without its id is another one: issues that had it have it no more", async () => {
    await ada(`POST ${issues}`, { title: "a", ...valued({ Priority: "High", Areas: ["Web", "Core"] }) });
    const { body: all } = await ada(`GET ${fields}`);
    const [low, high] = all[0].options;
    const edit = (options: unknown) => ada(`PATCH ${fields}/${ids["Priority"]}`, { options });
    const kept = await edit([
      { ...shortened(high), name: "Highest" },
      { ...shortened(low), priority: 9 },
    ]);
    expect(kept.body.options).toMatchObject([
      { id: high.id, name: "Highest" },
      { id: low.id, name: "Low" },
    ]);
    expect(values(await ada(`GET ${at}`))).toEqual({ Priority: "Highest", Areas: "Web,Core" });
    expect((await edit([{ ...shortened(high), id: 1 }])).status).toBe(422);
    expect((await edit([shortened(high), { ...shortened(high), name: "Twice" }])).status).toBe(422);
    const { id: _, ...bare } = shortened(high);
    expect((await edit([bare])).body.options[0].id).not.toBe(high.id);
    const [web] = all[1].options;
    await ada(`PATCH ${fields}/${ids["Areas"]}`, { options: [shortened(web)] });
    expect(values(await ada(`GET ${at}`))).toEqual({ Areas: "Web" });
  });

  const shortened = ({ id, name, color, priority }: Readonly<Record<string, unknown>>) => ({
    id,
    name,
    color,
    priority,
  });
});

describe("what an issue has in its fields", () => {
  const all = {
    Priority: "High",
    Areas: ["Docs", "Web"],
    Owner: "ada",
    Points: 0.5,
    "Due date": "2026-02-28",
  };

  test("is set with it, shown with it and listed", async () => {
    const made = await ada(`POST ${issues}`, { title: "a", ...valued(all) });
    expect(made.body.issue_field_values).toMatchObject([
      { issue_field_name: "Priority", data_type: "single_select", single_select_option: { color: "red" } },
      { value: "Docs,Web", multi_select_options: [{ name: "Docs" }, { name: "Web" }] },
      { issue_field_id: ids["Owner"], data_type: "text", value: "ada" },
      { data_type: "number", value: 0.5 },
      { data_type: "date", value: "2026-02-28" },
    ]);
    const [priority] = made.body.issue_field_values;
    expect(priority.value).toBe(priority.single_select_option.id);
    expect((await bob(`GET ${issues}/1`)).body).toEqual(made.body);
    expect((await bob(`GET ${at}`)).body).toEqual(made.body.issue_field_values);
    const page = await bob(`GET ${at}?per_page=2&page=2`, undefined, {
      "x-github-api-version": "2026-03-10",
    });
    expect(values(page)).toEqual({ Owner: "ada", Points: 0.5 });
    expect(page.headers.get("link")).toContain('rel="last"');
    expect((await ada("GET /search/issues?q=repo:acme/data")).body.items[0]).toMatchObject({
      issue_field_values: made.body.issue_field_values,
    });
    expect((await ada("POST /repos/ada/own/issues", { title: "a" })).body).not.toHaveProperty(
      "issue_field_values",
    );
  });

  test("is added to, replaced, and taken away one by one; the issue is updated each time", async () => {
    await ada(`POST ${issues}`, { title: "a" });
    const before = (await ada(`GET ${issues}/1`)).body.updated_at;
    github.clock.advance(60_000);
    expect(values(await ada(`POST ${at}`, valued({ Owner: "ada", Points: 1 })))).toEqual({
      Owner: "ada",
      Points: 1,
    });
    expect((await ada(`GET ${issues}/1`)).body.updated_at).not.toBe(before);
    expect(values(await ada(`POST ${at}`, valued({ Points: 2, Priority: "Low" })))).toEqual({
      Owner: "ada",
      Points: 2,
      Priority: "Low",
    });
    expect(values(await ada(`PUT ${at}`, valued({ Points: 3, Owner: "bob" })))).toEqual({
      Owner: "bob",
      Points: 3,
    });
    expect((await ada(`DELETE ${at}/${ids["Points"]}`)).status).toBe(204);
    expect((await ada(`DELETE ${at}/${ids["Points"]}`)).status).toBe(404);
    expect(values(await ada(`GET ${at}`))).toEqual({ Owner: "bob" });
    expect((await ada(`POST ${at}`, { issue_field_values: [] })).body).toEqual([]);
    expect((await ada(`POST ${at}`, {})).status).toBe(422);
  });

  test("is wholly replaced by an edit of the issue that names some of it, as GitHub does", async () => {
    await ada(`POST ${issues}`, { title: "a", ...valued(all) });
    expect(values(await ada(`PATCH ${issues}/1`, { title: "b" }))).toHaveProperty("Owner");
    expect(values(await ada(`PATCH ${issues}/1`, valued({ Areas: ["Core", "Core"] })))).toEqual({
      Areas: "Core",
    });
    expect(values(await ada(`PATCH ${issues}/1`, { issue_field_values: [] }))).toEqual({});
    const proposed = { issue_field_values: [{ field_id: ids["Points"], value: 1, suggest: true }] };
    expect((await ada(`PATCH ${issues}/1`, proposed)).status).toBe(501);
  });

  test.each([
    ["a text", { Owner: 1 }],
    ["a number", { Points: "1" }],
    ["a date", { "Due date": "tomorrow" }],
    ["a day that there is", { "Due date": "2026-02-30" }],
    ["an option", { Priority: "Urgent" }],
    ["an option in its own case", { Priority: "high" }],
    ["one option", { Priority: ["High"] }],
    ["several options", { Areas: "Web" }],
    ["only options that there are", { Areas: ["Web", "None"] }],
    ["a field that there is", { Nothing: "a" }],
  ])("wants %s, or nothing of it is set", async (_, wrong) => {
    const labels = github.state.labels.all();
    const body = valued({ Owner: "ada", ...wrong });
    expect((await ada(`POST ${issues}`, { title: "a", labels: ["new"], ...body })).status).toBe(422);
    expect(github.state.issues.all()).toEqual([]);
    expect(github.state.labels.all()).toEqual(labels);
    await ada(`POST ${issues}`, { title: "a" });
    expect((await ada(`PATCH ${issues}/1`, { title: "b", ...body })).status).toBe(422);
    expect((await ada(`POST ${at}`, body)).status).toBe(422);
    expect((await ada(`GET ${issues}/1`)).body).toMatchObject({ title: "a", issue_field_values: [] });
  });

  test("an option that there is not is refused in GitHub's words", async () => {
    await ada(`POST ${issues}`, { title: "a" });
    expect(await ada(`POST ${at}`, valued({ Priority: 1 }))).toMatchObject({
      status: 422,
      body: { message: "Issue field option with name 1 does not exist" },
    });
  });

  test("a time is its day", async () => {
    const made = await ada(`POST ${issues}`, {
      title: "a",
      ...valued({ "Due date": "2026-01-31T23:00:00Z" }),
    });
    expect(values(made)).toEqual({ "Due date": "2026-01-31" });
  });

  test("whoever may not write sets nothing: refused where it is all, dropped in silence elsewhere", async () => {
    await ada(`POST ${issues}`, { title: "a", ...valued({ Owner: "ada" }) });
    for (const route of [`POST ${at}`, `PUT ${at}`])
      expect((await eve(route, valued({ Owner: "eve" }))).status).toBe(403);
    expect((await eve(`DELETE ${at}/${ids["Owner"]}`)).status).toBe(403);
    expect(values(await eve(`PATCH ${issues}/1`, valued({ Owner: "eve" })))).toEqual({ Owner: "ada" });
    expect(values(await eve(`POST ${issues}`, { title: "b", ...valued({ Nothing: "eve" }) }))).toEqual({});
    const own = { title: "a", ...valued({ Owner: "ada" }) };
    expect((await ada("POST /repos/ada/own/issues", own)).status).toBe(201);
    expect((await ada("PATCH /repos/ada/own/issues/1", valued({ Owner: "ada" }))).status).toBe(200);
    for (const method of ["GET", "POST", "PUT"])
      expect(
        (
          await ada(
            `${method} /repos/ada/own/issues/1/issue-field-values`,
            method === "GET" ? undefined : valued({}),
          )
        ).status,
      ).toBe(404);
    const reader = callAs(github, github.tokenFor({ user: "ada", permissions: { issues: "read" } }));
    expect((await reader(`GET ${at}`)).status).toBe(200);
    expect((await reader(`POST ${at}`, valued({}))).status).toBe(403);
  });

  test("is nothing for a pull request", async () => {
    await ada("PUT /repos/acme/data/contents/a", { message: "a", content: "" });
    const { sha } = (await ada("GET /repos/acme/data/commits/main")).body;
    await ada("POST /repos/acme/data/git/refs", { ref: "refs/heads/work", sha });
    await ada("PUT /repos/acme/data/contents/b", { message: "b", content: "", branch: "work" });
    await ada("POST /repos/acme/data/pulls", { title: "b", head: "work", base: "main" });
    expect((await ada(`GET ${issues}/1`)).body).not.toHaveProperty("issue_field_values");
    expect((await ada(`PATCH ${issues}/1`, valued({ Owner: "ada" }))).status).toBe(422);
    expect((await ada(`GET ${at}`)).status).toBe(404);
    expect((await ada(`POST ${at}`, valued({ Owner: "ada" }))).status).toBe(404);
  });

  test("in a public repository strangers see of it what all may see", async () => {
    const open = "/repos/acme/open/issues";
    await ada(`POST ${open}`, { title: "a", ...valued(all) });
    const nobody = callAs(github);
    for (const caller of [nobody, eve]) {
      expect(values(await caller(`GET ${open}/1`))).toEqual({ Owner: "ada" });
      expect(values(await caller(`GET ${open}/1/issue-field-values`))).toEqual({ Owner: "ada" });
      expect(numbers(await caller(`GET ${open}?issue_field_values=owner:ada`))).toEqual([1]);
      expect((await caller(`GET ${open}?issue_field_values=points:0.5`)).status).toBe(422);
    }
    expect(Object.keys(values(await bob(`GET ${open}/1`)))).toHaveLength(5);
    expect(numbers(await bob(`GET ${open}?issue_field_values=points:0.5`))).toEqual([1]);
    const job = callAs(github, github.tokenFor({ actions: "acme/open", permissions: { issues: "read" } }));
    expect(Object.keys(values(await job(`GET ${open}/1`)))).toHaveLength(5);
  });

  test("goes with a deleted field, and moves with the issue inside the organisation only", async () => {
    const open = "/repos/acme/open/issues";
    await ada(`POST ${open}`, { title: "a", type: "Bug", ...valued(all) });
    const { node_id: issueId } = (await ada(`GET ${open}/1`)).body;
    const { node_id: repositoryId } = (await ada("GET /repos/acme/data")).body;
    const mutation = `mutation { transferIssue(input: { issueId: "${issueId}", repositoryId: "${repositoryId}" }) { issue { number } } }`;
    expect((await ada("POST /graphql", { query: mutation })).body.errors).toBeUndefined();
    expect((await ada(`GET ${issues}/1`)).body.type.name).toBe("Bug");
    expect(Object.keys(values(await ada(`GET ${issues}/1`)))).toHaveLength(5);
    await ada(`DELETE ${fields}/${ids["Areas"]}`);
    expect(Object.keys(values(await ada(`GET ${issues}/1`)))).toHaveLength(4);
    await ada("POST /repos/acme/data/transfer", { new_owner: "other" });
    expect((await ada("GET /repos/other/data/issues/1")).body).toMatchObject({
      type: { name: "Bug" },
      issue_field_values: [],
    });
    expect(github.state.issueFieldValues.all()).toEqual([]);
  });

  test("is gone with the issue and the repository", async () => {
    await ada(`POST ${issues}`, { title: "a", ...valued(all) });
    const { node_id: issueId } = (await ada(`GET ${issues}/1`)).body;
    const mutation = `mutation { deleteIssue(input: { issueId: "${issueId}" }) { clientMutationId } }`;
    await ada("POST /graphql", { query: mutation });
    expect(github.state.issueFieldValues.all()).toEqual([]);
    await ada(`POST ${issues}`, { title: "a", ...valued(all) });
    await ada("DELETE /repos/acme/data");
    expect(github.state.issueFieldValues.all()).toEqual([]);
  });
});

test("lists are filtered by fields, all of which must be as they are asked for", async () => {
  await ada(`POST ${issues}`, { title: "a", ...valued({ Priority: "High", Points: 2 }) });
  await ada(`POST ${issues}`, { title: "b", ...valued({ Priority: "Low", Areas: ["Web", "Docs"] }) });
  await ada(`POST ${issues}`, { title: "c", ...valued({ Priority: "High", "Due date": "2026-01-31" }) });
  const found = async (filter: string) =>
    numbers(await bob(`GET ${issues}?issue_field_values=${encodeURIComponent(filter)}`));
  expect(await found("priority:High")).toEqual([3, 1]);
  expect(await found("priority:high,points:2.0")).toEqual([1]);
  expect(await found("areas:Web, areas:Docs")).toEqual([2]);
  expect(await found("due-date:2026-01-31")).toEqual([3]);
  expect(await found("points:two")).toEqual([]);
  expect(await found("priority:Urgent")).toEqual([]);
  expect(await found("")).toEqual([3, 2, 1]);
  for (const wrong of ["nothing:1", "priority", ":High"]) {
    expect(await bob(`GET ${issues}?issue_field_values=${wrong}`)).toMatchObject({
      status: 422,
      body: { errors: [{ resource: "Issue", field: "issue_field_values", code: "invalid" }] },
    });
  }
  expect((await ada("GET /repos/ada/own/issues?issue_field_values=priority:High")).status).toBe(422);
});

test("webhooks are told of each field, with what it had before", async () => {
  await using receiver = await startHookReceiver();
  const config = { url: receiver.url, content_type: "json" };
  await ada("POST /repos/acme/data/hooks", { config, events: ["issues"] });
  await ada(`POST ${issues}`, { title: "a", ...valued({ Priority: "High" }) });
  await ada(`PUT ${at}`, valued({ Priority: "Low", Owner: "ada" }));
  await ada(`POST ${at}`, valued({ Areas: ["Web", "Core"], Owner: "ada" }));
  await ada(`DELETE ${at}/${ids["Priority"]}`);
  await github.webhooks.settled();
  const told = receiver.received.filter(({ event }) => event === "issues").map(({ payload }) => payload);
  expect(told.flatMap((payload) => payloadProblems("issues", payload))).toEqual([]);
  expect(told).toMatchObject([
    { action: "opened" },
    {
      action: "field_added",
      issue_field: { name: "Priority", field_type: "single_select" },
      issue_field_value: { option: { name: "High" } },
    },
    {
      action: "field_added",
      issue_field_value: { option: { name: "Low" } },
      changes: { issue_field_value: { from: { option: { name: "High" } } } },
    },
    { action: "field_added", issue_field: { name: "Owner" }, issue_field_value: { value: "ada" } },
    { action: "field_added", issue_field_value: { options: [{ name: "Web" }, { name: "Core" }] } },
    { action: "field_removed", issue_field_value: { option: { name: "Low" } } },
  ]);
});

test("a seed says what issues have in their fields, and all is there after a restart", async () => {
  const stateDir = join(temporaryFolder(), "state");
  const given = [{ title: "a", fields: { priority: "High", Areas: ["Web"], Points: 3 } }] as const;
  const planted = { ...seed, repositories: { "acme/data": { issues: given } } };
  const first = await startCheckedGitHub({ seed: planted, stateDir });
  const token = first.tokenFor("ada");
  const before = await callAs(first, token)(`GET ${issues}/1`);
  expect(values(before)).toEqual({ Priority: "High", Areas: "Web", Points: 3 });
  await first.close();
  await using second = await startCheckedGitHub({ seed: planted, stateDir });
  expect((await callAs(second, token)(`GET ${at}`)).body).toEqual(before.body.issue_field_values);
  const wrong = {
    ...seed,
    repositories: { "acme/data": { issues: [{ title: "a", fields: { Mood: "good" } }] } },
  };
  await expect(startCheckedGitHub({ seed: wrong })).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining("Mood"),
  });
});
