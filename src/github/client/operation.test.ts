import { expect, test } from "vitest";
import { startSession } from "../../../test/github/emulated-session.ts";
import { commentMethods } from "./comments.ts";
import { issueMethods } from "./issues.ts";

const lagMs = 65_000;
const started = () =>
  startSession({
    seed: { users: { ada: {} }, repositories: { "ada/app": { issues: [{ title: "first" }] } } },
    fetch: { limits: { mutationGapMs: 0 } },
  });
// Of GitHub's time, which is ours: in the client's it is 40 s.
const listsMs = 800;

test("what was made a moment ago is not made again where GitHub does not list it yet", async () => {
  await using emulated = await started();
  const { github, session, sessionFor } = emulated;
  github.lag.listsMs = listsMs;
  const operation = { id: "wish-4711", since: new Date(session.clock.now()).toISOString() };
  // The program is ended before it can note that this has been done, and is started again.
  const [before, after] = [session, sessionFor("ada")];
  const issue = await issueMethods(before).createIssue("ada/app", "once", { operation });
  const again = await issueMethods(after).createIssue("ada/app", "once", { operation });
  expect(again.number).toBe(issue.number);
  const comment = await commentMethods(before).createComment("ada/app", 1, "once", { operation });
  expect((await commentMethods(after).createComment("ada/app", 1, "once", { operation })).id).toBe(
    comment.id,
  );
  expect(github.state.issues.all()).toHaveLength(2);
  expect(github.state.comments.all()).toHaveLength(1);
});

test("an operation that was begun before this call is sent when it is certain that it was not made", async () => {
  await using emulated = await started();
  const { github, session } = emulated;
  const { clock } = session;
  const { createComment } = commentMethods(session);
  const took = async (since: number, timeoutMs?: number) => {
    const begunAt = clock.now();
    const operation = { id: `wish-${since}`, since: new Date(since).toISOString() };
    const options = { operation, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
    await createComment("ada/app", 1, "once", options);
    return clock.now() - begunAt;
  };
  expect(await took(clock.now() - 3_600_000)).toBeGreaterThanOrEqual(lagMs);
  // Begun by this call: nothing can have been made before.
  const looks = github.requests.count("issues/list-comments");
  await took(clock.now());
  expect(github.requests.count("issues/list-comments")).toBe(looks + 1);
  await expect(took(clock.now() - 7_200_000, 20_000)).rejects.toMatchObject({
    code: "ambiguous_write",
    data: { marker: expect.stringContaining("a comment on issue 1") },
  });
  expect(github.state.comments.all()).toHaveLength(2);
});

test("after a refusal an operation can be begun anew at once", async () => {
  await using emulated = await started();
  const { github, session } = emulated;
  const { clock } = session;
  const { createComment } = commentMethods(session);
  const operation = { id: "wish-0815", since: new Date(clock.now()).toISOString() };
  const create = () => createComment("ada/app", 1, "once", { operation, timeoutMs: 30_000 });
  github.faults.add({ operation: "issues/create-comment", times: 1, does: { kind: "status", status: 403 } });
  await expect(create()).rejects.toMatchObject({ code: "forbidden" });
  operation.since = new Date(clock.now()).toISOString();
  await create();
  expect(github.state.comments.all()).toHaveLength(1);
});
