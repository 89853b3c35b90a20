import { describe, expect, test } from "vitest";
import { apiVersions, type EmulatedSession, startSession } from "../../../test/github/emulated-session.ts";
import { fileMethods } from "./files.ts";
import { refMethods } from "./refs.ts";

/** Two commits of the default branch, the older one first. */
async function twoCommits({ session }: EmulatedSession): Promise<readonly [string, string]> {
  const { getRef } = refMethods(session);
  const first = await getRef("app", "heads/main");
  const { commitSha } = await fileMethods(session).putFile("app", "a", "1");
  return [first!, commitSha!];
}

describe.each(apiVersions)("in version %s", (apiVersion) => {
  const start = () => startSession({ fetch: { apiVersion } });

  test("refs are made, read, moved and deleted", async () => {
    await using emulated = await start();
    const { getRef, createRef, updateRef, deleteRef } = refMethods(emulated.session);
    const [older, newer] = await twoCommits(emulated);
    await createRef("app", "refs/heads/feature/x", older);
    expect(await getRef("app", "heads/feature/x")).toBe(older);
    expect(await getRef("app", "heads/feature")).toBe(undefined);
    await expect(createRef("app", "heads/feature/x", newer)).rejects.toMatchObject({
      code: "already_exists",
    });
    await updateRef("app", "heads/feature/x", newer);
    await expect(updateRef("app", "heads/feature/x", older)).rejects.toMatchObject({
      code: "version_conflict",
    });
    await updateRef("app", "heads/feature/x", older, { force: true });
    expect(await getRef("app", "heads/feature/x")).toBe(older);
    await expect(updateRef("app", "heads/none", older)).rejects.toMatchObject({ code: "not_found" });
    expect(await deleteRef("app", "heads/feature/x")).toBe(true);
    expect(await deleteRef("app", "heads/feature/x")).toBe(false);
    expect(await getRef("empty", "heads/main")).toBe(undefined);
  });

  test("a tag is made, or set again where it is left over", async () => {
    await using emulated = await start();
    const { getRef, createOrResetTag } = refMethods(emulated.session);
    const [older, newer] = await twoCommits(emulated);
    for (const sha of [newer, older, older]) {
      await createOrResetTag("app", "ci/run-1", sha);
      expect(await getRef("app", "tags/ci/run-1")).toBe(sha);
    }
  });

  test("whether a branch contains a commit is told by its history", async () => {
    await using emulated = await start();
    const { createRef, branchContainsCommit } = refMethods(emulated.session);
    const [older, newer] = await twoCommits(emulated);
    await createRef("app", "heads/old", older);
    expect(await branchContainsCommit("app", "main", older)).toBe(true);
    expect(await branchContainsCommit("app", "main", newer)).toBe(true);
    expect(await branchContainsCommit("app", "old", newer)).toBe(false);
    expect(await branchContainsCommit("app", "none", newer)).toBe(false);
    expect(await branchContainsCommit("app", "main", "f".repeat(40))).toBe(false);
  });
});

test("what was done before its answer was lost is done, and what was not is done once", async () => {
  for (const effect of ["done", "none"] as const) {
    await using emulated = await startSession();
    const { getRef, createRef, updateRef, deleteRef, createOrResetTag } = refMethods(emulated.session);
    const [older, newer] = await twoCommits(emulated);
    const { faults } = emulated.github;
    const lose = (operation: string) => faults.add({ operation, effect, times: 1, does: { kind: "reset" } });
    lose("git/create-ref");
    await createRef("app", "heads/x", older);
    lose("git/update-ref");
    await updateRef("app", "heads/x", newer);
    expect(await getRef("app", "heads/x")).toBe(newer);
    lose("git/delete-ref");
    expect(await deleteRef("app", "heads/x")).toBe(true);
    lose("git/create-ref");
    await createOrResetTag("app", "t", older);
    expect(await getRef("app", "tags/t")).toBe(older);
  }
});

test("a ref that somebody else made meanwhile is not taken for one's own", async () => {
  await using emulated = await startSession();
  const { createRef } = refMethods(emulated.session);
  const [older, newer] = await twoCommits(emulated);
  await createRef("app", "heads/x", newer);
  emulated.github.faults.add({
    operation: "git/create-ref",
    effect: "none",
    times: 1,
    does: { kind: "reset" },
  });
  await expect(createRef("app", "heads/x", older)).rejects.toMatchObject({
    code: "ambiguous_write",
    data: { marker: "refs/heads/x of acme/app" },
  });
});

test("what is no ref and no commit is refused before it is sent", async () => {
  await using emulated = await startSession();
  const { getRef, createRef, deleteRef } = refMethods(emulated.session);
  for (const ref of [
    "main",
    "..",
    "heads/..",
    "heads/a..b",
    "heads/",
    "refs/heads",
    "heads/a b",
    "../../x/y",
  ]) {
    await expect(getRef("app", ref)).rejects.toMatchObject({ code: "invalid_input" });
    await expect(deleteRef("app", ref)).rejects.toMatchObject({ code: "invalid_input" });
  }
  await expect(createRef("app", "heads/a", "main")).rejects.toMatchObject({ code: "invalid_input" });
  expect(emulated.github.requests.list()).toEqual([]);
});
