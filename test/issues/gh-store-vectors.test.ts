/**
 * @module Objects exactly as each version of gh-store has left them in repositories, byte by byte: shown, listed, processed, and in a
 * snapshot. Frozen: they lie in other people's repositories.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openStage, type Stage } from "./stage.ts";

const folder = join(import.meta.dirname, "../vectors/gh-store");

interface Vector {
  readonly made: string;
  readonly issue: {
    readonly user: string;
    readonly title: string;
    readonly body: string;
    readonly labels: readonly string[];
    readonly state: string;
  };
  readonly comments: readonly {
    readonly user: string;
    readonly body: string;
    readonly reactions: readonly { readonly user: string; readonly content: string }[];
  }[];
  readonly expected: {
    readonly id: string;
    /** Deleted, or deprecated. */
    readonly gone?: boolean;
    readonly data?: unknown;
    /** Why it cannot be shown. */
    readonly unreadable?: string;
    readonly version?: number;
    readonly isPending?: boolean;
    readonly labels?: readonly string[];
    readonly processed?: unknown;
    readonly processedText?: string;
  };
}

const names = readdirSync(folder).filter((name) => /^(?:npm-)?\d/u.test(name));

test("there are objects of every form", () => {
  const made = names.map((name) => vectorOf(name).made);
  expect([...new Set(made)].sort()).toEqual([
    "gh-store 0.11.2",
    "gh-store 0.2",
    "gh-store 0.4.0",
    "gh-store 0.5.1",
    "gh-store 0.7.0",
    "gh-store-client 0.11.1",
  ]);
});

test.each(names)("%s", async (name) => {
  const { expected, ...vector } = vectorOf(name);
  const { id, data, version, isPending = false, labels = [] } = expected;
  await using stage = await openStage();
  await plant(stage, vector);
  const store = stage.store("ada");
  const list = async () => {
    const { objects, unreadable } = await store.list();
    return { objects: objects.map(asJson), unreadable };
  };
  if (expected.gone === true) {
    await expect(store.get(id)).rejects.toMatchObject({ code: "not_found" });
    expect(await list()).toEqual({ objects: [], unreadable: [] });
    expect((await store.snapshot()).objectCount).toBe(0);
    return;
  }
  const shown = { id, data, version, isPending, labels, issueNumber: 1 };
  if (expected.unreadable === undefined) {
    expect(asJson(await store.get(id))).toMatchObject(shown);
    expect(await list()).toMatchObject({ objects: [shown], unreadable: [] });
    expect(JSON.parse((await store.snapshot()).text).objects[id].data).toEqual(data);
  } else {
    const { body } = vector.issue;
    const told = { id, because: expected.unreadable, body };
    await expect(store.get(id)).rejects.toMatchObject({ code: "unsupported_format", data: told });
    expect(await list()).toMatchObject({ objects: [], unreadable: [told] });
    // As it stands there, in its place.
    const indented = body.replaceAll("\n", "\n      ");
    expect((await store.snapshot()).text).toContain(`"data": ${indented}`);
  }
  await store.processAll();
  if (expected.processed !== undefined) expect(stage.data(1)).toEqual(expected.processed);
  if (expected.processedText !== undefined) expect(stage.issue(1).body).toBe(expected.processedText);
  expect(stage.issue(1).state).toBe("closed");
  // What was there already was no hand edit, and what is done stays so.
  expect((await store.history(id)).map(({ kind }) => kind)).not.toContain("hand edit");
  await store.processUpdates(1);
  expect(await store.processUpdates(1)).toMatchObject({ id, writes: 0 });
  await store.update(id, { ours: true }, { process: true });
  const { body } = stage.issue(1);
  expect(body).toContain('"ours": true');
});

function vectorOf(name: string): Vector {
  return JSON.parse(readFileSync(join(folder, name), "utf8")) as Vector;
}

async function plant(stage: Stage, { issue, comments }: Omit<Vector, "expected">): Promise<void> {
  const { user, title, body, labels, state } = issue;
  const { number } = await stage.as(user, "POST /issues", { title, body, labels });
  for (const comment of comments) {
    const { id } = await stage.as(comment.user, `POST /issues/${number}/comments`, { body: comment.body });
    for (const { user: by, content } of comment.reactions)
      await stage.as(by, `POST /issues/comments/${id}/reactions`, { content });
  }
  await stage.as("ada", `PATCH /issues/${number}`, { state });
}

/** `-0` is `0` there. */
function asJson<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
