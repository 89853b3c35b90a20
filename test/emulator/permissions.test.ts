/**
 * @module Who may do what: people by role and by token, apps, jobs, nobody.
 */
import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TokenOwner } from "../../src/emulator/credentials.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;

beforeEach(async () => {
  github = await startCheckedGitHub({
    limits: false,
    seed: {
      users: { ada: {}, reader: {}, triager: {}, writer: {}, stranger: {}, member: {} },
      organizations: {
        acme: {
          basePermission: "none",
          members: { ada: "admin", member: "member" },
          teams: { core: { members: ["member"], repositories: { secret: "write" } } },
        },
      },
      repositories: {
        "acme/data": {
          collaborators: { reader: "read", triager: "triage", writer: "write" },
          issues: [{ title: "Hello", author: "stranger", comments: [{ author: "stranger", body: "mine" }] }],
        },
        "acme/secret": { visibility: "private", issues: [{ title: "Hidden" }] },
        "acme/other": { visibility: "private" },
      },
      apps: {
        keeper: {
          owner: "ada",
          permissions: { issues: "write" },
          installations: { acme: ["data", "secret"] },
        },
        looker: { owner: "ada", permissions: { issues: "read" }, installations: { acme: "all" } },
      },
    },
  });
});
afterEach(() => github.close());

const as = (owner?: TokenOwner): Caller =>
  callAs(github, owner === undefined ? undefined : github.tokenFor(owner));
const commentId = () => github.state.comments.all()[0]!.id;

/** Everything that roles differ in, with the least role of a person. */
const deeds = {
  read: "GET /repos/acme/data/issues/1",
  comment: ["POST /repos/acme/data/issues/1/comments", { body: "hi" }],
  react: ["POST /repos/acme/data/issues/1/reactions", { content: "eyes" }],
  label: ["POST /repos/acme/data/issues/1/labels", { labels: ["bug"] }],
  close: ["PATCH /repos/acme/data/issues/1", { state: "closed" }],
  makeLabel: ["POST /repos/acme/data/labels", { name: "fresh" }],
  lock: ["PUT /repos/acme/data/issues/1/lock", {}],
} as const;

async function statusesOf(call: Caller): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  for (const [name, deed] of Object.entries(deeds)) {
    const [route, body] = typeof deed === "string" ? [deed] : deed;
    statuses[name] = (await call(route, body)).status;
  }
  return statuses;
}

describe("people, by role", () => {
  test.each([
    [undefined, [200, 401, 401, 401, 401, 401, 401]],
    ["reader", [200, 201, 201, 403, 403, 403, 403]],
    ["triager", [200, 201, 201, 200, 200, 403, 403]],
    ["writer", [200, 201, 201, 200, 200, 201, 204]],
    ["ada", [200, 201, 201, 200, 200, 201, 204]],
    // Who wrote an issue may close it, and no more.
    ["stranger", [200, 201, 201, 403, 200, 403, 403]],
  ])("%s", async (login, statuses) => {
    expect(Object.values(await statusesOf(as(login)))).toEqual(statuses);
  });

  test("another's comment is edited and deleted by those who may write, and by its author", async () => {
    const path = `/repos/acme/data/issues/comments/${commentId()}`;
    expect((await as("triager")(`PATCH ${path}`, { body: "theirs" })).status).toBe(403);
    expect((await as("writer")(`PATCH ${path}`, { body: "theirs" })).status).toBe(200);
    expect((await as("stranger")(`DELETE ${path}`)).status).toBe(204);
  });

  test("a locked issue is for those who may write", async () => {
    await as("writer")("PUT /repos/acme/data/issues/1/lock", { lock_reason: "too heated" });
    expect((await as("reader")(...deeds.comment)).status).toBe(403);
    expect((await as("reader")(...deeds.react)).status).toBe(403);
    expect((await as("writer")(...deeds.comment)).status).toBe(201);
  });

  test("a private repository is there for its people, and for a team's members, only", async () => {
    const hidden = "GET /repos/acme/secret/issues/1";
    const statuses = await Promise.all(
      [undefined, "stranger", "reader", "member", "ada"].map(
        async (login) => (await as(login)(hidden)).status,
      ),
    );
    expect(statuses).toEqual([404, 404, 404, 200, 200]);
  });

  test("an archived repository is only read", async () => {
    const repository = github.state.repositories.all().find(({ name }) => name === "data")!;
    github.state.repositories.put({ ...repository, isArchived: true });
    expect(await as("ada")(...deeds.comment)).toMatchObject({
      status: 403,
      body: { message: "Repository was archived so is read-only." },
    });
    expect((await as("ada")(deeds.read)).status).toBe(200);
  });
});

