/**
 * @module S4 of the trust tests: fifty writers commit to one branch, twenty times each, from two clients that know nothing of
 * each other.
 */
import { expect, test } from "vitest";
import { commitMethods } from "../../src/github/client/commit-files.ts";
import { fileMethods } from "../../src/github/client/files.ts";
import { startSession } from "./emulated-session.ts";

// What is measured here is who gets in before whom, not how fast that may be.
const limits = { mutationGapMs: 0, pointsPerMinute: 1e9, concurrent: 100, reserve: 0 };
const dayMs = 24 * 3_600_000;

test("50 writers × 20 commits all land, none is lost, and the branch only moves forward", async () => {
  await using emulated = await startSession({ limits: false, fetch: { limits } });
  const sessions = [emulated.session, emulated.sessionFor("ada")];
  const landed: { sha: string; attempts: number }[] = [];
  const write = async (writer: number): Promise<void> => {
    const { commitFiles } = commitMethods(sessions[writer % sessions.length]!);
    for (let turn = 0; turn < 20; turn++) {
      const path = `${writer}/${turn}`;
      const changes = [{ path, content: path }];
      const { commitSha, attempts } = await commitFiles("app", { message: path, changes, timeoutMs: dayMs });
      landed.push({ sha: commitSha, attempts });
    }
  };
  await Promise.all(Array.from({ length: 50 }, (_, writer) => write(writer)));
  const told = new Set(landed.map(({ sha }) => sha));
  expect(told.size).toBe(1_000);
  expect(Math.max(...landed.map(({ attempts }) => attempts))).toBeLessThanOrEqual(5);

  const { listFiles } = fileMethods(emulated.session);
  const files = (await listFiles("app", "", { recursive: true })).filter(({ type }) => type === "file");
  expect(files).toHaveLength(1_001);
  const api = await emulated.session.api("");
  const history = await api.paginate("GET /repos/{owner}/{repo}/commits", {
    owner: "acme",
    repo: "app",
    per_page: 100,
  });
  // Every commit that was told is there, in one line: nothing was forced away.
  expect(history).toHaveLength(1_001);
  history.slice(0, -1).forEach(({ sha, parents }, at) => {
    expect(told.has(sha)).toBe(true);
    expect(parents.map((parent) => parent.sha)).toEqual([history[at + 1]!.sha]);
  });
}, 600_000);
