/**
 * @module What clients send and ask that were written before GitHub's description of its API: GitHub's servers take it, and so
 * does the emulator.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {} },
      organizations: { acme: { members: { ada: "admin" }, teams: { core: { members: ["ada"] } } } },
      repositories: {
        "ada/app": { files: { "README.md": "# App\n" }, issues: [{ title: "First" }], labels: ["ready"] },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

describe("keys that the description does not have", () => {
  test("a label is renamed by its name, too", async () => {
    const { status, body } = await ada("PATCH /repos/ada/app/labels/ready", {
      name: "done",
      color: "ff0000",
    });
    expect({ status, body }).toMatchObject({ status: 200, body: { name: "done", color: "ff0000" } });
    const both = await ada("PATCH /repos/ada/app/labels/done", { name: "done", new_name: "over" });
    expect(both.body.name).toBe("over");
    expect((await ada("PATCH /repos/ada/app/labels/over", { name: 1 })).status).toBe(422);
    expect((await ada("PATCH /repos/ada/app/labels/over", { nam: "x" })).status).toBe(422);
  });

  test("a file is named in the body, too, where it is written or deleted", async () => {
    const path = "docs/a.txt";
    const made = await ada(`PUT /repos/ada/app/contents/${path}`, { path, message: "m", content: "aGk=" });
    expect(made.status).toBe(201);
    const { sha } = made.body.content;
    const query = new URLSearchParams({ path, message: "m", sha });
    expect((await ada(`DELETE /repos/ada/app/contents/${path}?${query}`)).status).toBe(200);
    expect((await ada(`GET /repos/ada/app/contents/${path}`)).status).toBe(404);
    const odd = { path: 5, message: "m", content: "aGk=" };
    expect((await ada(`PUT /repos/ada/app/contents/${path}`, odd)).status).toBe(422);
  });

  test("a webhook is called web when it is changed, too, as it was called when it was made", async () => {
    const config = { url: "http://127.0.0.1:9/", content_type: "json" };
    const { body: hook } = await ada("POST /repos/ada/app/hooks", { name: "web", config });
    const edit = { name: "web", active: false, config };
    expect(await ada(`PATCH /repos/ada/app/hooks/${hook.id}`, edit)).toMatchObject({
      status: 200,
      body: { name: "web", active: false },
    });
  });

  test("an empty text takes the milestone and the assignee from an issue", async () => {
    await ada("POST /repos/ada/app/milestones", { title: "Soon" });
    const given = await ada("PATCH /repos/ada/app/issues/1", { milestone: 1, assignees: ["ada"] });
    expect(given.body).toMatchObject({ milestone: { number: 1 }, assignees: [{ login: "ada" }] });
    const { status, body } = await ada("PATCH /repos/ada/app/issues/1", { milestone: "", assignee: "" });
    expect({ status, body }).toMatchObject({ status: 200, body: { milestone: null, assignees: [] } });
    expect((await ada("PATCH /repos/ada/app/issues/1", { milestone: "2" })).status).toBe(422);
  });

  test("whether a repository has downloads is set in the older version only", async () => {
    const edit = { name: "app", has_downloads: false };
    expect(await ada("PATCH /repos/ada/app", edit)).toMatchObject({
      status: 200,
      body: { has_downloads: false },
    });
    expect((await ada("GET /repos/ada/app")).body.has_downloads).toBe(false);
    const newest = { "x-github-api-version": "2026-03-10" };
    expect((await ada("PATCH /repos/ada/app", edit, newest)).status).toBe(422);
  });
});

describe("paths that the description does not have", () => {
  test("statuses_url leads to the statuses of a commit", async () => {
    const { sha } = (await ada("GET /repos/ada/app/commits/main")).body;
    await ada(`POST /repos/ada/app/statuses/${sha}`, { state: "success", context: "build" });
    const { statuses_url } = (await ada("GET /repos/ada/app")).body;
    const path = statuses_url.slice(github.url.length).replace("{sha}", sha);
    expect(await ada(`GET ${path}`)).toMatchObject({ status: 200, body: [{ context: "build" }] });
    expect(github.requests.count("repos/list-commit-statuses-for-ref")).toBe(1);
  });

  test("a team is found by the address that it names itself", async () => {
    const { body: team } = await ada("GET /orgs/acme/teams/core");
    const path = team.url.slice(github.url.length);
    expect(path).toMatch(/^\/organizations\/\d+\/team\/\d+$/u);
    expect((await ada(`GET ${path}`)).body).toEqual(team);
    const members = await ada(`GET ${team.members_url.slice(github.url.length).replace("{/member}", "")}`);
    expect(members.body).toMatchObject([{ login: "ada" }]);
    expect((await ada(`PATCH ${path}`, { description: "All" })).body.description).toBe("All");
    expect((await callAs(github)(`GET ${path}`)).status).toBe(401);
    expect((await ada(`GET ${path}1`)).status).toBe(404);
    expect((await ada(`GET ${path.replace("/organizations/", "/organizations/1")}`)).status).toBe(404);
  });
});

test("clients that are checked send nothing of it", async () => {
  const checked = await startCheckedGitHub({
    checksRequests: true,
    seed: { users: { ada: {} }, repositories: { "ada/app": {} } },
  });
  const rename = "PATCH /repos/ada/app/labels/bug";
  expect((await callAs(checked, checked.tokenFor("ada"))(rename, { name: "error" })).status).toBe(200);
  await expect(checked.close()).rejects.toThrow("asked: issues/update-label has no field name");
});