describe("tokens of people", () => {
  test("a classic token does what its scopes allow: nothing private without `repo`", async () => {
    const weak = as({ user: "ada", scopes: ["public_repo"] });
    expect((await weak(...deeds.comment)).status).toBe(201);
    expect((await weak("GET /repos/acme/secret/issues/1")).status).toBe(404);
    const none = as({ user: "ada", scopes: [] });
    expect((await none(deeds.read)).status).toBe(200);
    const refused = await none(...deeds.comment);
    expect([refused.status, refused.headers.get("x-oauth-scopes")]).toEqual([404, ""]);
  });

  test("a fine-grained token does what it was given, in the repositories that it was given", async () => {
    const fine = as({ user: "ada", permissions: { issues: "read" }, repositories: ["acme/secret"] });
    expect((await fine("GET /repos/acme/secret/issues/1")).status).toBe(200);
    expect((await fine("GET /repos/acme/other/issues")).status).toBe(404);
    const refused = await fine("POST /repos/acme/secret/issues", { title: "New" });
    expect(refused).toMatchObject({
      status: 403,
      body: { message: "Resource not accessible by personal access token" },
    });
    expect(refused.headers.get("x-accepted-github-permissions")).toBe("issues=write");
  });

  test("a token that is none, was revoked, or has expired is 401", async () => {
    expect(await callAs(github, "ghp_nonsense")(deeds.read)).toMatchObject({
      status: 401,
      body: { message: "Bad credentials" },
    });
    const installation = as({ app: "keeper", account: "acme" });
    expect((await installation(deeds.read)).status).toBe(200);
    github.clock.advance(3_600_000);
    expect((await installation(deeds.read)).status).toBe(401);
  });

  test("credentials come as `Bearer`, as `token`, and as the password of `Basic`", async () => {
    const token = github.tokenFor("ada");
    const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
    for (const authorization of [`Bearer ${token}`, `token ${token}`, `bearer ${token}`, `Basic ${basic}`]) {
      const reply = await callAs(github)("GET /repos/acme/secret/issues/1", undefined, { authorization });
      expect(reply.status).toBe(200);
    }
  });
});

describe("apps and jobs", () => {
  test("an installation does what the app was given, in its repositories", async () => {
    const keeper = as({ app: "keeper", account: "acme" });
    expect(Object.values(await statusesOf(keeper))).toEqual([200, 201, 201, 200, 200, 201, 204]);
    expect((await keeper("GET /repos/acme/secret/issues/1")).status).toBe(200);
    expect((await keeper("GET /repos/acme/other/issues")).status).toBe(404);
    const { body } = await keeper("GET /repos/acme/data/issues/1/comments");
    expect(body.at(-1).user).toMatchObject({ login: "keeper[bot]", type: "Bot" });
    expect(body.at(-1).performed_via_github_app).toMatchObject({ slug: "keeper" });
    const query = `{ repository(owner: "acme", name: "data") { issue(number: 1) { comments(last: 1) { nodes { author { login } } } } } viewer { login } }`;
    const { data } = (await keeper("POST /graphql", { query })).body;
    expect([data.repository.issue.comments.nodes[0].author.login, data.viewer.login]).toEqual([
      "keeper",
      "keeper[bot]",
    ]);
  });

  test("what it was not given is 403, with what it would need", async () => {
    const looker = as({ app: "looker", account: "acme" });
    const refused = await looker(...deeds.comment);
    expect(refused).toMatchObject({
      status: 403,
      body: { message: "Resource not accessible by integration" },
    });
    expect(refused.headers.get("x-accepted-github-permissions")).toBe("issues=write; pull_requests=write");
  });

  test("a token can be for less than the installation has", async () => {
    const less = as({
      app: "keeper",
      account: "acme",
      permissions: { issues: "read" },
      repositories: ["acme/data"],
    });
    expect((await less(...deeds.comment)).status).toBe(403);
    expect((await less("GET /repos/acme/secret/issues/1")).status).toBe(404);
  });

  test("a job's token is for its own repository", async () => {
    const job = as({ actions: "acme/secret", permissions: { issues: "write" } });
    expect((await job("POST /repos/acme/secret/issues", { title: "By a job" })).body.user.login).toBe(
      "github-actions[bot]",
    );
    expect((await job(...deeds.comment)).status).toBe(403);
    expect((await job("GET /repos/acme/other/issues")).status).toBe(404);
  });
});

test("an account that is renamed is found under its old name: reads by 301, writes by 307", async () => {
  github.renameAccount("acme", "apex");
  expect((await as("ada")("GET /repos/apex/data/issues/1")).status).toBe(200);
  const moved = await as("ada")(deeds.read);
  expect([moved.status, moved.headers.get("location")]).toEqual([
    301,
    `${github.url}/repositories/${github.state.repositories.all()[0]!.id}/issues/1`,
  ]);
  expect((await as("ada")(...deeds.comment)).status).toBe(307);
  expect((await as("stranger")("GET /repos/acme/secret/issues/1")).status).toBe(404);
  expect(() => github.renameAccount("nobody", "somebody")).toThrow("there is no account nobody");
});

test("a request without a User-Agent is refused", async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(`${github.url}/repos/acme/data/issues/1`, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on("error", reject)
      .end();
  });
  expect(status).toBe(403);
});

test("a version of the API that there is not is 400", async () => {
  expect((await as("ada")(deeds.read, undefined, { "x-github-api-version": "2020-01-01" })).status).toBe(400);
});

test("the newer version has no single assignee, neither in answers nor in requests", async () => {
  const newer = { "x-github-api-version": "2026-03-10" };
  const { body, headers } = await as("ada")(deeds.read, undefined, newer);
  expect(headers.get("x-github-api-version-selected")).toBe("2026-03-10");
  expect(body).not.toHaveProperty("assignee");
  expect((await as("ada")(deeds.read)).body).toHaveProperty("assignee");
  const assigned = { title: "New", assignee: "ada" };
  expect((await as("ada")("POST /repos/acme/data/issues", assigned, newer)).status).toBe(422);
  expect((await as("ada")("POST /repos/acme/data/issues", assigned)).status).toBe(201);
});
