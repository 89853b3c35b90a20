/**
 * @module What webhooks and workflows are told of changed branches and tags.
 */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Act } from "../../src/emulator/acts/act.ts";
import { renameBranch } from "../../src/emulator/acts/branches.ts";
import { commitFiles } from "../../src/emulator/acts/files.ts";
import { openPull } from "../../src/emulator/acts/pulls.ts";
import { createRef, deleteRef, updateRef } from "../../src/emulator/acts/refs.ts";
import type { GitStore } from "../../src/emulator/git/git-store.ts";
import type { Happening } from "../../src/emulator/hooks/happening.ts";
import { plant, repositoryNamed } from "../../src/emulator/seed/plant.ts";
import { createUrls } from "../../src/emulator/shapes/urls.ts";
import { listeningServices } from "./listening.ts";

let git: GitStore;
let act: Act;
let told: Happening[];
let first: string;

beforeEach(() => {
  const listening = listeningServices(Date.parse("2026-05-01T12:00:00Z"));
  const { services } = listening;
  const { world, clock } = services;
  told = listening.told;
  git = services.git;
  plant(
    { users: { ada: { email: "ada@example.org" } }, repositories: { "ada/data": { files: { a: "1" } } } },
    services,
  );
  clock.advance(60_000);
  act = {
    services,
    principal: { kind: "anonymous", address: "127.0.0.1" },
    actor: world.accounts.find("login", "ada")!,
    repository: repositoryNamed({ world }, "ada/data"),
    role: "admin",
    urls: createUrls("http://localhost", ""),
    version: "2022-11-28",
    nowMs: clock.now(),
  };
  first = git.repository(act.repository.id).ref("refs/heads/main")!;
});
afterEach(() => git.close());

const commit = (path: string) =>
  commitFiles(act, {
    branch: "main",
    message: `put ${path}`,
    changes: [{ path, content: Buffer.from(path) }],
  });
const events = () => told.map(({ event }) => event);
const zeros = "0".repeat(40);

test("a commit is a push of one commit, with the files it touches", () => {
  const oid = commit("b");
  expect(events()).toEqual(["push"]);
  expect(told[0]).not.toHaveProperty("action");
  expect(told[0]!.payload).toMatchObject({
    ref: "refs/heads/main",
    before: first,
    after: oid,
    created: false,
    deleted: false,
    forced: false,
    compare: `http://localhost/ada/data/compare/${first.slice(0, 12)}...${oid.slice(0, 12)}`,
    commits: [{ id: oid, added: ["b"], removed: [], modified: [], author: { username: "ada" } }],
    head_commit: { id: oid, message: "put b", timestamp: "2026-05-01T12:01:00Z" },
    pusher: { name: "ada", email: "ada@example.org" },
  });
  expect(act.services.world.repositories.get(act.repository.id)!.pushedAt).toBe(act.nowMs);
});

test("a new branch is created and pushed, without commits that others have", () => {
  createRef(act, "refs/heads/topic", first);
  expect(events()).toEqual(["create", "push"]);
  expect(told[0]!.payload).toMatchObject({ ref: "topic", ref_type: "branch", master_branch: "main" });
  expect(told[1]!.payload).toMatchObject({
    before: zeros,
    created: true,
    commits: [],
    head_commit: { id: first },
  });
});

test("a forced push says so, and a deleted branch has no head", () => {
  createRef(act, "refs/heads/topic", commit("b"));
  told.length = 0;
  updateRef(act, "refs/heads/topic", first, true);
  expect(told[0]!.payload).toMatchObject({ forced: true, after: first, commits: [] });
  told.length = 0;
  deleteRef(act, "refs/heads/topic");
  expect(events()).toEqual(["delete", "push"]);
  expect(told[1]!.payload).toMatchObject({ deleted: true, after: zeros, head_commit: null });
});

test("a commit with an expected head is refused once the branch has moved on", () => {
  const changes = [{ path: "x", content: Buffer.from("x") }];
  const input = { branch: "main", message: "m", changes, expectedHead: first };
  const oid = commitFiles(act, input);
  expect(() => commitFiles(act, input)).toThrow(`Expected branch to point to "${oid}"`);
  expect(git.repository(act.repository.id).ref("refs/heads/main")).toBe(oid);
});

test("what is told is what GitHub's description of its webhooks says", () => {
  createRef(act, "refs/heads/topic", commit("b"));
  deleteRef(act, "refs/heads/topic");
  const file = new URL("../../node_modules/@octokit/webhooks-schemas/schema.json", import.meta.url);
  const { definitions } = JSON.parse(readFileSync(file, "utf8")) as { definitions: object };
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "webhooks", definitions });
  expect(events()).toEqual(["push", "create", "push", "delete", "push"]);
  for (const { event, payload } of told) {
    const validate = ajv.getSchema(`webhooks#/definitions/${event}$event`)!;
    validate(JSON.parse(JSON.stringify(payload)));
    // These are added to every event alike.
    const problems = validate.errors?.filter(
      ({ message }) => !/'(?:repository|sender)'/u.test(message ?? ""),
    );
    expect(problems).toEqual([]);
  }
});

function openTopic(): void {
  createRef(act, "refs/heads/topic", first);
  commitTo("topic", "t");
  openPull(act, { title: "x", body: null, head: "topic", base: "main", isDraft: false });
  told.length = 0;
}

const commitTo = (branch: string, path: string) =>
  commitFiles(act, { branch, message: "m", changes: [{ path, content: Buffer.from(path) }] });
const pulls = () =>
  told.flatMap(({ event, action, payload }) => (event === "pull_request" ? [{ action, ...payload }] : []));

test("a push to the head of an open pull request is told of as one", () => {
  openTopic();
  const { git: store, world } = act.services;
  const before = store.repository(act.repository.id).ref("refs/heads/topic");
  const after = commitTo("topic", "u");
  commitTo("main", "m");
  expect(pulls()).toMatchObject([
    { action: "synchronize", before, after, number: 1, pull_request: { head: { sha: after } } },
  ]);
  expect(world.issues.all()[0]!.pull!.headOid).toBe(after);
});

test("a pull request is closed when its head is deleted, and shows where that was", () => {
  openTopic();
  const oid = commitTo("topic", "u");
  told.length = 0;
  deleteRef(act, "refs/heads/topic");
  expect(pulls()).toMatchObject([
    { action: "closed", pull_request: { state: "closed", head: { sha: oid } } },
  ]);
});

test("open pull requests follow the new name of a branch", () => {
  openTopic();
  renameBranch(act, "main", "trunk");
  renameBranch(act, "topic", "feature");
  expect(pulls()).toMatchObject([{ action: "edited", changes: { base: { ref: { from: "main" } } } }]);
  expect(act.services.world.issues.all()[0]).toMatchObject({
    state: "open",
    pull: { head: "feature", base: "trunk" },
  });
});
