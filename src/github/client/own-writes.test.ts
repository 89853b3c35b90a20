import { expect, test } from "vitest";
import { startSession } from "../../../test/github/emulated-session.ts";
import { commitMethods } from "./commit-files.ts";
import { fileMethods } from "./files.ts";

/** @param behindMs of GitHub's time, which is ours: in the client's it is fifty times as long */
async function start(behindMs: number) {
  const emulated = await startSession({
    seed: {
      users: { ada: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: { "acme/app": { files: { s: "1" } } },
    },
    fetch: { limits: { mutationGapMs: 0 } },
  });
  const { github } = emulated;
  github.clock.advance(60_000);
  github.lag.readsMs = behindMs;
  github.lag.listsMs = behindMs;
  return { ...emulated, ...fileMethods(emulated.session), ...commitMethods(emulated.session) };
}

test("what this process has written itself goes before a read that is behind", async () => {
  await using started = await start(600);
  const { putFile, deleteFile, commitFiles, getFile, github } = started;
  expect(await putFile("app", "s", "2")).toMatchObject({ outcome: "updated" });
  expect(await putFile("app", "s", "1")).toMatchObject({ outcome: "updated" });
  expect(await putFile("app", "n", "1")).toMatchObject({ outcome: "created" });
  expect(await deleteFile("app", "n")).toMatchObject({ outcome: "deleted" });
  expect(await putFile("app", "n", "2")).toMatchObject({ outcome: "created" });
  expect(await putFile("app", "n", "2")).toMatchObject({ outcome: "unchanged" });
  await commitFiles("app", { message: "m", changes: [{ path: "c", content: "1" }] });
  expect(await deleteFile("app", "c")).toMatchObject({ outcome: "deleted" });
  github.lag.readsMs = 0;
  expect((await getFile("app", "s")).text).toBe("1");
  expect((await getFile("app", "n")).text).toBe("2");
  await expect(getFile("app", "c")).rejects.toMatchObject({ code: "not_found" });
});

test("what somebody else has put back is not written again", async () => {
  await using started = await start(0);
  const { putFile, session } = started;
  const { sha } = await putFile("app", "s", "2");
  const api = await session.api("");
  const file = { owner: "acme", repo: "app", path: "s", message: "back", sha };
  await api.request("PUT /repos/{owner}/{repo}/contents/{path}", { ...file, content: btoa("1") });
  expect(await putFile("app", "s", "1")).toMatchObject({ outcome: "unchanged" });
  expect(await putFile("app", "s", "3")).toMatchObject({ outcome: "updated" });
});

test.for([300, 1_000])(
  "a lost answer is looked up until GitHub shows what has become of it (%i ms)",
  async (behindMs) => {
    const lose = { times: 1, effect: "done", does: { kind: "reset" } } as const;
    const put = "repos/create-or-update-file-contents";
    for (const [operation, outcome, write] of [
      [put, "updated", ({ putFile }) => putFile("app", "s", "2")],
      [put, "created", ({ putFile }) => putFile("app", "new", "2")],
      ["repos/delete-file", "deleted", ({ deleteFile }) => deleteFile("app", "s")],
    ] satisfies [string, string, (started: Awaited<ReturnType<typeof start>>) => Promise<unknown>][]) {
      await using started = await start(behindMs);
      started.github.faults.add({ operation, ...lose });
      expect(await write(started)).toMatchObject({
        outcome,
        commitSha: expect.stringMatching(/^[0-9a-f]{40}$/u),
      });
    }
  },
);

test("what is not to be seen after all that time is ambiguous", async () => {
  await using started = await start(50_000);
  const { putFile, github } = started;
  github.faults.add({
    operation: "repos/create-or-update-file-contents",
    times: 1,
    effect: "done",
    does: { kind: "reset" },
  });
  await expect(putFile("app", "s", "2")).rejects.toMatchObject({ code: "ambiguous_write" });
});
