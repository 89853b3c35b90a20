/**
 * @module gh-store's processor and ours at the same objects, in any order: whatever the old one makes of what we write, the object comes
 * out as the changes say.
 */
import { expect, test } from "vitest";
import { createDice, type Dice } from "../../src/base/dice.ts";
import type { Json, JsonObject } from "../../src/base/json.ts";
import type { Document } from "../../src/issues/wire/document.ts";
import { applyEdit, type Edit } from "../../src/issues/wire/edits.ts";
import { randomRuns } from "../random-runs.ts";
import { canonicalRead, finds, type ModelIssue, type ModelRun, processUpdates } from "./gh-store-model.ts";
import { ghStoreComment, openStage, type Stage } from "./stage.ts";

const { seed, numRuns } = randomRuns(60, 2_000);

test(`${numRuns} histories of both processors come out the same`, async () => {
  const dice = createDice(seed);
  await using stage = await openStage();
  for (let index = 0; index < numRuns; index++) await runHistory(stage, `object-${index}`, dice);
});

async function runHistory(stage: Stage, id: string, dice: Dice): Promise<void> {
  const ours = stage.store("bob");
  const processor = stage.store("ada");
  const initial = { n: 0, list: [], deep: { a: 1 } };
  const number = dice.chance(0.5)
    ? (await ours.create(id, initial)).issueNumber
    : await stage.ghStoreObject(id, initial);
  let expected: Document = initial;
  const told: string[] = [];
  for (let deed = 0, count = 4 + dice.below(8); deed < count; deed++) {
    const kind = dice.below(10);
    stage.github.clock.advance(dice.below(3) * 500);
    if (kind < 5) {
      const edits = Array.from({ length: 1 + dice.below(3) }, (_, index) =>
        randomEdit(dice, deed * 10 + index),
      );
      told.push(JSON.stringify(edits));
      await Promise.all(edits.map((edit) => send(ours, id, edit)));
      expected = edits.reduce(applyEdit, expected);
    } else if (kind === 5) {
      const data = { theirs: deed, deep: { [`t${deed}`]: "é" } };
      told.push(`gh-store ${JSON.stringify(data)}`);
      await stage.say("cid", number, ghStoreComment(data));
      expected = applyEdit(expected, { op: "merge", data });
    } else if (kind === 6) {
      told.push("stranger");
      await stage.say("eve", number, ghStoreComment({ stolen: true }));
    } else if (kind === 7) {
      told.push("ours");
      await processor.processUpdates(number);
    } else {
      told.push("theirs");
      await runGhStore(stage, number, dice);
    }
  }
  await processor.processAll();
  const why = `SEED=${seed} ${id}: ${told.join(", ")}`;
  expect(stage.data(number), why).toEqual(expected);
  expect((await processor.get(id)).data, why).toEqual(expected);
  expect(finds(asModel(stage, number), id), why).toBe(true);
  // And then it has nothing to do.
  expect(processUpdates(asModel(stage, number), isWriter), why).toMatchObject({ marks: [] });
}

test("a canonical read of gh-store's brings nothing in that a stranger said", async () => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", { n: 0 });
  await stage.say("eve", number, ghStoreComment({ stolen: true }));
  await stage.say("bob", number, ghStoreComment({ n: 1 }));
  const read = canonicalRead(asModel(stage, number));
  expect(JSON.parse(read)).toEqual({ n: 1, stolen: true });
  await stage.as("cid", `PATCH /issues/${number}`, { body: read });
  await stage.store("ada").processUpdates(number);
  expect(stage.data(number)).toEqual({ n: 1 });
  // Nor when the stranger's words are decided already.
  await stage.as("cid", `PATCH /issues/${number}`, { body: canonicalRead(asModel(stage, number)) });
  await stage.say("bob", number, ghStoreComment({ m: 2 }));
  await stage.store("ada").processUpdates(number);
  expect(stage.data(number)).toEqual({ n: 1, m: 2 });
});

