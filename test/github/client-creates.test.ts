/**
 * @module G1 through the client: issues and comments are there once each, whatever happens to the answers.
 */
import { expect, test } from "vitest";
import { createDice } from "../../src/base/dice.ts";
import { commentMethods } from "../../src/github/client/comments.ts";
import { issueMethods } from "../../src/github/client/issues.ts";
import { startSession } from "./emulated-session.ts";

const operations = Number(process.env["OPS"] ?? 400);

test(`of ${operations} issues and comments with a fault in five, each is there once`, {
  timeout: 600_000,
}, async () => {
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  console.log(`SEED=${seed}`);
  await using emulated = await startSession({
    faults: { seed },
    limits: false,
    fetch: {
      lane: "sync",
      limits: { issuesPerMinute: 1e6, issuesPerHour: 1e6, contentPerMinute: 1e6, contentPerHour: 1e6 },
    },
  });
  const { github, session } = emulated;
  const { createIssue } = issueMethods(session);
  const { createComment } = commentMethods(session);
  for (const operation of ["issues/create", "issues/create-comment"]) {
    const share = { operation, probability: 0.05 };
    github.faults.add({ ...share, effect: "done", does: { kind: "status", status: 502 } });
    github.faults.add({ ...share, effect: "none", does: { kind: "status", status: 500 } });
    github.faults.add({ ...share, effect: "done", does: { kind: "reset" } });
    github.faults.add({ ...share, effect: "done", does: { kind: "cut" } });
  }
  // What is shown is behind what was written, as on GitHub.
  github.lag.listsMs = 20;
  const dice = createDice(seed);
  const numbers = [(await createIssue("app", "first")).number];
  const told: string[] = [];
  const waiting = Array.from({ length: operations }, (_, index) => index);
  const write = async (index: number): Promise<void> => {
    if (dice.chance(0.3)) {
      const { number, title } = await createIssue("app", `issue ${index}`, { body: "same" });
      numbers.push(number);
      told.push(`${title} #${number}`);
    } else {
      const { id, issueNumber } = await createComment("app", dice.pick(numbers), "same");
      told.push(`comment ${id} of #${issueNumber}`);
    }
  };
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (waiting.length > 0) await write(waiting.shift()!);
    }),
  );
  const issues = github.state.issues.all();
  const there = [
    ...issues.slice(1).map(({ title, number }) => `${title} #${number}`),
    ...github.state.comments
      .all()
      .map(({ id, issueId }) => `comment ${id} of #${github.state.issues.get(issueId)!.number}`),
  ];
  expect(there.sort()).toEqual(told.sort());
  expect(told).toHaveLength(operations);
});
