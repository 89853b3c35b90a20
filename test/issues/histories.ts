/**
 * @module Objects in issues against a plain model: writers, processors, strangers, crashes and faults in any order. What was
 * acknowledged is there once, in the order of the comments; what strangers did is not there at all.
 */
import { expect, test } from "vitest";
import { createDice, type Dice } from "../../src/base/dice.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { GitHubClient } from "../../src/github/client/github-client.ts";
import type { IssueStore } from "../../src/issues/issue-store.ts";
import { openIssueStore } from "../../src/issues/open-issue-store.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { createFastClock } from "../github/fast-clock.ts";
import { randomRuns } from "../random-runs.ts";

/** Each takes a core for as long: files run side by side. */
const parts = 2;
const { seed, numRuns } = randomRuns(2_000, 20_000);

/** @param part of all histories, from 0 on */
export function testHistories(part: number): void {
  const count = numRuns / parts;
  test(`${count} histories come out as the model says`, { timeout: 3_600_000 }, () =>
    runHistories(`${part}`, count, createDice(seed + part)),
  );
}

async function runHistories(name: string, count: number, dice: Dice): Promise<void> {
  const github = await startCheckedGitHub({
    checksRequests: true,
    limits: false,
    faults: { seed },
    seed: {
      users: { ada: {}, bob: {}, cid: {}, eve: {} },
      repositories: { "ada/data": { collaborators: { bob: "write", cid: "write" } } },
    },
  });
  const clients = ["bob", "cid", "ada", "ada"].map((login) => clientOf(github, login));
  const stores = clients.map((client) => openIssueStore({ repo: "ada/data", github: client }));
  try {
    for (let history = 0; history < count; history++)
      await runHistory(github, stores, `object-${name}-${history}`, dice);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await github.close();
  }
}

function clientOf(github: EmulatedGitHub, login: string): GitHubClient {
  return new GitHubClient({
    apiUrl: github.url,
    token: github.tokenFor(login),
    cache: false,
    clock: createFastClock(50),
    attemptTimeoutMs: 30 * 60_000,
    timeoutMs: 24 * 3_600_000,
    maxWaitMs: 24 * 3_600_000,
    // The emulator shows at once what was written.
    retry: { attempts: 3, firstPauseMs: 20, lagMs: 50 },
    limits: {
      mutationGapMs: 0,
      contentPerMinute: 100_000,
      contentPerHour: 1_000_000,
      issuesPerMinute: 100_000,
      issuesPerHour: 1_000_000,
      pointsPerMinute: 10_000_000,
      reserve: 0,
    },
  });
}

async function runHistory(
  github: EmulatedGitHub,
  stores: readonly IssueStore[],
  id: string,
  dice: Dice,
): Promise<void> {
  const { issueNumber: number } = await stores[0]!.create(id, { items: [], n: 0 });
  const acknowledged: number[] = [];
  const sent: number[] = [];
  const faults = [
    { effect: "none", does: { kind: "status", status: 502 } },
    { effect: "done", does: { kind: "status", status: 502 } },
    { effect: "none", does: { kind: "reset" } },
    { effect: "done", does: { kind: "reset" } },
  ] as const;
  for (const fault of faults) github.faults.add({ operation: "graphql", probability: 0.04, ...fault });
  const write = async (item: number): Promise<void> => {
    sent.push(item);
    const store = stores[dice.below(2)]!;
    try {
      if (item % 3 === 0) await store.update(id, { [`k${item}`]: item });
      else await store.append(id, "/items", [item]);
      acknowledged.push(item);
    } catch (error) {
      expect(error).toHaveProperty("code");
    }
  };
  const byHand = async (one: number): Promise<void> => {
    sent.push(one);
    await editByHand(github, number, one);
    acknowledged.push(one);
  };
  // A processor may be ended anywhere: here it fails anywhere.
  const process = () =>
    stores[2 + dice.below(2)]!.processUpdates(number).catch((error: unknown) =>
      expect(error).toHaveProperty("code"),
    );
  const deeds: Promise<unknown>[] = [];
  let item = 0;
  for (let deed = 0, count = 3 + dice.below(12); deed < count; deed++) {
    const kind = dice.below(10);
    if (kind < 5) deeds.push(write(++item));
    else if (kind < 8) deeds.push(process());
    else if (kind === 8) deeds.push(speak(github, number, "eve", { items: ["stolen"] }));
    else if (dice.below(2) === 0) deeds.push(likeAll(github, number));
    else {
      // The browser takes no edit of a body that has changed meanwhile: nobody else is to be about to write.
      await Promise.all(deeds);
      deeds.push(byHand(++item));
    }
    if (dice.below(2) === 0) await Promise.all(deeds);
  }
  await Promise.all(deeds);
  github.faults.clear();
  await stores[2]!.processUpdates(number);
  const { data, isPending } = await stores[0]!.get(id);
  const { items, ...keys } = data as { readonly items: readonly number[] };
  const found = [...items, ...Object.values(keys).filter((value) => value !== 0)].sort() as number[];
  const told = `SEED=${seed} ${id} acknowledged ${acknowledged} sent ${sent} found ${JSON.stringify(data)}`;
  expect(new Set(found).size, told).toBe(found.length);
  for (const one of acknowledged) expect(found, told).toContain(one);
  for (const one of found) expect(sent, told).toContain(one);
  expect(items, told).toEqual(appendedIn(github, number).filter((one) => items.includes(one)));
  expect(isPending, told).toBe(false);
}

/** As somebody who may write edits the body in the browser: what is there stays, and a key comes to it. */
async function editByHand(github: EmulatedGitHub, number: number, item: number): Promise<void> {
  const { body } = issueOf(github, number);
  const edited = { ...(JSON.parse(body ?? "") as object), [`k${item}`]: item };
  await call(github, "cid", `${number}`, { body: JSON.stringify(edited) }, "PATCH");
}

function issueOf(github: EmulatedGitHub, number: number) {
  return github.state.issues.all().find((one) => one.number === number)!;
}

/** In the order of the comments. */
function appendedIn(github: EmulatedGitHub, number: number): number[] {
  const issue = issueOf(github, number);
  const texts = github.state.comments
    .all()
    .filter(({ issueId }) => issueId === issue.id)
    .map(({ body }) => body);
  const items = texts.flatMap((text) =>
    [...text.matchAll(/"items": \[\s*(\d+)\s*\]/gu)].map(([, one]) => Number(one)),
  );
  return [...new Set(items)];
}

async function call(
  github: EmulatedGitHub,
  login: string,
  path: string,
  body: object,
  method = "POST",
): Promise<unknown> {
  const response = await fetch(`${github.url}/repos/ada/data/issues/${path}`, {
    method,
    headers: { authorization: `Bearer ${github.tokenFor(login)}` },
    body: JSON.stringify(body),
  });
  return response.json();
}

function speak(github: EmulatedGitHub, number: number, login: string, data: object): Promise<unknown> {
  const meta = { client_version: "0.11.2", timestamp: "2026-11-20T09:56:38Z", update_mode: "append" };
  return call(github, login, `${number}/comments`, { body: JSON.stringify({ _data: data, _meta: meta }) });
}

/** A stranger's thumbs under everything. */
async function likeAll(github: EmulatedGitHub, number: number): Promise<void> {
  const issue = issueOf(github, number);
  for (const { id, issueId } of github.state.comments.all())
    if (issueId === issue.id) await call(github, "eve", `comments/${id}/reactions`, { content: "+1" });
}
