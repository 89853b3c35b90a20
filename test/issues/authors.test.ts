/**
 * @module Whose word counts: the trust tests T1, T2, T3, T5 and T8, through the whole store. Many cases share one emulator.
 */
import { expect, test } from "vitest";
import { createDice } from "../../src/base/dice.ts";
import { addAccount } from "../../src/emulator/acts/accounts.ts";
import { randomRuns } from "../random-runs.ts";
import { ghStoreComment, openStage, type Stage } from "./stage.ts";

const { seed } = randomRuns(1);

const roles = ["admin", "maintain", "write", "triage", "read", "none", "ghost"] as const;
const mayWrite = ["owner", "admin", "maintain", "write", "listed App"];

test("T1: of 1,000 comments those count whose authors may write, whatever GitHub calls their association", async () => {
  const perRole = 125;
  const people = roles.flatMap((role) =>
    Array.from({ length: perRole }, (_, index) => ({ login: `${role}-${index}`, role })),
  );
  await using stage = await openStage({
    users: Object.fromEntries(people.map(({ login }) => [login, {}])),
    collaborators: Object.fromEntries(
      people.flatMap(({ login, role }) =>
        role === "none" ? [] : [[login, role === "ghost" ? "write" : role]],
      ),
    ),
    apps: {
      keeper: { permissions: { issues: "write" }, installations: { ada: "all" } },
      crier: { permissions: { issues: "write" }, installations: { ada: "all" } },
    },
  });
  const authors = [
    ...people,
    ...Array.from({ length: 50 }, () => ({ login: "ada", role: "owner" as const })),
    ...Array.from({ length: 40 }, () => ({ login: { app: "keeper" }, role: "listed App" as const })),
    ...Array.from({ length: 35 }, () => ({ login: { app: "crier" }, role: "App" as const })),
  ];
  expect(authors).toHaveLength(1_000);
  const dice = createDice(seed);
  const shuffled = authors.map((author) => ({ author, at: dice.fraction() })).sort((a, b) => a.at - b.at);
  const numbers: number[] = [];
  for (let object = 0; object < 10; object++) numbers.push(await stage.ghStoreObject(`object-${object}`, {}));
  const expected = numbers.map(() => ({}) as Record<string, string>);
  for (const [index, { author }] of shuffled.entries()) {
    const text = ghStoreComment({ [`k${index}`]: author.role });
    await post(stage, author.login, numbers[index % 10]!, text);
    if (mayWrite.includes(author.role)) expected[index % 10]![`k${index}`] = author.role;
  }
  for (const { login } of people.filter(({ role }) => role === "ghost")) {
    const { accounts } = stage.github.state;
    accounts.remove(accounts.find("login", login)!.id);
  }
  const store = stage.store("ada", { trust: { apps: ["keeper"] } });
  for (const number of numbers) {
    const { decisions } = await store.processUpdates(number);
    expect(decisions).toHaveLength(100);
    for (const { counts, because, by } of decisions) expect([counts, because, by].includes("")).toBe(false);
  }
  expect(
    numbers.map((number) => stage.data(number)),
    `SEED=${seed}`,
  ).toEqual(expected);
  const told = (await store.audit("object-0")).filter(({ outcome }) => outcome === "refused");
  expect(told.length).toBe(100 - Object.keys(expected[0]!).length);
  // Some of those who were refused are collaborators, to GitHub.
  const answer = await fetch(`${stage.github.url}/repos/ada/data/issues/comments?per_page=100`, {
    headers: { authorization: `Bearer ${stage.github.tokenFor("ada")}` },
  });
  const listed = (await answer.json()) as { body: string; author_association: string }[];
  expect(
    listed.some(({ body, author_association: is }) => is === "COLLABORATOR" && body.includes('"read"')),
  ).toBe(true);
});

test.each([404, 403, 500])(
  "T1: where GitHub answers %i to who may write, all is held, and nothing is refused",
  async (status) => {
    await using stage = await openStage();
    const number = await stage.ghStoreObject("a", { n: 0 });
    await stage.say("eve", number, ghStoreComment({ n: 666 }));
    await stage.say("bob", number, ghStoreComment({ n: 1 }));
    const before = stage.issue(number);
    const operation = "repos/get-collaborator-permission-level";
    stage.github.faults.add({ operation, does: { kind: "status", status } });
    await expect(stage.store("ada").processUpdates(number)).rejects.toHaveProperty("code");
    expect(stage.issue(number)).toEqual(before);
    expect(stage.github.state.reactions.all()).toHaveLength(0);
    stage.github.faults.clear();
    await stage.store("ada").processUpdates(number);
    expect(stage.data(number)).toEqual({ n: 1 });
  },
);

