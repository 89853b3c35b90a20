/**
 * @module Bodies that nobody thought of: right ones are taken as they are, wrong ones are refused in GitHub's words, and
 * none makes the emulator fail. Every answer is held against GitHub's description, too.
 */
import { request } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { randomRuns } from "../random-runs.ts";
import { type Caller, callAs, type Reply } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;

beforeAll(async () => {
  github = await startCheckedGitHub({
    limits: false,
    seed: { users: { ada: {} }, repositories: { "ada/data": { issues: [{ title: "First" }] } } },
  });
  ada = callAs(github, github.tokenFor("ada"));
});
afterAll(() => github.close());

const text = (most: number) => fc.string({ unit: "grapheme", minLength: 1, maxLength: most });
const visible = (most: number) =>
  text(most)
    .map((value) => [...value].slice(0, most).join(""))
    .filter((value) => value.trim() !== "");

test("issues with any words are taken, and read as they were written", async () => {
  const body = fc.record(
    {
      title: visible(256),
      body: fc.option(text(500)),
      labels: fc.array(visible(50), { maxLength: 5 }),
      assignees: fc.constantFrom([], ["ada"]),
    },
    { requiredKeys: ["title"] },
  );
  await fc.assert(
    fc.asyncProperty(body, async (given) => {
      const made = await ada("POST /repos/ada/data/issues", given);
      expect(made).toMatchObject({
        status: 201,
        body: { title: given.title.trim(), body: given.body ?? null },
      });
      expect((await ada(`GET /repos/ada/data/issues/${made.body.number}`)).body).toEqual(made.body);
    }),
    randomRuns(100),
  );
});

test("labels of any name are taken, found by it, and removed by it", async () => {
  await fc.assert(
    fc.asyncProperty(
      visible(50).filter((name) => !/^\.{1,2}$/u.test(name)),
      fc.stringMatching(/^[0-9a-fA-F]{6}$/u),
      fc.option(
        text(80).map((value) => [...value].slice(0, 100).join("")),
        { nil: undefined },
      ),
      async (name, color, description) => {
        const made = await ada("POST /repos/ada/data/labels", {
          name,
          color,
          ...(description === undefined ? {} : { description }),
        });
        if (made.status === 422) {
          // Issues of the other test may have made a label of this name.
          expect(made.body.errors).toMatchObject([{ resource: "Label", code: "already_exists" }]);
          return;
        }
        expect(made).toMatchObject({ status: 201, body: { name, color: color.toLowerCase() } });
        const path = `/repos/ada/data/labels/${encodeURIComponent(name)}`;
        expect((await ada(`GET ${path}`)).body).toEqual(made.body);
        expect((await ada(`DELETE ${path}`)).status).toBe(204);
      },
    ),
    randomRuns(100),
  );
});

test("comments of any words are taken", async () => {
  await fc.assert(
    fc.asyncProperty(visible(1_000), async (body) => {
      const made = await ada("POST /repos/ada/data/issues/1/comments", { body });
      expect(made).toMatchObject({ status: 201, body: { body } });
      expect((await ada(`DELETE /repos/ada/data/issues/comments/${made.body.id}`)).status).toBe(204);
    }),
    randomRuns(100),
  );
});

/** @returns the routes that take a body, with the fields that each knows */
const routes: readonly (readonly [route: string, fields: readonly string[]])[] = [
  ["POST /repos/ada/data/issues", ["title", "body", "labels", "assignees", "milestone", "state", "type"]],
  [
    "PATCH /repos/ada/data/issues/1",
    ["title", "body", "labels", "assignees", "milestone", "state", "state_reason"],
  ],
  ["POST /repos/ada/data/issues/1/comments", ["body"]],
  ["POST /repos/ada/data/issues/1/labels", ["labels"]],
  ["PUT /repos/ada/data/issues/1/labels", ["labels"]],
  ["POST /repos/ada/data/issues/1/assignees", ["assignees"]],
  ["POST /repos/ada/data/issues/1/reactions", ["content"]],
  ["PUT /repos/ada/data/issues/1/lock", ["lock_reason"]],
  ["POST /repos/ada/data/labels", ["name", "color", "description"]],
  ["PATCH /repos/ada/data/labels/bug", ["color", "description"]],
  ["POST /repos/ada/data/milestones", ["title", "state", "description", "due_on"]],
  ["POST /repos/ada/data/pulls", ["title", "head", "base", "body", "draft"]],
  ["PUT /repos/ada/data/topics", ["names"]],
  ["PUT /repos/ada/data/collaborators/ada", ["permission"]],
  ["POST /user/repos", ["name", "description", "private", "auto_init", "has_issues", "team_id"]],
];

