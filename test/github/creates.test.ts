/**
 * @module G1: nothing is made twice and nothing is lost, whatever happens to the answers.
 */
import { expect, test } from "vitest";
import { createDice } from "../../src/base/dice.ts";
import { createMarker, isMarked, markedBody } from "../../src/github/client/markers.ts";
import type { Recovery } from "../../src/github/fetch/governed-request.ts";
import { type Governed, startGoverned } from "./governed.ts";

interface Comment {
  readonly id: number;
  readonly body: string;
}

/** Finds a comment by its mark among the newest. */
function findComment(
  { github, fetch }: Governed,
  issue: number,
  mark: ReturnType<typeof createMarker>,
): Recovery {
  return {
    marker: `a comment of #${issue} with ${mark.text}`,
    async find() {
      for (let page = 1; ; page++) {
        const url = `${github.url}/repos/ada/hello/issues/${issue}/comments?per_page=100&page=${page}`;
        const response = await fetch(url);
        const comments = (await response.json()) as Comment[];
        const found = comments.find(({ body }) => isMarked(body, mark));
        if (found !== undefined) return Response.json(found, { status: 201 });
        if (comments.length < 100) return undefined;
      }
    },
  };
}

const operations = Number(process.env["OPS"] ?? 10_000);

test(`of ${operations} comments with a fault in five, each is there once`, { timeout: 600_000 }, async () => {
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  console.log(`SEED=${seed}`);
  const governed = await startGoverned({ cache: false, retry: { attempts: 10 } }, { faults: { seed } });
  const { github, call, fetch } = governed;
  const dice = createDice(seed);
  const perIssue = 100;
  for (let issue = 0; issue < operations / perIssue; issue++)
    await call("POST", "/repos/ada/hello/issues", { title: "a" });
  const operation = "issues/create-comment";
  const share = { operation, probability: 0.05 };
  github.faults.add({ ...share, effect: "done", does: { kind: "status", status: 502 } });
  github.faults.add({ ...share, effect: "none", does: { kind: "status", status: 500 } });
  github.faults.add({ ...share, effect: "done", does: { kind: "reset" } });
  github.faults.add({ ...share, effect: "none", does: { kind: "reset" } });
  const answered: number[] = [];
  const write = async (index: number): Promise<void> => {
    const issue = 1 + Math.floor(index / perIssue);
    const mark = createMarker(`op-${index}`);
    const careful = fetch.with({ lane: "sync", recovery: findComment(governed, issue, mark) });
    const response = await call(
      "POST",
      `/repos/ada/hello/issues/${issue}/comments`,
      { body: markedBody(`number ${index}`, mark) },
      careful,
    );
    expect(response.status).toBe(201);
    answered.push(((await response.json()) as Comment).id);
  };
  const waiting = Array.from({ length: operations }, (_, index) => index);
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (waiting.length > 0) await write(waiting.splice(dice.below(Math.min(64, waiting.length)), 1)[0]!);
    }),
  );
  const bodies = github.state.comments.all().map(({ body }) => /operation=(op-\d+)/u.exec(body)?.[1]);
  expect(bodies.length).toBe(operations);
  expect(new Set(bodies).size).toBe(operations);
  expect(new Set(answered).size).toBe(operations);
});