test("T2: 500 deeds of strangers change nothing, hide nothing, and hold up nothing", async () => {
  await using stage = await openStage();
  const dice = createDice(seed);
  const store = stage.store("bob");
  const processor = stage.store("ada");
  const numbers: number[] = [];
  for (let object = 0; object < 5; object++) {
    const { issueNumber } = await store.create(`object-${object}`, { n: 0 });
    numbers.push(issueNumber);
  }
  const theirs = new Map(numbers.map((number) => [number, [] as number[]]));
  for (const number of numbers) theirs.get(number)!.push(await stage.say("eve", number, "hello"));
  const counts = numbers.map(() => 0);
  for (let deed = 0; deed < 500; deed++) {
    const which = dice.below(5);
    const number = numbers[which]!;
    const comments = stage.comments(number);
    const kind = dice.below(7);
    if (kind === 0) theirs.get(number)!.push(await stage.say("eve", number, ghStoreComment({ n: 666 })));
    else if (kind === 1) {
      const content = dice.pick(["+1", "-1", "confused", "rocket", "heart"]);
      await stage.as("eve", `POST /issues/comments/${dice.pick(comments).id}/reactions`, { content });
    } else if (kind === 2) {
      const body = dice.pick([
        ghStoreComment({ n: 666 }),
        dice.pick(comments).body,
        "sorry",
        "[".repeat(9_000),
      ]);
      await stage.as("eve", `PATCH /issues/comments/${dice.pick(theirs.get(number)!)}`, { body });
    } else if (kind === 3) {
      const title = dice.pick([stage.issue(number).title, `Stored Object: object-${which}`]);
      const labels = ["gh-store", "stored-object", `UID:object-${which}`];
      const opened = await stage.as("eve", "POST /issues", { title, body: '{"n": 666}', labels });
      // As a form does that names our labels.
      if (dice.chance(0.5)) await stage.as("ada", `PATCH /issues/${opened.number}`, { labels });
      await stage.as("eve", `PATCH /issues/${opened.number}`, {
        title: `${title} [zzzzzzz.9.9.0123456789ab]`,
      });
      await stage.as("eve", `POST /issues/${opened.number}/comments`, { body: ghStoreComment({ n: 1 }) });
      await expect(processor.processUpdates(opened.number)).rejects.toMatchObject({ code: "invalid_input" });
    } else if (kind === 4) {
      await store.increment(`object-${which}`, "/n");
      counts[which]!++;
    } else await processor.processUpdates(number);
  }
  for (const number of numbers) await processor.processUpdates(number);
  expect(
    numbers.map((number) => stage.data(number)),
    `SEED=${seed}`,
  ).toEqual(counts.map((n) => ({ n })));
  const { objects } = await processor.list();
  expect(objects.map(({ issueNumber, data }) => [issueNumber, data])).toEqual(
    numbers.map((number, which) => [number, { n: counts[which] }]),
  );
});

test("T3: of 500 comments that somebody else edited, first or later, each counts as whoever touched it may, and as it was first folded", async () => {
  await using stage = await openStage({ users: { dan: {} }, collaborators: { dan: "write" } });
  const dice = createDice(seed);
  const numbers: number[] = [];
  for (let object = 0; object < 10; object++) numbers.push(await stage.ghStoreObject(`object-${object}`, {}));
  const expected = numbers.map(() => ({}) as Record<string, string>);
  const later: (() => Promise<unknown>)[] = [];
  for (let comment = 0; comment < 500; comment++) {
    const which = comment % 10;
    const key = `k${comment}`;
    const id = await post(stage, "bob", numbers[which]!, ghStoreComment({ [key]: "said" }));
    const edit = (login: string, value: string) => () =>
      stage.as(login, `PATCH /issues/comments/${id}`, { body: ghStoreComment({ [key]: value }) });
    const [untouched, byWriter, byDan, hidden, late] = [0, 1, 2, 3, 4];
    const kind = dice.below(5);
    if (kind === byWriter) await edit("cid", "edited")();
    // Who may not write any more when it is folded, also where the author has put it right again.
    if (kind === byDan || kind === hidden) await edit("dan", "stolen")();
    if (kind === hidden) await edit("bob", "said")();
    if (kind === late) later.push(edit(dice.pick(["cid", "bob"]), "too late"));
    if (kind === untouched || kind === late) expected[which]![key] = "said";
    if (kind === byWriter) expected[which]![key] = "edited";
  }
  await stage.as("ada", "DELETE /collaborators/dan");
  const run = async () => {
    const store = stage.store("ada");
    for (const number of numbers) await store.processUpdates(number);
    expect(
      numbers.map((number) => stage.data(number)),
      `SEED=${seed}`,
    ).toEqual(expected);
  };
  await run();
  for (const edit of later) await edit();
  for (const [which, number] of numbers.entries()) {
    await stage.say("cid", number, ghStoreComment({ more: "new" }));
    expected[which]!["more"] = "new";
  }
  await run();
});

