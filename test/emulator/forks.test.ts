/**
 * @module Forks of the emulator: what they take along, who may make them, and how the network shows.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { startHookReceiver } from "./hook-receiver.ts";
import { payloadProblems } from "./payload-check.ts";

const at = "/repos/ada/data";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let eve: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {}, bob: {}, eve: {} },
      organizations: { acme: { members: { bob: "member" }, basePermission: "read" } },
      repositories: {
        "ada/data": { description: "Records", files: { "README.md": "# Data\n" } },
        "ada/empty": {},
        "ada/secret": { visibility: "private", files: { "a.txt": "a" }, collaborators: { bob: "read" } },
        "acme/secret": { visibility: "private", files: { "a.txt": "a" } },
        "eve/data": {},
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
  eve = callAs(github, github.tokenFor("eve"));
});
afterEach(() => github.close());

test("a fork has the files, knows where it comes from, and goes on by itself", async () => {
  const { sha } = (await ada(`GET ${at}/commits/main`)).body;
  await ada(`POST ${at}/git/refs`, { ref: "refs/heads/work", sha });
  await ada(`POST ${at}/git/refs`, { ref: "refs/tags/v1", sha });
  const made = await bob(`POST ${at}/forks`);
  expect(made).toMatchObject({
    status: 202,
    body: {
      full_name: "bob/data",
      fork: true,
      description: "Records",
      has_issues: false,
      permissions: { admin: true },
      parent: { full_name: "ada/data" },
      source: { full_name: "ada/data" },
    },
  });
  expect((await bob("GET /repos/bob/data/contents/README.md")).status).toBe(200);
  expect((await bob("GET /repos/bob/data/branches")).body.map(({ name }: { name: string }) => name)).toEqual([
    "main",
    "work",
  ]);
  expect((await bob("GET /repos/bob/data/tags")).body).toMatchObject([{ name: "v1" }]);
  await bob("PUT /repos/bob/data/contents/b.txt", { message: "b", content: "Yg==" });
  expect((await ada(`GET ${at}/contents/b.txt`)).status).toBe(404);
  // Who asks again is given the same one.
  expect((await bob(`POST ${at}/forks`, {})).body.id).toBe(made.body.id);
  // And of one's own repository there is no fork in the same account.
  expect((await ada(`POST ${at}/forks`)).body.full_name).toBe("ada/data");
});

test("a fork of a fork is of one network, and is handed on when the one between goes", async () => {
  await bob(`POST ${at}/forks`, { name: "copy", default_branch_only: true });
  const third = await eve("POST /repos/bob/copy/forks", { name: "third" });
  expect(third.body).toMatchObject({
    parent: { full_name: "bob/copy", forks_count: 1 },
    source: { full_name: "ada/data" },
    network_count: 2,
  });
  expect((await ada(`GET ${at}/forks`)).body).toMatchObject([{ full_name: "bob/copy" }]);
  await bob("DELETE /repos/bob/copy");
  expect((await eve("GET /repos/eve/third")).body.parent.full_name).toBe("ada/data");
  await ada(`DELETE ${at}`);
  const alone = (await eve("GET /repos/eve/third")).body;
  expect(alone.fork).toBe(false);
  expect(alone.parent).toBeUndefined();
});

test("a fork is brought up to date, as far as nothing conflicts", async () => {
  await bob(`POST ${at}/forks`);
  const sync = () => bob("POST /repos/bob/data/merge-upstream", { branch: "main" });
  const write = (caller: Caller, path: string, content: string) =>
    caller(`PUT ${path}`, { message: path, content: Buffer.from(content).toString("base64") });
  expect((await sync()).body).toEqual({
    message: "This branch is not behind the upstream ada:main.",
    merge_type: "none",
    base_branch: "ada:main",
  });
  await write(ada, `${at}/contents/a.txt`, "a");
  expect((await sync()).body).toMatchObject({ merge_type: "fast-forward" });
  const heads = await Promise.all([bob("GET /repos/bob/data/commits/main"), ada(`GET ${at}/commits/main`)]);
  expect(heads[0]!.body.sha).toBe(heads[1]!.body.sha);
  await write(ada, `${at}/contents/b.txt`, "b");
  await write(bob, "/repos/bob/data/contents/c.txt", "c");
  expect((await sync()).body).toMatchObject({ merge_type: "merge" });
  const { commit } = (await bob("GET /repos/bob/data/commits/main")).body;
  expect(commit).toMatchObject({ committer: { name: "GitHub" }, verification: { reason: "valid" } });
  for (const file of ["a.txt", "b.txt", "c.txt"])
    expect((await bob(`GET /repos/bob/data/contents/${file}`)).status).toBe(200);
  await write(ada, `${at}/contents/d.txt`, "one");
  await write(bob, "/repos/bob/data/contents/d.txt", "other");
  expect((await sync()).status).toBe(409);
  expect((await bob("POST /repos/bob/data/merge-upstream", { branch: "nowhere" })).status).toBe(422);
  expect((await ada(`POST ${at}/merge-upstream`, { branch: "main" })).status).toBe(422);
  expect((await eve("POST /repos/bob/data/merge-upstream", { branch: "main" })).status).toBe(403);
});

test("a name that is taken gets a number, one that was asked for is refused", async () => {
  expect((await eve(`POST ${at}/forks`)).body.full_name).toBe("eve/data-1");
  await bob("POST /user/repos", { name: "mine" });
  expect((await bob(`POST ${at}/forks`, { name: "mine" })).status).toBe(422);
});

test("what cannot be forked, and who may not", async () => {
  const refusal = async (caller: Caller, path: string, body: object = {}) => {
    const reply = await caller(`POST ${path}/forks`, body);
    return [reply.status, reply.body.message];
  };
  expect(await refusal(bob, "/repos/ada/empty")).toEqual([
    403,
    "The repository exists, but it contains no Git content. Empty repositories cannot be forked.",
  ]);
  expect(await refusal(bob, "/repos/acme/secret")).toEqual([
    403,
    "The repository exists, but forking is disabled.",
  ]);
  expect((await refusal(eve, "/repos/ada/secret"))[0]).toBe(404);
  expect((await bob("POST /repos/ada/secret/forks")).body).toMatchObject({ private: true });
  expect((await refusal(callAs(github), at))[0]).toBe(401);
  expect((await refusal(eve, at, { organization: "acme" }))[0]).toBe(403);
  expect((await refusal(eve, at, { organization: "bob" }))[0]).toBe(422);
  const narrow = github.tokenFor({ user: "eve", permissions: { contents: "write" } });
  expect((await refusal(callAs(github, narrow), at))[0]).toBe(403);
  expect((await bob(`POST ${at}/forks`, { organization: "acme" })).body.full_name).toBe("acme/data");
});

test("forks are searched for by name only, and webhooks hear of them", async () => {
  await using receiver = await startHookReceiver();
  await ada(`POST ${at}/hooks`, {
    config: { url: receiver.url, content_type: "json" },
    events: ["fork", "star", "watch"],
  });
  await bob(`POST ${at}/forks`);
  await bob("PUT /user/starred/ada/data");
  await bob("DELETE /user/starred/ada/data");
  await github.webhooks.settled();
  const told = receiver.received.filter(({ event }) => event !== "ping");
  expect(told.map(({ event }) => event)).toEqual(["fork", "star", "watch", "star"]);
  expect(told[0]!.payload.forkee.full_name).toBe("bob/data");
  expect(told.flatMap(({ event, payload }) => payloadProblems(event, payload))).toEqual([]);
  const found = async (q: string) =>
    ((await eve(`GET /search/repositories?q=${q}`)).body.items as { full_name: string }[]).map(
      ({ full_name }) => full_name,
    );
  expect(await found("records+in:description")).toEqual(["ada/data"]);
  expect(await found("records+in:description+fork:only")).toEqual(["bob/data"]);
  expect((await eve("GET /search/repositories?q=data+fork:maybe")).status).toBe(422);
});
