import { describe, expect, test } from "vitest";
import { apiVersions, type EmulatedSession, startSession } from "../../../test/github/emulated-session.ts";
import { parseCreated, writeCreated } from "./created-range.ts";
import { runConclusions } from "./workflow-run.ts";
import { workflowMethods } from "./workflows.ts";

const text = "name: Deploy\non: { workflow_dispatch: {} }\njobs: { one: {} }";
const start = (options: Parameters<typeof startSession>[0] = {}) =>
  startSession({
    seed: {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin", bob: "admin" } } },
      repositories: {
        "acme/app": { files: { ".github/workflows/a.yml": text, ".github/workflows/b.yml": text } },
      },
    },
    limits: false,
    ...options,
  });

type Row = ReturnType<EmulatedSession["github"]["actions"]["runs"]>[number];

/** Runs like one that there is, each changed. @returns their ids */
function plant({ github }: EmulatedSession, like: number, changes: readonly Partial<Row>[]): number[] {
  const { runs } = github.state;
  return changes.map((change) => runs.put({ ...runs.get(like)!, ...change, id: runs.nextId() }).id);
}

const ids = (runs: readonly { readonly id: number }[]) => runs.map(({ id }) => id).sort((a, b) => a - b);

describe.each(apiVersions)("in version %s", (apiVersion) => {
  test("runs are listed by workflow, event, branch, commit, status, actor and time", async () => {
    await using emulated = await start({ fetch: { apiVersion } });
    const { triggerWorkflow, listWorkflowRuns } = workflowMethods(emulated.session);
    const first = await triggerWorkflow("app", "a.yml");
    const headSha = emulated.github.state.runs.get(first)!.headSha;
    const second = await triggerWorkflow("app", "b.yml");
    const day = 86_400_000;
    const [old] = plant(emulated, first, [
      { event: "push", headBranch: "other", createdAt: Date.now() - 3 * day, headSha: "b".repeat(40) },
    ]);
    emulated.github.actions.advance(second, { status: "completed", conclusion: "failure" });
    const found = async (options: Parameters<typeof listWorkflowRuns>[1]) =>
      (await listWorkflowRuns("app", options)).map(({ id }) => id);
    expect(await found({})).toEqual([second, first, old]);
    expect(await found({ workflow: "b.yml" })).toEqual([second]);
    expect(await found({ event: "push" })).toEqual([old]);
    expect(await found({ branch: "main" })).toEqual([second, first]);
    expect(await found({ headSha })).toEqual([second, first]);
    expect(await found({ status: "failure" })).toEqual([second]);
    expect(await found({ status: "unfinished" })).toEqual([first, old]);
    expect(await found({ actor: "bob" })).toEqual([]);
    const yesterday = new Date(Date.now() - day).toISOString().slice(0, 10);
    expect(await found({ created: `>=${yesterday}` })).toEqual([second, first]);
    expect(await found({ created: `<${yesterday}` })).toEqual([old]);
    expect(await found({ created: `*..${yesterday}`, event: "push" })).toEqual([old]);
    await expect(found({ created: "soon" })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(found({ workflow: "none.yml" })).rejects.toMatchObject({ code: "not_found" });
  });
});

test("every conclusion can be asked for, and is told as it is", async () => {
  await using emulated = await start();
  const { triggerWorkflow, listWorkflowRuns } = workflowMethods(emulated.session);
  const like = await triggerWorkflow("app", "a.yml");
  const planted = plant(
    emulated,
    like,
    runConclusions.map((conclusion) => ({ status: "completed", conclusion })),
  );
  for (const [at, conclusion] of runConclusions.entries()) {
    const found = await listWorkflowRuns("app", { status: conclusion });
    expect(found.map((run) => [run.id, run.conclusion])).toEqual([[planted[at], conclusion]]);
  }
});

test("1,100 runs that a filter finds are listed, each once", { timeout: 60_000 }, async () => {
  await using emulated = await start();
  const { triggerWorkflow, listWorkflowRuns } = workflowMethods(emulated.session);
  const like = await triggerWorkflow("app", "a.yml");
  const now = Date.now();
  // Most of them on one morning, the rest over a year.
  const planted = plant(
    emulated,
    like,
    Array.from({ length: 1_099 }, (_, at) => ({
      createdAt: at < 1_010 ? now - 86_400_000 - at * 1_500 : now - at * 3_600_000,
    })),
  );
  const all = ids([{ id: like }, ...planted.map((id) => ({ id }))]);
  for (const options of [{ branch: "main" }, {}] as const)
    expect(ids(await listWorkflowRuns("app", options))).toEqual(all);
});

test("runs that come in meanwhile make no list incomplete", async () => {
  await using emulated = await start();
  const { triggerWorkflow, listWorkflowRuns } = workflowMethods(emulated.session);
  const like = await triggerWorkflow("app", "a.yml");
  const planted = plant(
    emulated,
    like,
    Array.from({ length: 350 }, (_, at) => ({ createdAt: Date.now() - 60_000 - at * 1_000 })),
  );
  let isOver = false;
  const arrivals = (async () => {
    while (!isOver) {
      plant(emulated, like, [{ createdAt: Date.now() + 1_000 }]);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  const found = new Set(ids(await listWorkflowRuns("app")));
  isOver = true;
  await arrivals;
  expect([like, ...planted].filter((id) => !found.has(id))).toEqual([]);
});

test("a thousand runs of one second are an error, never a part of them", async () => {
  await using emulated = await start();
  const { triggerWorkflow, listWorkflowRuns } = workflowMethods(emulated.session);
  const like = await triggerWorkflow("app", "a.yml");
  const createdAt = Date.now() - 3_600_000;
  plant(
    emulated,
    like,
    Array.from({ length: 1_200 }, () => ({ createdAt })),
  );
  await expect(listWorkflowRuns("app", { branch: "main" })).rejects.toMatchObject({
    code: "busy",
    hint: expect.stringContaining("one workflow"),
    data: { most: 1_000 },
  });
});

test("spans of time are read as GitHub reads them", () => {
  const span = (created: string) => writeCreated(parseCreated(created));
  expect(span("2026-01-01")).toBe("2026-01-01T00:00:00Z..2026-01-01T23:59:59Z");
  expect(span(">2026-01-01")).toBe(">=2026-01-02T00:00:00Z");
  expect(span("<2026-01-01T12:00:00Z")).toBe("<=2026-01-01T11:59:59Z");
  expect(span("<=2026-01-01")).toBe("<=2026-01-01T23:59:59Z");
  expect(span("2026-01-01T12:00+02:00..*")).toBe(">=2026-01-01T10:00:00Z");
  expect(span("*..2026-01-01T12:00:00")).toBe("<=2026-01-01T12:00:00Z");
  expect(span("*..*")).toBe(undefined);
  for (const wrong of ["", ">", "2026", "2026-13-01", "1..2..3", "2026-01-01 12:00"])
    expect(() => parseCreated(wrong)).toThrow("is no span of time");
});