test("T5: in 100 histories of permissions that come and go, what was decided stays, for whoever looks", async () => {
  await using stage = await openStage();
  const dice = createDice(seed);
  const { collaborators } = stage.github.state;
  const row = collaborators
    .all()
    .find(({ userId }) => userId === stage.github.state.accounts.find("login", "bob")!.id)!;
  for (let history = 0; history < 100; history++) {
    collaborators.put(row);
    const id = `object-${history}`;
    const number = await stage.ghStoreObject(id, {}, dice.pick(["ada", "bob"]));
    const expected: Record<string, number> = {};
    let waiting: string[] = [];
    let hasBeenSeen = false;
    for (let deed = 0, count = 3 + dice.below(6); deed < count; deed++) {
      const mayNow = collaborators.get(row.id) !== undefined;
      const kind = dice.below(4);
      if (kind < 2) {
        await stage.say("bob", number, ghStoreComment({ [`k${deed}`]: deed }));
        waiting.push(`k${deed}`);
      } else if (kind === 2) {
        if (mayNow && hasBeenSeen) collaborators.remove(row.id);
        else collaborators.put(row);
      } else {
        // Each time somebody who has heard nothing yet.
        await stage.store(dice.pick(["ada", "max"])).processUpdates(number);
        hasBeenSeen = true;
        if (mayNow) for (const key of waiting) expected[key] = Number(key.slice(1));
        waiting = [];
      }
    }
    const mayNow = collaborators.get(row.id) !== undefined;
    if (hasBeenSeen || mayNow) await stage.store("max").processUpdates(number);
    if (mayNow) for (const key of waiting) expected[key] = Number(key.slice(1));
    collaborators.remove(row.id);
    expect(stage.data(number), `SEED=${seed} ${id}`).toEqual(expected);
    const fresh = stage.store("ada");
    expect(await fresh.processUpdates(number)).toMatchObject({ writes: 0 });
    expect((await fresh.get(id)).data, `SEED=${seed} ${id}`).toEqual(expected);
    expect((await fresh.history(id)).at(-1)!.data, `SEED=${seed} ${id}`).toEqual(expected);
  }
});

test("T8: in 50 logins that change hands the account counts, not the name", async () => {
  const logins = Array.from({ length: 50 }, (_, index) => `person-${index}`);
  const isWriter = (index: number) => index % 2 === 0;
  await using stage = await openStage({
    users: Object.fromEntries(logins.map((login) => [login, {}])),
    collaborators: Object.fromEntries(
      logins.flatMap((login, index) => (isWriter(index) ? [[login, "write"]] : [])),
    ),
  });
  const number = await stage.ghStoreObject("a", {});
  const expected: Record<string, string> = {};
  for (const [index, login] of logins.entries()) {
    await post(stage, login, number, ghStoreComment({ [`before-${index}`]: login }));
    if (isWriter(index)) expected[`before-${index}`] = login;
    stage.github.renameAccount(login, `${login}-before`);
    const heir = addAccount(stage.github.state, { login }, Date.now());
    const repositoryId = stage.github.state.repositories.all()[0]!.id;
    // Whoever takes a stranger's name may write, and the other way round.
    if (!isWriter(index)) {
      const { collaborators } = stage.github.state;
      collaborators.put({ id: collaborators.nextId(), repositoryId, userId: heir.id, role: "write" });
      expected[`after-${index}`] = login;
    }
    await post(stage, login, number, ghStoreComment({ [`after-${index}`]: login }));
  }
  await stage.store("ada").processUpdates(number);
  expect(stage.data(number)).toEqual(expected);
});

/** @returns the comment's id */
async function post(
  stage: Stage,
  owner: string | { app: string },
  number: number,
  body: string,
): Promise<number> {
  const response = await fetch(`${stage.github.url}/repos/ada/data/issues/${number}/comments`, {
    method: "POST",
    headers: { authorization: `Bearer ${stage.github.tokenFor(owner)}` },
    body: JSON.stringify({ body }),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: number }).id;
}
