import { describe, expect, test } from "vitest";
import { apiVersions, type EmulatedSession } from "../../../test/github/emulated-session.ts";
import { workflowSeed as seed, startWithWorkflow as start } from "../../../test/github/emulated-workflows.ts";
import { workflowMethods } from "./workflows.ts";

const dispatching = "actions/create-workflow-dispatch";
const runsOf = ({ github }: EmulatedSession) => github.actions.runs("acme/app");

/** An Enterprise Server that does not know `return_run_details`. */
function olderServer(refusal: 400 | 422 | undefined): typeof globalThis.fetch {
  return (input, init) => {
    const body = typeof init?.body === "string" && init.body.includes("return_run_details") ? init.body : "";
    if (body === "") return fetch(input, init);
    if (refusal !== undefined) {
      const message = `Invalid request.\n\n"return_run_details" is not a permitted key.`;
      return Promise.resolve(Response.json({ message }, { status: refusal }));
    }
    const { return_run_details: _, ...known } = JSON.parse(body) as Record<string, unknown>;
    return fetch(input, { ...init, body: JSON.stringify(known) });
  };
}

describe.each(apiVersions)("in version %s", (apiVersion) => {
  test("a workflow is started on the default branch, and the run's id is told", async () => {
    await using emulated = await start({ fetch: { apiVersion } });
    const { triggerWorkflow, getWorkflowRun } = workflowMethods(emulated.session);
    const id = await triggerWorkflow("app", "deploy.yml", { inputs: { stage: "live", note: 1 } });
    expect(runsOf(emulated)).toMatchObject([{ id, inputs: { stage: "live", note: "1" } }]);
    expect(await getWorkflowRun("app", id)).toMatchObject({
      id,
      displayTitle: "Deploy to live",
      event: "workflow_dispatch",
      status: "queued",
      conclusion: undefined,
      attempt: 1,
      headBranch: "main",
      actor: "ada",
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u),
    });
    expect(emulated.github.requests.count(dispatching)).toBe(1);
    const other = await triggerWorkflow("app", ".github/workflows/deploy.yml", { ref: "refs/heads/main" });
    expect(other).not.toBe(id);
  });

  test("an answer that was lost is looked up: a run that began is returned, and one that did not is started once", async () => {
    for (const effect of ["done", "none"] as const) {
      await using emulated = await start({ fetch: { apiVersion } });
      const { triggerWorkflow } = workflowMethods(emulated.session);
      emulated.github.faults.add({ operation: dispatching, effect, times: 1, does: { kind: "reset" } });
      const id = await triggerWorkflow("app", "deploy.yml");
      expect(runsOf(emulated).map((run) => run.id)).toEqual([id]);
    }
  });
});

test.for([400, 422, undefined] as const)(
  "where the server answers %s to the wish for the run's id, the run is found among the new ones",
  async (refusal) => {
    await using emulated = await start({ fetch: { fetch: olderServer(refusal) } });
    const { triggerWorkflow } = workflowMethods(emulated.session);
    const first = await triggerWorkflow("app", "deploy.yml");
    const second = await triggerWorkflow("app", "deploy.yml");
    expect(runsOf(emulated).map(({ id }) => id)).toEqual([first, second]);
  },
);

test("of two new runs none is taken for one's own, unless it can be told apart", async () => {
  await using emulated = await start({ fetch: { fetch: olderServer(undefined) } });
  const { triggerWorkflow } = workflowMethods(emulated.session);
  const pairs = async (isOurs: (stage: string) => boolean) =>
    Promise.allSettled(
      (["test", "live"] as const).map((stage) =>
        triggerWorkflow("app", "deploy.yml", {
          inputs: { stage },
          isOurs: ({ displayTitle }) => isOurs(stage) && displayTitle === `Deploy to ${stage}`,
        }),
      ),
    );
  const told = await pairs(() => true);
  expect(told.map((result) => result.status === "fulfilled" && result.value)).toEqual(
    runsOf(emulated)
      .toSorted((a, b) => b.title.localeCompare(a.title))
      .map(({ id }) => id),
  );
  const both = await Promise.allSettled([1, 2].map(() => triggerWorkflow("app", "deploy.yml")));
  for (const result of both) {
    expect(result).toMatchObject({
      status: "rejected",
      reason: {
        code: "ambiguous_write",
        data: {
          marker: expect.stringContaining("a run of deploy.yml of acme/app on main"),
          runIds: [expect.any(Number), expect.any(Number)],
        },
      },
    });
  }
  expect(runsOf(emulated)).toHaveLength(4);
});