function expectGitHubsWords({ status, body }: Reply): void {
  expect(status).toBeLessThan(500);
  if (status >= 400)
    expect(body).toMatchObject({ message: expect.any(String), documentation_url: expect.any(String) });
}

test.each([
  ["PUT /repos/ada/data/issues/1/lock", { zz: 1 }],
  ["POST /repos/ada/data/forks", { zz: 1 }],
  ["POST /repos/ada/data/hooks", { zz: 1 }],
  ["POST /repos/ada/data/issues/1/labels", { labels: ["x"], zz: 1 }],
  ["PUT /repos/ada/data/issues/1/labels", { labels: [], zz: 1 }],
])("%s does not take a key that it does not know: %j", async (route, sent) => {
  expect(await ada(route, sent)).toMatchObject({
    status: 422,
    body: {
      message: 'Invalid request.\n\n"zz" is not a permitted key.',
      errors: [{ field: "zz", code: "invalid" }],
    },
  });
});

test.each(["POST", "PUT"])("%s of a bare list of labels takes names, and nothing else", async (method) => {
  const route = `${method} /repos/ada/data/issues/1/labels`;
  for (const list of [[5], [null], [["x"]], ["x", {}], [{ name: 5 }]])
    expect(await ada(route, list)).toMatchObject({
      status: 422,
      body: { errors: [{ resource: "Label", field: "labels", code: "invalid" }] },
    });
  const names = ({ body }: Reply) => (body as { name: string }[]).map(({ name }) => name);
  expect(names(await ada(route, ["bug", { name: "wontfix" }]))).toEqual(["bug", "wontfix"]);
  await ada("DELETE /repos/ada/data/issues/1/labels");
});

test("null in a body that may be absent as a whole is a field that was left out", async () => {
  expect((await ada("PUT /repos/ada/data/issues/1/lock", { lock_reason: null })).status).toBe(204);
  expect((await ada("DELETE /repos/ada/data/issues/1/lock")).status).toBe(204);
});

test("no body makes it fail, whatever its fields hold", async () => {
  const value = fc.oneof(
    { maxDepth: 3 },
    fc.jsonValue({ stringUnit: "binary" }),
    fc.string({ unit: "binary" }),
    fc.constantFrom("", " ", "\u0000", "\ud800", "__proto__", "../..", "open", 0, -1, 1e308, null, true, []),
  );
  const request = fc
    .constantFrom(...routes)
    .chain(([route, fields]) =>
      fc.tuple(fc.constant(route), fc.oneof(fc.dictionary(fc.constantFrom(...fields), value), value)),
    );
  await fc.assert(
    fc.asyncProperty(request, async ([route, body]) => expectGitHubsWords(await ada(route, body))),
    randomRuns(500),
  );
});

test("fields that there are not are named in the refusal", async () => {
  for (const field of ["titel", "__proto__", "constructor", "toString"]) {
    const reply = await ada("POST /repos/ada/data/issues", JSON.parse(`{"title":"x","${field}":{"a":1}}`));
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ field, code: "invalid" }] } });
  }
});

