import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { apiVersions, type EmulatedSession, startSession } from "../../../test/github/emulated-session.ts";
import { HubsteadError } from "../../errors.ts";
import { secretMethods } from "./secrets.ts";

function valuesOf({ github }: EmulatedSession): Record<string, string> {
  return Object.fromEntries(github.state.secrets.all().map(({ name, value }) => [name, value]));
}

describe.each(apiVersions)("in version %s", (apiVersion) => {
  const start = (options: Parameters<typeof startSession>[0] = {}) =>
    startSession({ ...options, fetch: { apiVersion, ...options.fetch } });

  test("a secret is set, listed and deleted, and only GitHub can read it", async () => {
    await using emulated = await start();
    const { setSecret, listSecrets, deleteSecret } = secretMethods(emulated.session);
    expect(await setSecret("app", "TOKEN", "Grüße 🎉")).toBe("created");
    expect(await setSecret("app", "token", "newer")).toBe("updated");
    expect(valuesOf(emulated)).toEqual({ TOKEN: "newer" });
    expect(await listSecrets("app")).toEqual([
      { name: "TOKEN", createdAt: expect.stringMatching(/Z$/u), updatedAt: expect.stringMatching(/Z$/u) },
    ]);
    const bodies = JSON.stringify(emulated.github.requests.list());
    expect(bodies).not.toMatch(/newer|Grüße/u);
    expect(await deleteSecret("app", "TOKEN")).toBe(true);
    expect(await deleteSecret("app", "TOKEN")).toBe(false);
    await expect(deleteSecret("nowhere", "TOKEN")).rejects.toMatchObject({ code: "not_found" });
  });

  test("of several secrets each is told what came of it, with one question for the key", async () => {
    await using emulated = await start();
    const { setSecrets } = secretMethods(emulated.session);
    emulated.github.faults.add({
      operation: "actions/create-or-update-repo-secret",
      after: 1,
      times: 1,
      does: { kind: "status", status: 422, body: { message: "Validation Failed" } },
    });
    const { ok, results } = await setSecrets("app", {
      A: "1",
      B: "2",
      GITHUB_X: "3",
      "9": "4",
      C: "x".repeat(48 * 1024 + 1),
      D: "5",
    });
    expect(ok).toBe(false);
    expect(results.map(({ name, outcome, error }) => [name, outcome, error?.code])).toEqual([
      // A key of digits comes first in any object.
      ["9", "failed", "invalid_input"],
      ["A", "created", undefined],
      ["B", "failed", "invalid_input"],
      ["GITHUB_X", "failed", "invalid_input"],
      ["C", "failed", "invalid_input"],
      ["D", "created", undefined],
    ]);
    expect(valuesOf(emulated)).toEqual({ A: "1", D: "5" });
    // Once at the beginning; once more because a refusal may be the key's.
    expect(emulated.github.requests.count("actions/get-repo-public-key")).toBe(2);
    expect(await setSecrets("app", { A: "1", D: "6" })).toMatchObject({ ok: true });
  });

  test("a list is whole beyond a page", async () => {
    await using emulated = await start();
    const { setSecrets, listSecrets } = secretMethods(emulated.session);
    const names = Array.from({ length: 100 }, (_, at) => `S${at}`);
    await setSecrets("app", Object.fromEntries(names.map((name) => [name, name])));
    expect((await listSecrets("app")).map(({ name }) => name).sort()).toEqual(names.sort());
    // The hundred and first is one too many.
    const { results } = await setSecrets("app", { LAST: "x" });
    expect(results[0]).toMatchObject({ outcome: "failed", error: { code: "invalid_input" } });
  });
});

test("a key that has changed is asked for anew", async () => {
  await using emulated = await startSession();
  const { setSecrets } = secretMethods(emulated.session);
  const { sealingKeys } = emulated.github.state;
  await setSecrets("app", { FIRST: "1" });
  const [old] = sealingKeys.all();
  emulated.github.faults.add({
    operation: "actions/create-or-update-repo-secret",
    times: 1,
    does: { kind: "latency", ms: 200 },
  });
  const setting = setSecrets("app", { SECOND: "2", THIRD: "3" });
  while (emulated.github.requests.count("actions/get-repo-public-key") < 2)
    await new Promise((resolve) => setTimeout(resolve, 1));
  sealingKeys.put({ ...old!, keyId: "another" });
  expect(await setting).toMatchObject({ ok: true });
  expect(valuesOf(emulated)).toEqual({ FIRST: "1", SECOND: "2", THIRD: "3" });
});

test("who may not set secrets is told for each, with the permission that it takes", async () => {
  await using emulated = await startSession({ as: { user: "ada", permissions: { secrets: "read" } } });
  const { setSecrets } = secretMethods(emulated.session);
  const refused = { outcome: "failed", error: { code: "forbidden", data: { needed: "secrets=write" } } };
  const { ok, results } = await setSecrets("app", { A: "1", B: "2" });
  expect([ok, results]).toMatchObject([
    false,
    [
      { name: "A", ...refused },
      { name: "B", ...refused },
    ],
  ]);
});

test.for([401, 403, 404, 422])(
  "one secret that is answered %i keeps none of the others from being set",
  async (status) => {
    await using emulated = await startSession();
    const { setSecrets } = secretMethods(emulated.session);
    const does = { kind: "status", status, body: { message: "No" } } as const;
    emulated.github.faults.add({
      operation: "actions/create-or-update-repo-secret",
      after: 1,
      times: 1,
      does,
    });
    const { ok, results } = await setSecrets("app", { A: "1", B: "2", C: "3" });
    expect([ok, results.map(({ outcome }) => outcome)]).toEqual([false, ["created", "failed", "created"]]);
    expect(valuesOf(emulated)).toEqual({ A: "1", C: "3" });
  },
);

test("no value gets into an error, not even one that was taken for a name", async () => {
  await using emulated = await startSession();
  const { setSecret } = secretMethods(emulated.session);
  const canary = "canary-4711-";
  emulated.github.faults.add({ operation: "actions/create-or-update-repo-secret", does: { kind: "reset" } });
  const attempts = [
    () => setSecret("app", "A", canary),
    () => setSecret("app", "A", canary.repeat(5_000)),
    () => setSecret("app", `${canary}with spaces and more than forty characters`, "A"),
    () => setSecret("nowhere", "A", canary),
  ];
  for (const attempt of attempts) {
    const error = await attempt().catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(HubsteadError);
    expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain(canary);
  }
});
