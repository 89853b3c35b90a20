/**
 * @module Stars, subscriptions, languages, contributors and READMEs of the emulator's repositories.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

const at = "/repos/ada/data";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: { email: "ada@example.com" }, bob: {} },
      repositories: {
        "ada/data": {
          files: {
            "README.md": "# Data\n",
            "src/main.ts": "export {};\n",
            "src/README": "Sources\n",
            "src/run.py": "x = 1\n",
            "vendor/big.go": "package big\n",
            Makefile: "all:\n",
          },
        },
        "ada/empty": {},
        "ada/secret": { visibility: "private" },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

test("a star is there once, is counted, and is listed with its time where that is asked for", async () => {
  const one = "/user/starred/ada/data";
  expect((await bob(`GET ${one}`)).status).toBe(404);
  for (let time = 0; time < 2; time++) expect((await bob(`PUT ${one}`)).status).toBe(204);
  expect((await bob(`GET ${one}`)).status).toBe(204);
  expect((await ada(`GET ${at}`)).body).toMatchObject({ stargazers_count: 1, watchers: 1 });
  expect((await ada(`GET ${at}/stargazers`)).body).toMatchObject([{ login: "bob" }]);
  const times = { accept: "application/vnd.github.star+json" };
  expect((await ada(`GET ${at}/stargazers`, undefined, times)).body).toMatchObject([
    { starred_at: expect.any(String), user: { login: "bob" } },
  ]);
  for (const path of ["/user/starred", "/users/bob/starred"]) {
    expect((await bob(`GET ${path}`)).body).toMatchObject([{ full_name: "ada/data" }]);
    expect((await bob(`GET ${path}`, undefined, times)).body).toMatchObject([
      { repo: { full_name: "ada/data" } },
    ]);
  }
  await ada(`PATCH ${at}`, { visibility: "private" });
  expect((await bob("GET /user/starred")).body).toEqual([]);
  expect((await bob(`DELETE ${one}`)).status).toBe(404);
  await ada(`PATCH ${at}`, { visibility: "public" });
  expect((await bob(`DELETE ${one}`)).status).toBe(204);
  expect((await ada(`GET ${at}`)).body.stargazers_count).toBe(0);
});

test("stars are people's", async () => {
  const one = "PUT /user/starred/ada/data";
  expect((await callAs(github)(one)).status).toBe(401);
  expect((await callAs(github, github.tokenFor({ actions: "ada/data" }))(one)).status).toBe(403);
  expect((await callAs(github, github.tokenFor({ user: "bob", scopes: [] }))(one)).status).toBe(404);
  const narrow = github.tokenFor({ user: "bob", permissions: { issues: "write" } });
  expect((await callAs(github, narrow)(one)).status).toBe(403);
  const fitting = github.tokenFor({ user: "bob", permissions: { starring: "write" } });
  expect((await callAs(github, fitting)(one)).status).toBe(204);
  expect((await bob("PUT /user/starred/ada/secret")).status).toBe(404);
});

test("whoever subscribes watches, whoever ignores does not", async () => {
  const one = `${at}/subscription`;
  expect((await bob(`GET ${one}`)).status).toBe(404);
  expect((await bob(`PUT ${one}`, { subscribed: true })).body).toMatchObject({
    subscribed: true,
    ignored: false,
    repository_url: `${github.url}${at}`,
  });
  expect((await ada(`GET ${at}/subscribers`)).body).toMatchObject([{ login: "bob" }]);
  expect((await ada(`GET ${at}`)).body.subscribers_count).toBe(1);
  expect((await bob("GET /user/subscriptions")).body).toMatchObject([{ full_name: "ada/data" }]);
  expect((await bob(`PUT ${one}`, { ignored: true })).body).toMatchObject({ subscribed: false });
  expect((await bob(`GET ${one}`)).body.ignored).toBe(true);
  expect((await ada(`GET ${at}/subscribers`)).body).toEqual([]);
  expect((await bob(`DELETE ${one}`)).status).toBe(204);
  expect((await bob(`GET ${one}`)).status).toBe(404);
});

test("languages are counted in bytes, without prose, data and what others wrote", async () => {
  expect((await bob(`GET ${at}/languages`)).body).toEqual({ TypeScript: 11, Python: 6, Makefile: 5 });
  expect((await bob("GET /repos/ada/empty/languages")).body).toEqual({});
});

test("contributors are who has committed most, the nameless if that is asked for", async () => {
  const stranger = { name: "Stranger", email: "who@example.com" };
  await ada(`PUT ${at}/contents/a.txt`, { message: "a", content: "YQ==", author: stranger });
  await ada(`PUT ${at}/contents/b.txt`, { message: "b", content: "YQ==" });
  expect((await bob(`GET ${at}/contributors`)).body).toMatchObject([{ login: "ada", contributions: 2 }]);
  expect((await bob(`GET ${at}/contributors?anon=1`)).body).toMatchObject([
    { login: "ada" },
    { type: "Anonymous", ...stranger, contributions: 1 },
  ]);
  expect((await bob("GET /repos/ada/empty/contributors")).status).toBe(204);
});

test("a folder has a README of its own", async () => {
  expect((await bob(`GET ${at}/readme`)).body.path).toBe("README.md");
  expect((await bob(`GET ${at}/readme/src`)).body.path).toBe("src/README");
  const raw = await bob(`GET ${at}/readme/src/`, undefined, { accept: "application/vnd.github.raw" });
  expect(raw.body).toBe("Sources\n");
  for (const path of ["vendor", "nowhere", "..", "src/main.ts"])
    expect((await bob(`GET ${at}/readme/${encodeURIComponent(path)}`)).status).toBe(404);
});