test("a canonical read of what people said who may write is what we make of it, too", async () => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", { n: 0 });
  await stage.store("bob").update("a", { n: 1, deep: { x: 1 } });
  await stage.say("cid", number, ghStoreComment({ deep: { y: 2 } }));
  const read = canonicalRead(asModel(stage, number));
  await stage.as("cid", `PATCH /issues/${number}`, { body: read });
  await stage.store("ada").processUpdates(number);
  expect(stage.data(number)).toEqual(JSON.parse(read));
  expect((await stage.store("ada").history("a")).map(({ kind }) => kind)).toEqual([
    "create",
    "update",
    "update",
  ]);
});

test("what gh-store has applied stays, also of somebody who may not write any more", async () => {
  await using stage = await openStage();
  const number = await stage.ghStoreObject("a", { n: 0 });
  const id = await stage.say("bob", number, ghStoreComment({ n: 1 }));
  const { body } = processUpdates(asModel(stage, number), isWriter);
  const token = stage.github.tokenFor({ actions: "ada/data", permissions: { issues: "write" } });
  const asWorkflow = (method: string, path: string, content: object) =>
    fetch(`${stage.github.url}/repos/ada/data/issues/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(content),
    });
  await asWorkflow("PATCH", `${number}`, { body, state: "closed" });
  await asWorkflow("POST", `comments/${id}/reactions`, { content: "+1" });
  await stage.as("ada", "DELETE /collaborators/bob");
  stage.github.clock.advance(3_600_000);
  const store = stage.store("ada", { trust: { apps: ["github-actions"] } });
  await store.update("a", { m: 1 }, { process: true });
  expect(stage.data(number)).toEqual({ n: 1, m: 1 });
});

const isWriter = (login: string) => ["ada", "bob", "cid"].includes(login);

function randomEdit(dice: Dice, item: number): Edit {
  const merges = {
    op: "merge",
    data: { [`k${dice.below(4)}`]: item, deep: { [`d${dice.below(3)}`]: [item] } },
  } as const;
  return dice.pick<Edit>([
    merges,
    merges,
    { op: "increment", path: "/n", by: item },
    { op: "append", path: "/list", items: [item] },
    { op: "unset", paths: [`/k${dice.below(4)}`, "/deep/d0"] },
    { op: "replace", data: { n: item, list: [item], deep: {} } },
  ]);
}

function send(store: ReturnType<Stage["store"]>, id: string, edit: Edit): Promise<unknown> {
  if (edit.op === "merge") return store.update(id, edit.data as JsonObject);
  if (edit.op === "replace") return store.replace(id, edit.data as Json);
  if (edit.op === "unset") return store.unset(id, edit.paths);
  if (edit.op === "append") return store.append(id, edit.path, edit.items as readonly Json[]);
  if (edit.op === "increment") return store.increment(id, edit.path, edit.by);
  throw new Error(`nobody can ask for ${edit.op}`);
}

/** A run of gh-store's, which may die after the body is written, or work on what it read before others wrote. */
async function runGhStore(stage: Stage, number: number, dice: Dice): Promise<void> {
  const run: ModelRun = processUpdates(asModel(stage, number), isWriter);
  await stage.as("cid", `PATCH /issues/${number}`, { body: run.body, state: "closed" });
  if (dice.chance(0.3)) return;
  for (const id of run.marks)
    await stage.as("cid", `POST /issues/comments/${id}/reactions`, { content: "+1" });
}

function asModel(stage: Stage, number: number): ModelIssue {
  const { accounts, reactions, labels } = stage.github.state;
  const issue = stage.github.state.issues.get(stage.issue(number).id)!;
  return {
    body: issue.body ?? "",
    state: issue.state,
    labels: issue.labelIds.map((id) => labels.get(id)!.name),
    comments: stage.comments(number).map(({ id, body, authorId, createdAt }) => ({
      id,
      body,
      author: accounts.get(authorId)!.login,
      createdAt: new Date(createdAt).toISOString().replace(/\.\d+/u, ""),
      hasThumb: reactions.by("subject", `comment/${id}`).some(({ content }) => content === "+1"),
    })),
  };
}
