import { expect, test } from "vitest";
import { apiVersions, type EmulatedSession, startSession } from "../../../test/github/emulated-session.ts";
import { HubsteadError } from "../../errors.ts";
import { fileMethods } from "./files.ts";
import { provisionMethods } from "./provision.ts";
import { repositoryMethods } from "./repositories.ts";

const wish = {
  name: "shop",
  description: "A shop",
  spec: { name: "shop", services: ["web", "db"], public: false },
  secrets: { DEPLOY_KEY: "4711", TOKEN: "0815" },
};
const yaml = "name: shop\nservices:\n  - web\n  - db\npublic: false\n";

async function expectReady(emulated: EmulatedSession): Promise<void> {
  const { session, github } = emulated;
  expect((await fileMethods(session).getFile("shop", ".project.yaml")).text).toBe(yaml);
  const api = await session.api("");
  const { data } = await api.request("GET /repos/{owner}/{repo}/commits", { owner: "acme", repo: "shop" });
  expect(data).toHaveLength(1);
  expect(github.state.repositories.all().filter(({ name }) => name === "shop")).toHaveLength(1);
  const secrets = github.state.secrets.all().map(({ name, value }) => [name, value]);
  expect(Object.fromEntries(secrets)).toEqual(wish.secrets);
}

test.each(apiVersions)(
  "in version %s a project gets its repository, and a second run changes nothing",
  async (apiVersion) => {
    await using emulated = await startSession({ fetch: { apiVersion } });
    const { provisionRepo } = provisionMethods(emulated.session);
    const first = await provisionRepo(wish);
    expect(first).toMatchObject({
      ok: true,
      repository: { fullName: "acme/shop", private: true, description: "A shop" },
      steps: [
        { step: "repository", outcome: "done" },
        { step: "spec", outcome: "done" },
        { step: "secret DEPLOY_KEY", outcome: "done" },
        { step: "secret TOKEN", outcome: "done" },
      ],
    });
    await expectReady(emulated);
    const second = await provisionRepo(wish);
    expect(second.steps.map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged", "done", "done"]);
    await expectReady(emulated);
  },
);

test("it resumes wherever it broke off, before a request or after its answer was lost", async () => {
  let requests = 0;
  {
    const counting: typeof fetch = (...args) => {
      requests++;
      return fetch(...args);
    };
    await using emulated = await startSession({ fetch: { fetch: counting } });
    await provisionMethods(emulated.session).provisionRepo(wish);
  }
  expect(requests).toBeGreaterThan(6);
  for (let at = 1; at <= requests; at++) {
    for (const isSent of [false, true]) {
      const dying = new AbortController();
      let count = 0;
      const broken: typeof fetch = async (...args) => {
        if (++count < at) return fetch(...args);
        if (isSent) await (await fetch(...args)).arrayBuffer();
        dying.abort(new Error("killed"));
        throw new Error("killed");
      };
      await using emulated = await startSession({ fetch: { fetch: broken } });
      const killed = provisionMethods(emulated.session).provisionRepo({ ...wish, signal: dying.signal });
      await expect(killed).rejects.toThrow("killed");
      const next = { ...emulated, session: emulated.sessionFor("ada", { fetch }) };
      expect(await provisionMethods(next.session).provisionRepo(wish)).toMatchObject({ ok: true });
      await expectReady(next);
    }
  }
}, 120_000);

test("a step that fails is reported, and those after it are told", async () => {
  await using emulated = await startSession();
  const { provisionRepo } = provisionMethods(emulated.session);
  const status = (operation: string) =>
    emulated.github.faults.add({
      operation,
      does: { kind: "status", status: 403, body: { message: "Resource not accessible" } },
    });
  const undo = status("repos/create-or-update-file-contents");
  const first = await provisionRepo(wish);
  expect(first).toMatchObject({ ok: false, repository: { fullName: "acme/shop" } });
  expect(first.steps.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
    ["done", undefined],
    ["failed", "forbidden"],
    ["not-tried", undefined],
    ["not-tried", undefined],
  ]);
  undo();
  const undoKey = status("actions/get-repo-public-key");
  const second = await provisionRepo(wish);
  expect(second.steps.map(({ outcome }) => outcome)).toEqual(["unchanged", "done", "failed", "failed"]);
  undoKey();
  expect(await provisionRepo(wish)).toMatchObject({ ok: true });
  await expectReady(emulated);
});

test("a repository of something else is not touched", async () => {
  await using emulated = await startSession();
  const { provisionRepo } = provisionMethods(emulated.session);
  const { createRepo } = repositoryMethods(emulated.session);
  const files = fileMethods(emulated.session);
  await createRepo("theirs", { description: "Something else" });
  await createRepo("other");
  await files.putFile("other", ".project.yaml", "name: other\n");
  const before = emulated.github.requests.list().filter(({ method }) => method !== "GET").length;
  for (const [name, why] of [
    ["app", "has no .project.yaml"],
    ["theirs", "has no .project.yaml"],
    ["other", "another project's"],
  ] as const) {
    const refused = await provisionRepo({ ...wish, name }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(HubsteadError);
    expect(refused).toMatchObject({ code: "already_exists", message: expect.stringContaining(why) });
  }
  const wrong = { ...wish, secrets: { "NOT GOOD": "x" } };
  await expect(provisionRepo(wrong)).rejects.toMatchObject({ code: "invalid_input" });
  await expect(provisionRepo({ ...wish, spec: { n: 1n } })).rejects.toMatchObject({ code: "invalid_input" });
  expect(emulated.github.requests.list().filter(({ method }) => method !== "GET")).toHaveLength(before);
  const replaced = await provisionRepo({ ...wish, name: "other", replaceSpec: true });
  expect(replaced).toMatchObject({ ok: true });
  expect((await files.getFile("other", ".project.yaml")).text).toBe(yaml);
});

test("a specification that is only written in another way is left as it is", async () => {
  await using emulated = await startSession();
  const { provisionRepo } = provisionMethods(emulated.session);
  await provisionRepo(wish);
  const { putFile, getFile } = fileMethods(emulated.session);
  const own = "# Ours\npublic: false\nservices: [web, db]\nname: 'shop'\n";
  await putFile("shop", ".project.yaml", own);
  expect(await provisionRepo(wish)).toMatchObject({ ok: true });
  expect((await getFile("shop", ".project.yaml")).text).toBe(own);
});

test("who provisions the same at the same time goes on with what the other has made", async () => {
  await using emulated = await startSession();
  const runs = [emulated.session, emulated.sessionFor("ada"), emulated.session].map((session) =>
    provisionMethods(session).provisionRepo(wish),
  );
  const reports = await Promise.all(runs);
  expect(reports.map(({ ok }) => ok)).toEqual([true, true, true]);
  await expectReady(emulated);
});