/** Sends text as it is. */
async function send(route: string, body: string): Promise<Reply> {
  const [method = "", path = ""] = route.split(" ");
  const headers = { authorization: `Bearer ${github.tokenFor("ada")}` };
  const response = await fetch(github.url + path, { method, headers, body });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test("huge and deep bodies are refused or taken, in good time", async () => {
  for (const [route, fields] of routes) {
    for (const levels of [90, 101, 100_000]) {
      for (const field of fields) {
        const reply = await send(route, `{"${field}":${"[".repeat(levels)}${"]".repeat(levels)}}`);
        expectGitHubsWords(reply);
        if (levels > 100)
          expect(reply).toMatchObject({ status: 400, body: { message: "Problems parsing JSON" } });
      }
    }
    expectGitHubsWords(await ada(route, { [fields[0]!]: "x".repeat(300_000) }));
    expectGitHubsWords(
      await ada(
        route,
        Array.from({ length: 10_000 }, () => "x"),
      ),
    );
  }
  expect((await ada("POST /repos/ada/data/issues", { title: "x", body: "x".repeat(262_145) })).status).toBe(
    422,
  );
  expect((await ada("POST /repos/ada/data/issues", { title: "x", body: "x".repeat(262_144) })).status).toBe(
    201,
  );
});

test("what is no JSON is refused, and half a character is none", async () => {
  const route = "POST /repos/ada/data/issues";
  for (const body of ["{", "title=x", '{"title":"x"}}', "\u0000"])
    expect((await send(route, body)).status).toBe(400);
  const half = await send(route, '{"title":"\\ud800","labels":["\\udfff"]}');
  expect(half.status).toBe(201);
  expect(half.body).toMatchObject({ title: "\ufffd", labels: [{ name: "\ufffd" }] });
});

test.each([
  "/repos/ada/data/issues/%00",
  "/repos/ada/data/issues/1e3",
  "/repos/ada/data/issues/-1",
  "/repos/ada/data/issues/99999999999999999999",
  "/repos/ada/data/labels/%FF",
  "/repos/ada/data/labels/%2E%2E%2F",
  "/repos/%2e%2e/data",
  "/repos/ada/__proto__",
  "/repos/constructor/toString",
  "/users/__proto__",
  "/repositories/NaN",
  "/repos/ada/data/milestones/x",
  "/repos/ada/data/pulls/0x1",
])("nothing is at %s", async (path) => {
  expect((await ada(`GET ${path}`)).status).toBe(404);
});

/** Sends so many bytes, without a word on how many there will be. */
function sendMuch(path: string, sizeBytes: number, headers: Readonly<Record<string, string>> = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const sending = request(`${github.url}${path}`, {
    method: "POST",
    // What was promised and not sent would be missed by the next request on the same connection.
    agent: false,
    headers: { "user-agent": "test", ...headers },
  });
  sending.on("response", (response) => resolve(response.resume().statusCode));
  sending.on("error", reject);
  const part = Buffer.alloc(1_000_000, " ");
  const go = (left: number): void => {
    if (left <= 0) sending.end();
    else sending.write(part, () => setImmediate(go, left - part.length));
  };
  go(sizeBytes);
  return promise.finally(() => sending.destroy());
}

test("a body beyond what any request needs is refused, and not kept in memory", async () => {
  const length = { "content-length": String(30_000_000) };
  expect(await sendMuch("/repos/ada/data/issues", 1_000_000, length)).toBe(413);
  expect(await sendMuch("/repos/ada/data/issues", 30_000_000)).toBe(413);
  // Files may be larger.
  expect(await sendMuch("/repos/ada/data/git/blobs", 30_000_000)).toBe(401);
});

test("of large bodies the newest are kept for assertions, and no more than fit", async () => {
  github.requests.clear();
  const body = "x".repeat(24_000_000);
  for (const title of ["one", "two", "three"])
    expect((await ada("POST /repos/ada/data/issues", { title, body })).status).toBe(422);
  const kept = github.requests.list("issues/create");
  expect(kept.map((record) => (record.body as { title: string }).title)).toEqual(["two", "three"]);
});
