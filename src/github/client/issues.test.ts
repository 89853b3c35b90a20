import { describe, expect, test } from "vitest";
import { apiVersions, type EmulatedSession, startSession } from "../../../test/github/emulated-session.ts";
import { commentMethods } from "./comments.ts";
import { issueMethods } from "./issues.ts";
import { reactionMethods } from "./reactions.ts";

const methodsOf = ({ session }: Pick<EmulatedSession, "session">) => ({
  ...issueMethods(session),
  ...commentMethods(session),
  ...reactionMethods(session),
});
const marked = (body: string) =>
  expect.stringMatching(new RegExp(`^${body}\\s*<!-- hubstead:operation=\\S+ -->$`));
const isTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u);

describe.each(apiVersions)("in version %s", (apiVersion) => {
  const start = (options: Parameters<typeof startSession>[0] = {}) =>
    startSession({ limits: false, ...options, fetch: { apiVersion, ...options.fetch } });

  test("an issue is opened, read, changed, locked and listed", async () => {
    await using emulated = await start();
    const { createIssue, getIssue, editIssue, listIssues, lockIssue, unlockIssue } = methodsOf(emulated);
    const ada = emulated.github.state.accounts.find("login", "ada")!;
    const made = await createIssue("app", "It crashes", {
      body: "Words",
      labels: ["bug"],
      assignees: ["ada"],
    });
    expect(made).toMatchObject({
      number: 1,
      title: "It crashes",
      body: marked("Words"),
      state: "open",
      author: { id: ada.id, login: "ada" },
      labels: ["bug"],
      assignees: [{ id: ada.id, login: "ada" }],
      isPullRequest: false,
      createdAt: isTime,
      closedAt: undefined,
    });
    expect(await getIssue("acme/app", 1)).toEqual(made);
    const closed = await editIssue("app", 1, { state: "closed", stateReason: "not_planned", body: "New" });
    expect(closed).toMatchObject({
      state: "closed",
      stateReason: "not_planned",
      body: "New",
      closedAt: isTime,
    });
    await lockIssue("app", 1, { reason: "resolved" });
    expect(await getIssue("app", 1)).toMatchObject({ locked: true, lockReason: "resolved" });
    await unlockIssue("app", 1);
    expect(await getIssue("app", 1)).toMatchObject({ locked: false, lockReason: undefined });
    await createIssue("app", "Another");
    expect((await listIssues("app")).map(({ number }) => number)).toEqual([1, 2]);
    expect((await listIssues("app", { state: "open" })).map(({ number }) => number)).toEqual([2]);
    expect((await listIssues("app", { since: "1970-01-01T00:00:00Z" })).length).toBe(2);
    await expect(listIssues("app", { since: "soon" })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(getIssue("app", 9)).rejects.toMatchObject({ code: "not_found" });
  });

  test("comments are made, changed, listed and deleted", async () => {
    await using emulated = await start();
    const { createIssue, createComment, getComment, editComment, deleteComment, listComments } =
      methodsOf(emulated);
    await createIssue("app", "a");
    await createIssue("app", "b");
    const made = await createComment("app", 2, "Hello");
    expect(made).toMatchObject({
      issueNumber: 2,
      body: marked("Hello"),
      author: { login: "ada" },
      createdAt: isTime,
    });
    expect(await getComment("app", made.id)).toEqual(made);
    const other = await createComment("app", 1, "");
    expect(other.body).toMatch(/^<!-- hubstead:operation=\S+ -->$/u);
    expect(await editComment("app", made.id, "Bye")).toMatchObject({ body: "Bye" });
    const ids = async (options?: Parameters<typeof listComments>[1]) =>
      (await listComments("app", options)).map(({ id }) => id);
    expect(await ids()).toEqual([made.id, other.id]);
    expect(await ids({ issue: 2 })).toEqual([made.id]);
    expect(await ids({ since: "2200-01-01T00:00:00Z" })).toEqual([]);
    expect(await deleteComment("app", made.id)).toBe(true);
    expect(await deleteComment("app", made.id)).toBe(false);
    await expect(getComment("app", made.id)).rejects.toMatchObject({ code: "not_found" });
  });

  test("reactions are added once, listed and taken away", async () => {
    await using emulated = await start();
    const { createIssue, createComment, addReaction, listReactions, removeReaction } = methodsOf(emulated);
    await createIssue("app", "a");
    const { id } = await createComment("app", 1, "b");
    for (const subject of [{ issue: 1 }, { comment: id }] as const) {
      const heart = await addReaction("app", subject, "heart");
      expect(heart).toMatchObject({ content: "heart", author: { login: "ada" }, createdAt: isTime });
      expect(await addReaction("app", subject, "heart")).toEqual(heart);
      await addReaction("app", subject, "+1");
      expect((await listReactions("app", subject)).map(({ content }) => content)).toEqual(["heart", "+1"]);
      expect(await removeReaction("app", subject, heart.id)).toBe(true);
      expect(await removeReaction("app", subject, heart.id)).toBe(false);
      expect(await listReactions("app", subject)).toHaveLength(1);
    }
  });

  test("a body that GitHub does not keep is told", async () => {
    await using emulated = await start();
    const { createIssue, editIssue, getIssue } = methodsOf(emulated);
    await createIssue("app", "a", { body: "old" });
    const body = "x".repeat(262_145);
    await expect(editIssue("app", 1, { body })).rejects.toMatchObject({
      code: "invalid_input",
      hint: expect.stringContaining("262145 bytes"),
      data: { path: "body", sentBytes: 262_145, mostBytes: 262_144 },
    });
    expect(await getIssue("app", 1)).toMatchObject({ body: marked("old") });
    await expect(createIssue("app", "b", { body })).rejects.toMatchObject({ code: "invalid_input" });
    expect(await editIssue("app", 1, { body: "a\r\nb  \n" })).toMatchObject({ number: 1 });
  });
});

test("what was made before its answer was lost is found, and what was not is made once", async () => {
  for (const effect of ["done", "none"] as const) {
    await using emulated = await startSession();
    const { createIssue, createComment } = methodsOf(emulated);
    const { faults, state } = emulated.github;
    faults.add({ operation: "issues/create", effect, times: 1, does: { kind: "reset" } });
    const issue = await createIssue("app", "a");
    expect(state.issues.all().map(({ id }) => id)).toEqual([issue.id]);
    faults.add({
      operation: "issues/create-comment",
      effect,
      times: 1,
      does: { kind: "status", status: 502 },
    });
    const comment = await createComment("app", 1, "b");
    expect(state.comments.all().map(({ id }) => id)).toEqual([comment.id]);
  }
});

test("an operation that is begun again after a crash makes nothing twice", async () => {
  await using emulated = await startSession();
  const { createIssue, createComment } = methodsOf(emulated);
  const operation = { id: "import-row-17", since: new Date().toISOString() };
  const issue = await createIssue("app", "a", { operation });
  expect(await createIssue("app", "a", { operation })).toEqual(issue);
  const comment = await createComment("app", 1, "b", { operation });
  expect(await createComment("app", 1, "b", { operation })).toEqual(comment);
  expect(emulated.github.state.issues.all()).toHaveLength(1);
  expect(emulated.github.state.comments.all()).toHaveLength(1);
  for (const id of ["short", "with --> an end", "x".repeat(101)]) {
    await expect(createIssue("app", "a", { operation: { ...operation, id } })).rejects.toMatchObject({
      code: "invalid_input",
    });
  }
});

test("a mark that somebody else has written is not taken for one's own", async () => {
  await using emulated = await startSession();
  const { createIssue, createComment } = methodsOf(emulated);
  const operation = { id: "guessed-id", since: new Date().toISOString() };
  const theirs = methodsOf({ session: emulated.sessionFor("bob") });
  await theirs.createIssue("app", "theirs", { operation });
  await theirs.createComment("app", 1, "theirs", { operation });
  expect(await createIssue("app", "mine", { operation })).toMatchObject({ title: "mine", number: 2 });
  expect(await createComment("app", 1, "mine", { operation })).toMatchObject({ author: { login: "ada" } });
  expect(await createIssue("app", "mine", { operation })).toMatchObject({ title: "mine", number: 2 });
});

test("issues are listed, each once, past the 10,000 to which GitHub takes page numbers", {
  timeout: 240_000,
}, async () => {
  await using emulated = await startSession({ limits: false });
  const { createIssue, listIssues } = methodsOf(emulated);
  const { id } = await createIssue("app", "a");
  const { issues } = emulated.github.state;
  const like = issues.get(id)!;
  const plant = (from: number, to: number) => {
    for (let number = from; number <= to; number++) issues.put({ ...like, id: issues.nextId(), number });
  };
  const numbersOf = async () => (await listIssues("app")).map(({ number }) => number);
  const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);
  // Its last page is the one that GitHub refuses, though the links of those before lead to it.
  plant(2, 9_950);
  expect(await numbersOf()).toEqual(upTo(9_950));
  plant(9_951, 10_050);
  expect(await numbersOf()).toEqual(upTo(10_050));
});