test("a run that somebody else starts is not taken for one's own", async () => {
  await using emulated = await start({ fetch: { fetch: olderServer(undefined) } });
  const mine = workflowMethods(emulated.session).triggerWorkflow("app", "deploy.yml");
  const theirs = workflowMethods(
    emulated.sessionFor("bob", { fetch: olderServer(undefined) }),
  ).triggerWorkflow("app", "deploy.yml");
  const ids = await Promise.all([mine, theirs]);
  const actors = ids.map((id) => emulated.github.state.runs.get(id)?.actorId);
  const idOf = (login: string) => emulated.github.state.accounts.find("login", login)?.id;
  expect(actors).toEqual([idOf("ada"), idOf("bob")]);
});

test("an App takes only runs that an App has started", async () => {
  await using emulated = await start({
    seed: {
      ...seed,
      apps: {
        keeper: { permissions: { actions: "write", contents: "read" }, installations: { acme: "all" } },
      },
    },
    fetch: { fetch: olderServer(undefined) },
  });
  const app = emulated.sessionFor({ app: "keeper", account: "acme" }, { fetch: olderServer(undefined) });
  const [byApp, byAda] = await Promise.all(
    [app, emulated.session].map((session) => workflowMethods(session).triggerWorkflow("app", "deploy.yml")),
  );
  const actorOf = (id: number | undefined) => {
    const { runs, accounts } = emulated.github.state;
    return accounts.get(runs.get(id!)!.actorId)?.login;
  };
  expect([actorOf(byApp), actorOf(byAda)]).toEqual(["keeper[bot]", "ada"]);
});

test("a run that does not show before the deadline is not made up, and not started again", async () => {
  await using emulated = await start({ fetch: { fetch: olderServer(undefined) } });
  const { triggerWorkflow } = workflowMethods(emulated.session);
  await triggerWorkflow("app", "deploy.yml");
  emulated.github.lag.listsMs = 60_000;
  await expect(triggerWorkflow("app", "deploy.yml", { timeoutMs: 120_000 })).rejects.toMatchObject({
    code: "ambiguous_write",
    data: { marker: expect.stringContaining("a run of deploy.yml"), runIds: [] },
  });
  expect(emulated.github.requests.count(dispatching)).toBe(2);
});

test.for([
  ["GitHub", undefined],
  ["an older server", olderServer(undefined)],
] as const)(
  "of 25 starts on %s with a fault in five, each begins once and its run is told",
  { timeout: 120_000 },
  async ([, wire]) => {
    const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
    console.log(`SEED=${seed}`);
    await using emulated = await start({
      faults: { seed },
      ...(wire === undefined ? {} : { fetch: { fetch: wire } }),
    });
    const { triggerWorkflow } = workflowMethods(emulated.session);
    const share = { operation: dispatching, probability: 0.07 };
    emulated.github.faults.add({ ...share, effect: "done", does: { kind: "status", status: 502 } });
    emulated.github.faults.add({ ...share, effect: "none", does: { kind: "reset" } });
    emulated.github.faults.add({ ...share, effect: "done", does: { kind: "cut" } });
    const told: number[] = [];
    for (let at = 0; at < 25; at++) told.push(await triggerWorkflow("app", "deploy.yml"));
    expect(runsOf(emulated).map(({ id }) => id)).toEqual(told);
  },
);

test("a commit is no ref to start on, and what is wrong with a call is told before it is sent", async () => {
  await using emulated = await start();
  const { triggerWorkflow } = workflowMethods(emulated.session);
  await expect(triggerWorkflow("app", "deploy.yml", { ref: "a".repeat(40) })).rejects.toMatchObject({
    code: "invalid_input",
    hint: expect.stringContaining("temporary tag"),
    data: { status: 422, path: "ref" },
  });
  await expect(triggerWorkflow("app", "other.yml")).rejects.toMatchObject({ code: "not_found" });
  await expect(triggerWorkflow("app", "deploy.yml", { inputs: { stage: "nowhere" } })).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining("nowhere"),
  });
  emulated.github.requests.clear();
  const inputs = Object.fromEntries(Array.from({ length: 26 }, (_, at) => [`i${at}`, "x"]));
  for (const [workflow, options] of [
    ["deploy.yml", { inputs }],
    ["..", {}],
    ["../../actions/runs", {}],
    ["deploy.yml", { ref: "../x" }],
  ] as const) {
    await expect(triggerWorkflow("app", workflow, options)).rejects.toMatchObject({ code: "invalid_input" });
  }
  expect(emulated.github.requests.list()).toEqual([]);
});
