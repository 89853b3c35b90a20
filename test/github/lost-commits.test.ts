/**
 * @module Commits over a bad line: a fifth of all requests fails, before or after its effect, in every way that the emulator knows.
 */
import { expect, test } from "vitest";
import type { Fault } from "../../src/emulator/faults.ts";
import { HubsteadError } from "../../src/errors.ts";
import { commitMethods } from "../../src/github/client/commit-files.ts";
import { fileMethods } from "../../src/github/client/files.ts";
import { startSession } from "./emulated-session.ts";

const ways: readonly Fault["does"][] = [
  { kind: "reset" },
  { kind: "cut" },
  { kind: "malformed" },
  { kind: "status", status: 502, body: { message: "Server Error" } },
];
const writes = ["graphql", "git/*", "repos/*"] as const;

/** By whichever of the three ways there are to commit. */
const kinds = ["graphql", "objects", "contents"] as const;

test.each([1, 2, 3])(
  "no commit is made twice and none that was told is missing, whatever fails (seed %i)",
  async (seed) => {
    await using emulated = await startSession({
      faults: { seed },
      limits: false,
      fetch: { limits: { mutationGapMs: 0, pointsPerMinute: 1e9, reserve: 0 } },
    });
    const { github, session } = emulated;
    // Eight ways at one chance in forty each.
    for (const operation of writes)
      for (const does of ways)
        for (const effect of ["done", "none"] as const)
          github.faults.add({ operation, does, effect, probability: 1 / 40 });
    const { commitFiles } = commitMethods(session);
    const { putFile } = fileMethods(session);
    const told: string[] = [];
    let repeated = 0;
    session.fetch.listen(({ kind }) => {
      if (kind === "retry") repeated++;
    });
    const commit = async (at: number): Promise<string | undefined> => {
      const message = `${at}`;
      const kind = kinds[at % 3]!;
      if (kind === "contents") return (await putFile("app", `f${at}`, message, { message })).commitSha;
      const mode = kind === "objects" ? ({ mode: "100755" } as const) : {};
      const changes = [{ path: `f${at}`, content: message, ...mode }];
      const { outcome, commitSha } = await commitFiles("app", { message, changes });
      return outcome === "committed" ? commitSha : undefined;
    };
    for (let at = 0; at < 45; at++) {
      // Whoever is told that nobody knows asks again, until it is done.
      for (let isDone = false; !isDone; ) {
        try {
          const sha = await commit(at);
          if (sha !== undefined) told.push(sha);
          isDone = true;
        } catch (error) {
          if (!(error instanceof HubsteadError)) throw error;
          expect(["ambiguous_write", "remote_unavailable"]).toContain(error.code);
        }
      }
    }
    github.faults.clear();
    const api = await session.api("");
    const { data } = await api.request("GET /repos/{owner}/{repo}/commits", {
      owner: "acme",
      repo: "app",
      per_page: 100,
    });
    const messages = data.map((entry) => entry.commit.message);
    expect(messages).toEqual([...Array.from({ length: 45 }, (_, at) => `${44 - at}`), "Initial commit"]);
    const there = new Set(data.map(({ sha }) => sha));
    expect(told.filter((sha) => !there.has(sha))).toEqual([]);
    expect(new Set(told).size).toBe(told.length);
    expect(repeated).toBeGreaterThan(10);
  },
  120_000,
);
