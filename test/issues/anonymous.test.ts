/**
 * @module Readers without a token, of a public repository: they read what there is, and what they cannot do is said before anything is
 * sent.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { GitHubClient } from "../../src/github/client/github-client.ts";
import type { IssueStore } from "../../src/issues/issue-store.ts";
import { openIssueStore } from "../../src/issues/open-issue-store.ts";
import { clientFor, repo, startPlace } from "./place.ts";

let github: EmulatedGitHub;
let writing: GitHubClient;
let reading: GitHubClient;
let writer: IssueStore;
let reader: IssueStore;

beforeEach(async () => {
  github = await startPlace();
  writing = clientFor(github, "ada");
  reading = clientFor(github, undefined);
  writer = openIssueStore({ repo, github: writing });
  reader = openIssueStore({ repo, github: reading });
  await writer.create("metrics", { count: 1 }, { labels: ["daily"] });
});
afterEach(async () => {
  await Promise.all([writing.close(), reading.close()]);
  await github.close();
});

const readers = [
  ..."get list listUpdatedSince find resolve findAliases findDuplicates watch snapshot updateSnapshot".split(
    " ",
  ),
];

test("objects are read, listed, found, watched and written into snapshots", async () => {
  github.requests.clear();
  expect(await reader.get("metrics")).toMatchObject({ data: { count: 1 } });
  const ids = (list: { readonly objects: readonly { readonly id: string }[] }) =>
    list.objects.map(({ id }) => id);
  expect(ids(await reader.list())).toEqual(["metrics"]);
  expect(ids(await reader.find(["daily"]))).toEqual(["metrics"]);
  expect(await reader.resolve("metrics")).toBe("metrics");
  expect(await reader.findAliases()).toEqual({});
  expect(await reader.findDuplicates()).toEqual([]);
  expect(ids(await reader.listUpdatedSince("2020-01-01T00:00:00Z"))).toEqual(["metrics"]);
  const { text } = await reader.snapshot();
  expect(JSON.parse(text)).toHaveProperty("objects.metrics.data.count", 1);
  expect((await reader.updateSnapshot(text)).text).toBe(text);
  for await (const { kind, id } of reader.watch({ since: "2020-01-01T00:00:00Z" })) {
    expect({ kind, id }).toEqual({ kind: "created", id: "metrics" });
    break;
  }
  expect(github.requests.list().filter(({ by }) => by !== "anonymous")).toEqual([]);
});

test("all else is refused by name, with what to do, before a request", async () => {
  const others = Object.entries(reader).filter(([name]) => !readers.includes(name));
  expect(others.length).toBeGreaterThan(10);
  github.requests.clear();
  for (const [name, method] of others)
    await expect((method as (id: string) => Promise<unknown>)("metrics"), name).rejects.toMatchObject({
      code: "unauthorized",
      message: `\`${name}\` in ${repo} needs a credential, and there is none`,
      hint: expect.stringContaining("GITHUB_TOKEN"),
      data: { method: name },
    });
  expect(github.requests.count()).toBe(0);
});

test("many readers at once see what is there, while it is written", async () => {
  const clients = Array.from({ length: 8 }, () => clientFor(github, undefined));
  const stores = clients.map((client) => openIssueStore({ repo, github: client }));
  const counts = async (store: IssueStore) => {
    const seen: number[] = [];
    for (let look = 0; look < 5; look++)
      seen.push(((await store.get("metrics")).data as { readonly count: number }).count);
    return seen;
  };
  const reads = Promise.all(stores.map(counts));
  for (let count = 2; count < 6; count++) await writer.update("metrics", { count }, { process: true });
  for (const seen of await reads) expect(seen).toEqual([...seen].sort((a, b) => a - b));
  await Promise.all(clients.map((client) => client.close()));
});

test("whoever names no credential and does not say that nobody reads is told so by the first request", async () => {
  await using client = new GitHubClient({ apiUrl: github.url, env: {} });
  expect(client.isAnonymous).toBe(false);
  await expect(openIssueStore({ repo, github: client }).get("metrics")).rejects.toMatchObject({
    code: "unauthorized",
  });
});
