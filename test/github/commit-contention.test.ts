/**
 * @module S4 of the trust tests: fifty writers commit to one branch, twenty times each, from two clients of one process; and writers
 * of two that know nothing of each other, as on two machines.
 */
import { expect, test } from "vitest";
import { commitMethods } from "../../src/github/client/commit-files.ts";
import { fileMethods } from "../../src/github/client/files.ts";
import type { Session } from "../../src/github/client/session.ts";
import { startSession } from "./emulated-session.ts";

// What is measured here is who gets in before whom, not how fast that may be.
const limits = { mutationGapMs: 0, pointsPerMinute: 1e9, concurrent: 100, reserve: 0 };
const dayMs = 24 * 3_600_000;

/** @returns how many attempts the commits took, the most */
async function commitAll(
  emulated: Awaited<ReturnType<typeof startSession>>,
  sessions: readonly Session[],
  { writers, turns }: { readonly writers: number; readonly turns: number },
): Promise<number> {
  const landed: { sha: string; attempts: number }[] = [];
  const write = async (writer: number): Promise<void> => {
    const { commitFiles } = commitMethods(sessions[writer % sessions.length]!);
    for (let turn = 0; turn < turns; turn++) {
      const path = `${writer}/${turn}`;
      const changes = [{ path, content: path }];
      const { commitSha, attempts } = await commitFiles("app", { message: path, changes, timeoutMs: dayMs });
      landed.push({ sha: commitSha, attempts });
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  const count = writers * turns;
  const told = new Set(landed.map(({ sha }) => sha));
  expect(told.size).toBe(count);

  const { listFiles } = fileMethods(emulated.session);
  const files = (await listFiles("app", "", { recursive: true })).filter(({ type }) => type === "file");
  expect(files).toHaveLength(count + 1);
  const api = await emulated.session.api("");
  const history = await api.paginate("GET /repos/{owner}/{repo}/commits", {
    owner: "acme",
    repo: "app",
    per_page: 100,
  });
  // Every commit that was told is there, in one line: nothing was forced away.
  expect(history).toHaveLength(count + 1);
  history.slice(0, -1).forEach(({ sha, parents }, at) => {
    expect(told.has(sha)).toBe(true);
    expect(parents.map((parent) => parent.sha)).toEqual([history[at + 1]!.sha]);
  });
  return Math.max(...landed.map(({ attempts }) => attempts));
}

test("50 writers × 20 commits all land, none is lost, and the branch only moves forward", async () => {
  await using emulated = await startSession({ limits: false, fetch: { limits } });
  const sessions = [emulated.session, emulated.sessionFor("ada")];
  expect(await commitAll(emulated, sessions, { writers: 50, turns: 20 })).toBeLessThanOrEqual(5);
}, 600_000);

test("writers who do not know of each other all land, too", async () => {
  await using emulated = await startSession({ limits: false, fetch: { limits } });
  // By another address of the same server: nothing in this process knows that it is the same repository.
  const stranger = emulated.sessionFor("ada", {}, "/api/v3");
  await commitAll(emulated, [emulated.session, stranger], { writers: 10, turns: 6 });
}, 600_000);
