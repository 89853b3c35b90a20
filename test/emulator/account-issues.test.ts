/**
 * @module Issues across repositories, and what the API says of itself.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs, type Reply } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "member" } } },
      repositories: {
        "acme/data": {
          issues: [
            { title: "To do", author: "bob", assignees: ["ada"], labels: ["bug"] },
            { title: "Named", body: "Ask @ada", author: "bob" },
            { title: "Done", author: "ada", state: "closed" },
          ],
        },
        "acme/secret": { visibility: "private", issues: [{ title: "Hidden", author: "bob" }] },
        "ada/own": { issues: [{ title: "Own", author: "ada" }] },
        "bob/other": { issues: [{ title: "Elsewhere", author: "ada" }] },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

const titles = ({ body }: Reply): string[] => (body as { title: string }[]).map(({ title }) => title).sort();

test.each([
  ["/issues", ["To do"]],
  ["/issues?filter=created", ["Elsewhere", "Own"]],
  ["/issues?filter=created&state=all", ["Done", "Elsewhere", "Own"]],
  ["/issues?filter=mentioned", ["Named"]],
  ["/issues?filter=subscribed", ["Elsewhere", "Named", "Own", "To do"]],
  ["/issues?filter=all", ["Hidden", "Named", "Own", "To do"]],
  ["/issues?filter=all&labels=bug", ["To do"]],
  ["/user/issues?filter=created", ["Own"]],
  ["/orgs/acme/issues?filter=all", ["Hidden", "Named", "To do"]],
  ["/orgs/acme/issues", ["To do"]],
])("%s lists what concerns who asks", async (path, expected) => {
  expect(titles(await ada(`GET ${path}`))).toEqual(expected);
});

test("each issue names its repository, and what one may not see is not listed", async () => {
  const { body } = await ada("GET /issues");
  expect(body).toMatchObject([{ title: "To do", repository: { full_name: "acme/data" } }]);
  // Its author has no access to it any more.
  expect(titles(await bob("GET /issues?filter=created"))).toEqual(["Named", "To do"]);
  const scoped = callAs(github, github.tokenFor({ user: "ada", scopes: ["public_repo"] }));
  expect(titles(await scoped("GET /orgs/acme/issues?filter=all"))).toEqual(["Named", "To do"]);
  const narrow = callAs(github, github.tokenFor({ user: "ada", permissions: { contents: "read" } }));
  expect(titles(await narrow("GET /orgs/acme/issues?filter=all"))).toEqual(["Named", "To do"]);
});

test("these lists are for people, and options that cannot be served are not passed over", async () => {
  for (const path of ["/issues", "/user/issues", "/orgs/acme/issues"]) {
    expect((await callAs(github)(`GET ${path}`)).status).toBe(401);
    expect((await callAs(github, github.tokenFor({ actions: "acme/data" }))(`GET ${path}`)).status).toBe(403);
  }
  expect((await ada("GET /issues?owned=true")).status).toBe(501);
  expect((await ada("GET /issues?filter=mine")).status).toBe(422);
});

test.each(["", "/api/v3"])("the root at %j leads everywhere", async (prefix) => {
  const { body } = await callAs(github)(`GET ${prefix}/`);
  expect(body.current_user_url).toBe(`${github.url}${prefix}/user`);
  const newer = await callAs(github)(`GET ${prefix}/`, undefined, { "x-github-api-version": "2026-03-10" });
  expect([body.hub_url, newer.body.hub_url]).toEqual([`${github.url}${prefix}/hub`, undefined]);
  expect((await callAs(github)(`GET ${prefix}/meta`)).body.hooks).toEqual(["127.0.0.1/32"]);
  const cat = await callAs(github)(`GET ${prefix}/octocat?s=moo`);
  expect(cat.headers.get("content-type")).toBe("application/octocat-stream");
  expect(cat.body).toContain("| moo |");
});
