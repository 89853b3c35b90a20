/**
 * @module P7: a queue of writes by a GitHub App, while its clock is wrong and its tokens end, are revoked or are suspended.
 * A refused token is replaced once, nothing goes round in circles, and what could not be done stays queued.
 */
import { expect, test } from "vitest";
import { createDice, type Dice } from "../../src/base/dice.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { HubsteadError } from "../../src/errors.ts";
import { createAppTokenSource } from "../../src/github/auth/app-tokens.ts";
import type { TokenSource } from "../../src/github/auth/token-source.ts";
import type { GitHubClock } from "../../src/github/clock.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { randomRuns } from "../random-runs.ts";

const minting = "apps/create-installation-access-token";
const hourMs = 3_600_000;
const happenings = ["nothing", "expiry", "revoked", "suspended", "lost answer", "key refused"] as const;

interface Case {
  readonly name: string;
  readonly happening: (typeof happenings)[number];
  /** Before which write it happens. */
  readonly at: number;
  readonly aheadMs: number;
  readonly isParallel: boolean;
}

const writes = 6;

function drawCase(dice: Dice, name: string): Case {
  // Mostly within what P7 names, and now and then a machine that has no idea of the time.
  const width = dice.chance(0.85) ? 90_000 : 30 * 24 * hourMs;
  return {
    name,
    happening: dice.pick(happenings),
    at: dice.below(writes),
    aheadMs: Math.round((dice.fraction() * 2 - 1) * width),
    isParallel: dice.chance(0.3),
  };
}

function suspend(github: EmulatedGitHub, isSuspended: boolean): void {
  const suspendedAt = isSuspended ? github.clock.now() : null;
  const { appId } = github.appCredentials("bot");
  for (const installation of github.state.installations.by("app", appId))
    github.state.installations.put({ ...installation, suspendedAt });
}

async function createIssue(github: EmulatedGitHub, title: string, authorization: string): Promise<number> {
  const response = await fetch(`${github.url}/repos/acme/data/issues`, {
    method: "POST",
    headers: { authorization },
    body: JSON.stringify({ title }),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Sends one write as the client does: once more with another token after a 401, and no more. @returns whether it is done */
async function attempt(github: EmulatedGitHub, source: TokenSource, title: string): Promise<boolean> {
  const scope = { owner: "acme", repo: "data", path: "/repos/acme/data/issues" };
  try {
    let credential = await source.credentialFor(scope);
    let status = await createIssue(github, title, credential.authorization!);
    if (status === 401) {
      const renewed = await source.renew(credential, scope);
      if (renewed === undefined) return false;
      expect(renewed.principal).toBe(credential.principal);
      credential = renewed;
      status = await createIssue(github, title, credential.authorization!);
    }
    return status === 201;
  } catch (error) {
    if (!(error instanceof HubsteadError)) throw error;
    expect(["forbidden", "remote_unavailable"]).toContain(error.code);
    return false;
  }
}

/** What happens to the App while its queue is worked through. @returns what puts it right again */
function happen(github: EmulatedGitHub, { happening }: Case): () => void {
  switch (happening) {
    case "expiry":
      github.clock.advance(hourMs);
      return () => undefined;
    case "revoked":
      return github.faults.add({ operation: "issues/create", times: 1, does: { kind: "revoke" } });
    case "suspended":
      suspend(github, true);
      return () => {
        suspend(github, false);
        github.clock.advance(15_000);
      };
    case "lost answer":
      github.clock.advance(hourMs);
      return github.faults.add({ operation: minting, times: 1, effect: "done", does: { kind: "reset" } });
    case "key refused":
      // As if every new token were refused as well: nothing but to give up until it is over.
      return github.faults.add({
        operation: "issues/create",
        does: { kind: "status", status: 401, body: { message: "Bad credentials" } },
      });
    default:
      return () => undefined;
  }
}

async function runCase(github: EmulatedGitHub, drawn: Case): Promise<void> {
  const clock: GitHubClock = {
    now: () => github.clock.now() + drawn.aheadMs,
    sleep: async (ms) => github.clock.advance(ms),
  };
  const source = createAppTokenSource({ ...github.appCredentials("bot"), apiUrl: github.url, fetch, clock });
  const titles = Array.from({ length: writes }, (_, index) => `${drawn.name}/${index}`);
  github.requests.clear();
  let queue: readonly string[] = titles;
  const work = async (part: readonly string[]): Promise<void> => {
    const done = new Set<string>();
    const one = async (title: string) => {
      if (await attempt(github, source, title)) done.add(title);
    };
    if (drawn.isParallel) await Promise.all(part.map(one));
    else for (const title of part) await one(title);
    queue = queue.filter((title) => !done.has(title));
  };
  await work(titles.slice(0, drawn.at));
  expect(queue).toHaveLength(writes - drawn.at);
  const putRight = happen(github, drawn);
  await work(titles.slice(drawn.at));
  if (drawn.happening === "suspended" || drawn.happening === "key refused")
    expect(queue).toEqual(titles.slice(drawn.at));
  putRight();
  github.clock.advance(61_000);
  await work(queue);
  expect(queue).toEqual([]);
  expectOnce(github, titles);
  expectNoCircle(github, drawn);
}

function expectOnce(github: EmulatedGitHub, titles: readonly string[]): void {
  const created = github.state.issues.all().map(({ title }) => title);
  expect(created.filter((title) => titles.includes(title)).sort()).toEqual([...titles].sort());
}

function expectNoCircle({ requests }: EmulatedGitHub, { happening }: Case): void {
  // One token; one more for what happened to it; one more after everything was refused for a while.
  const most = { nothing: 1, expiry: 2, revoked: 2, suspended: 2, "lost answer": 3, "key refused": 3 }[
    happening
  ];
  expect(requests.list(minting).filter(({ status }) => status === 201).length).toBeLessThanOrEqual(most);
  expect(requests.count("apps/get-user-installation")).toBeLessThanOrEqual(3);
  // The clock is set once, by the first refusal.
  const refusedApp = requests
    .list()
    .filter(({ operation, status }) => operation.startsWith("apps/") && status === 401);
  expect(refusedApp.length).toBeLessThanOrEqual(1);
  // Each write once, once more with another token, and once more when all was right again.
  expect(requests.count("issues/create")).toBeLessThanOrEqual(writes * 3);
}

test("a queue of an App's writes is done exactly once, whatever happens to its clock and its tokens", async () => {
  await using github = await startCheckedGitHub({
    checksRequests: true,
    clock: () => Date.UTC(2026, 10, 21, 12),
    limits: false,
    seed: {
      users: { ada: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: { "acme/data": {} },
      apps: { bot: { owner: "acme", permissions: { issues: "write" }, installations: { acme: "all" } } },
    },
  });
  const { seed, numRuns } = randomRuns(200);
  const dice = createDice(seed);
  const seen = new Set<string>();
  for (let number = 0; number < numRuns; number++) {
    const drawn = drawCase(dice, `case ${number}`);
    seen.add(drawn.happening);
    try {
      await runCase(github, drawn);
    } catch (error) {
      throw new Error(`${JSON.stringify(drawn)} with SEED=${seed}`, { cause: error });
    }
  }
  expect([...seen].sort()).toEqual([...happenings].sort());
});
