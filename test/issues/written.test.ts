/**
 * @module The life of an object, as it lies on GitHub after each step: labels, title, body, comments, reactions, states and the snapshot
 * file, byte by byte, as every version before wrote them. `UPDATE=1` writes them anew: only for a format that nobody has yet.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openStage, type Stage } from "./stage.ts";

const file = new URL("../vectors/gh-store/written.json", import.meta.url);
const start = Date.parse("2026-11-20T09:56:38Z");

test("what we leave on GitHub is what it always was", async () => {
  await using stage = await openStage({}, () => start);
  const now = () => stage.github.clock.now();
  const store = stage.store("bob", { now });
  const processor = stage.store("ada", { now });
  const steps: Record<string, unknown> = {};
  const note = (name: string) => {
    steps[name] = lookAt(stage);
    stage.github.clock.advance(60_000);
  };
  await store.create(
    "metrics",
    { count: 0, tags: [], name: "Ünïcödé @octocat #1" },
    { labels: ["team:a"], status: "open", type: "metric" },
  );
  note("created");
  await store.update("metrics", { count: 1 });
  note("updated");
  await processor.processUpdates(1);
  note("processed");
  await Promise.all([store.increment("metrics", "/count"), store.append("metrics", "/tags", ["x"])]);
  await stage.say("eve", 1, '{"count": 666}');
  await stage.say("bob", 1, "[1]");
  await processor.processUpdates(1);
  note("changed in ways that gh-store lacks, among words of strangers and of no sense");
  await stage.as("cid", "PATCH /issues/1", { body: '{"count": 7, "tags": []}' });
  await processor.processUpdates(1);
  note("edited by hand");
  await store.create("a, b", { n: 1 });
  note("an id that no label holds");
  steps["snapshot"] = (await processor.snapshot()).text.split("\n");
  await store.delete("metrics");
  note("deleted");
  await store.restore("metrics");
  note("restored");
  const written = `${JSON.stringify(steps, null, 2)}\n`;
  if (process.env["UPDATE"] === "1") writeFileSync(file, written);
  expect(JSON.parse(written)).toEqual(JSON.parse(readFileSync(file, "utf8")));
});

/** All issues, but for what is random, or another one with each release. */
function lookAt({ github }: Stage): unknown {
  const { issues, comments, labels, reactions, accounts } = github.state;
  const login = (id: number) => accounts.get(id)!.login;
  return issues.all().map((issue) => ({
    title: issue.title,
    state: issue.state,
    labels: issue.labelIds.map((id) => labels.get(id)!.name),
    body: issue.body?.split("\n"),
    comments: comments.by("issue", issue.id).map(({ id, body, authorId }) => ({
      by: login(authorId),
      body: body
        .replaceAll(/(?<="operation": ")[\da-f-]{36}(?=")/gu, "(a UUID)")
        .replace(/(?<="client_version": "hubstead )[^"]+/u, "(a version)")
        .split("\n"),
      reactions: reactions
        .by("subject", `comment/${id}`)
        .map(({ content, userId }) => `${content} ${login(userId)}`),
    })),
  }));
}
