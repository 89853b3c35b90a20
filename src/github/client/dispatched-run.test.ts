import { describe, expect, test } from "vitest";
import { apiVersions, type EmulatedSession } from "../../../test/github/emulated-session.ts";
import { startWithWorkflow as start } from "../../../test/github/emulated-workflows.ts";
import { createFastClock } from "../../../test/github/fast-clock.ts";
import { createTokenSource } from "../auth/static-token.ts";
import { createGitHubFetch } from "../fetch/create-github-fetch.ts";
import { createSession } from "./session.ts";
import { workflowMethods } from "./workflows.ts";

const dispatching = "actions/create-workflow-dispatch";
const stagesOf = ({ github }: EmulatedSession) =>
  Object.fromEntries(github.actions.runs("acme/app").map(({ id, inputs }) => [id, inputs["stage"]]));

describe.each(apiVersions)("in version %s", (apiVersion) => {
  test("a dispatch that was lost before it did anything is not given another call's run", async () => {
    for (const clients of [1, 2]) {
      await using emulated = await start({ fetch: { apiVersion } });
      const one = workflowMethods(emulated.session);
      const other = clients === 1 ? one : workflowMethods(emulated.sessionFor("ada", { apiVersion }));
      emulated.github.faults.add({
        operation: dispatching,
        effect: "none",
        times: 1,
        does: { kind: "reset" },
      });
      const [test, live] = await Promise.all([
        one.triggerWorkflow("app", "deploy.yml", { inputs: { stage: "test" } }),
        other.triggerWorkflow("app", "deploy.yml", { inputs: { stage: "live" } }),
      ]);
      expect(stagesOf(emulated)).toEqual({ [test]: "test", [live]: "live" });
    }
  });

  test("a dispatch that was lost after it did something is not given another call's run", async () => {
    await using emulated = await start({ fetch: { apiVersion } });
    const { triggerWorkflow } = workflowMethods(emulated.session);
    emulated.github.faults.add({ operation: dispatching, effect: "done", times: 1, does: { kind: "cut" } });
    const [test, live] = await Promise.all([
      triggerWorkflow("app", "deploy.yml", { inputs: { stage: "test" } }),
      triggerWorkflow("app", "deploy.yml", { inputs: { stage: "live" } }),
    ]);
    expect(stagesOf(emulated)).toEqual({ [test]: "test", [live]: "live" });
  });
});

/** An Enterprise Server that tells no run, and shows the runs as late as it is told. */
function olderServer(lagsMs: readonly number[], fails: (runs: number) => boolean = () => false) {
  const clock = createFastClock(50);
  const runs: { readonly visibleAt: number; readonly json: Record<string, unknown> }[] = [];
  let dispatches = 0;
  const time = () => new Date(Math.floor(clock.now() / 1_000) * 1_000).toISOString().replace(".000", "");
  const json = (body: unknown, status = 200) =>
    Response.json(body, { status, headers: { date: new Date(clock.now()).toUTCString() } });
  const answer: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input));
    if (init?.method === "POST") {
      const { inputs, ...rest } = JSON.parse(String(init.body)) as { inputs: { stage?: string } };
      if ("return_run_details" in rest) return json({ message: "return_run_details is not permitted" }, 422);
      const lagMs = lagsMs[dispatches++];
      // Taken, and nothing comes of it.
      if (lagMs === undefined) return new Response(null, { status: 204 });
      runs.push({
        visibleAt: clock.now() + lagMs,
        json: {
          id: dispatches,
          workflow_id: 1,
          name: "Deploy",
          display_title: `Deploy to ${inputs.stage}`,
          path: ".github/workflows/deploy.yml",
          run_number: dispatches,
          event: "workflow_dispatch",
          status: "queued",
          conclusion: null,
          head_branch: "main",
          head_sha: "a".repeat(40),
          html_url: "https://github.test/",
          actor: { login: "ada", id: 7 },
          created_at: time(),
          updated_at: time(),
        },
      });
      return new Response(null, { status: 204 });
    }
    if (url.pathname.endsWith("/user")) return json({ id: 7, login: "ada" });
    const visible = runs.filter(({ visibleAt }) => visibleAt <= clock.now()).map((run) => run.json);
    if (fails(visible.length)) return json({ message: "Resource not accessible" }, 403);
    return json({ total_count: visible.length, workflow_runs: visible });
  };
  const apiUrl = `https://${crypto.randomUUID()}.test/api/v3`;
  const fetches: AsyncDisposable[] = [];
  return {
    dispatches: () => dispatches,
    client(token = "ghp_0123456789abcdef0123456789abcdef0123") {
      const source = createTokenSource({ token });
      const fetch = createGitHubFetch({ clock, apiUrl, auth: source, fetch: answer });
      fetches.push(fetch);
      return workflowMethods(createSession({ apiUrl, fetch, source, clock, org: "acme" }));
    },
    clock,
    async [Symbol.asyncDispose]() {
      for (const fetch of fetches) await fetch[Symbol.asyncDispose]();
    },
  };
}

const deploy = (stage: string) => ({ ref: "main", inputs: { stage } });

test("of two calls whose runs show one after the other none takes the first run for its own, also with two tokens", async () => {
  for (const token of [undefined, "ghp_another789abcdef0123456789abcdef0123"]) {
    await using server = olderServer([12_000, 500]);
    const results = await Promise.allSettled([
      server.client().triggerWorkflow("app", "deploy.yml", deploy("test")),
      server.client(token).triggerWorkflow("app", "deploy.yml", deploy("live")),
    ]);
    for (const result of results) {
      expect(result).toMatchObject({
        status: "rejected",
        reason: {
          code: "ambiguous_write",
          data: { marker: expect.stringContaining("on main"), runIds: [1, 2] },
        },
      });
    }
    expect(server.dispatches()).toBe(2);
  }
});

test("calls whose runs can be told apart get each its own, however late they show", async () => {
  await using server = olderServer([12_000, 500]);
  const { triggerWorkflow } = server.client();
  const trigger = (stage: string) =>
    triggerWorkflow("app", "deploy.yml", {
      ...deploy(stage),
      isOurs: ({ displayTitle }) => displayTitle === `Deploy to ${stage}`,
    });
  expect(await Promise.all([trigger("test"), trigger("live")])).toEqual([1, 2]);
});

test("a run that may be an earlier call's is no later call's, until GitHub must be showing it", async () => {
  await using server = olderServer([150_000, 500, 500]);
  const { triggerWorkflow } = server.client();
  const first = { ...deploy("test"), timeoutMs: 10_000 };
  await expect(triggerWorkflow("app", "deploy.yml", first)).rejects.toMatchObject({
    code: "ambiguous_write",
    data: { runIds: [] },
  });
  await expect(triggerWorkflow("app", 1, deploy("live"))).rejects.toMatchObject({
    code: "ambiguous_write",
    data: { runIds: [2] },
  });
  await server.clock.sleep(140_000);
  expect(await triggerWorkflow("app", "deploy.yml", deploy("live"))).toBe(3);
});

test("a dispatch that was accepted is never refused afterwards, whatever stands in the way of finding its run", async () => {
  await using server = olderServer([500], (runs) => runs > 0);
  await expect(server.client().triggerWorkflow("app", "deploy.yml", deploy("test"))).rejects.toMatchObject({
    code: "ambiguous_write",
    data: { marker: expect.stringContaining("a run of deploy.yml of acme/app") },
    cause: { code: "forbidden" },
  });
  expect(server.dispatches()).toBe(1);
});
