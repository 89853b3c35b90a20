/**
 * @module S4 of the trust tests: fifty writers commit to one branch, twenty times each, from one client and from several.
 */
import { expect, test } from "vitest";
import { commitMethods } from "../../src/github/client/commit-files.ts";
import { fileMethods } from "../../src/github/client/files.ts";
import { startSession } from "./emulated-session.ts";

// What is measured here is who gets in before whom, not how fast that may be.
const limits = { mutationGapMs: 0, pointsPerMinute: 1e9, concurrent: 100, reserve: 0 };
const day = 24 * 3_600_000;

test.each([1, 5])(
  "50 writers × 20 commits of %i clients all land, none is lost, and the branch only moves forward",
  async (clients) => {
    await using emulated = await startSession({ limits: false, fetch: { limits } });
    const sessions = Array.from({ length: clients }, () => emulated.sessionFor("ada"));
    const write = async (writer: number): Promise<{ sha: string; attempts: number }[]> => {
      const { commitFiles } = commitMethods(sessions[writer % clients]!);
      const landed: { sha: string; attempts: number }[] = [];
      for (let turn = 0; turn < 20; turn++) {
        const path = `${writer}/${turn}`;
        const changes = [{ path, content: path }];
        const { commitSha, attempts } = await commitFiles("app", { message: path, changes, timeoutMs: day });
        landed.push({ sha: commitSha, attempts });
      }
      return landed;
    };
    const results = (await Promise.all(Array.from({ length: 50 }, (_, writer) => write(writer)))).flat();
    expect(new Set(results.map(({ sha }) => sha)).size).toBe(1_000);
    const mostAttempts = Math.max(...results.map(({ attempts }) => attempts));
    if (clients === 1) expect(mostAttempts).toBe(1);

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
    const told = new Set(results.map(({ sha }) => sha));
    history.slice(0, -1).forEach(({ sha, parents }, at) => {
      expect(told.has(sha)).toBe(true);
      expect(parents.map((parent) => parent.sha)).toEqual([history[at + 1]!.sha]);
    });
    const moves = emulated.github.requests.list("git/update-ref");
    expect(moves.filter(({ body }) => (body as { force?: boolean }).force === true)).toEqual([]);
  },
  120_000,
);
