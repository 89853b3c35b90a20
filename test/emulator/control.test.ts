/**
 * @module The emulator as programs of any language drive it, below `/_emulator`.
 */
import { request } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let control: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    control: true,
    limits: { core: { anonymous: 3 } },
    seed: {
      users: { ada: {} },
      repositories: { "ada/data": { issues: [{ title: "Hello" }] } },
      apps: { keeper: { permissions: { issues: "write" }, installations: { ada: "all" } } },
    },
  });
  control = callAs(github);
});
afterEach(() => github.close());

const zen = async () => (await callAs(github)("GET /zen")).status;

test("time moves on", async () => {
  const { body: before } = await control("GET /_emulator/clock");
  const { body: after } = await control("POST /_emulator/clock", { advanceMs: 3_600_000 });
  expect(Date.parse(after.now) - Date.parse(before.now)).toBeGreaterThanOrEqual(3_600_000);
  expect(Math.abs(github.clock.now() - Date.parse(after.now))).toBeLessThan(60_000);
  expect(await control("POST /_emulator/clock", { advanceMs: -1 })).toMatchObject({
    status: 400,
    body: { code: "invalid_input", data: { path: "advanceMs" } },
  });
  expect((await control("POST /_emulator/clock", { advanceMS: 1 })).body.hint).toContain('"advanceMs"');
});

test("faults are added, and taken away one by one or all together", async () => {
  const fault = { operation: "meta/get-zen", does: { kind: "status", status: 503 } };
  const { body: first } = await control("POST /_emulator/faults", fault);
  expect(await zen()).toBe(503);
  expect((await control(`DELETE /_emulator/faults/${first.id}`)).status).toBe(204);
  expect((await control(`DELETE /_emulator/faults/${first.id}`)).status).toBe(404);
  expect(await zen()).toBe(200);
  await control("POST /_emulator/faults", fault);
  expect((await control("DELETE /_emulator/faults")).status).toBe(204);
  expect(await zen()).toBe(200);
  expect(await control("POST /_emulator/faults", { ...fault, operation: "meta/zen" })).toMatchObject({
    status: 400,
    body: { message: "there is no operation meta/zen that a fault could hit" },
  });
});

test("what was asked is read by operation, and forgotten; driving is no request, and costs nothing", async () => {
  for (let at = 0; at < 5; at++) await control("GET /_emulator/clock");
  expect(await zen()).toBe(200);
  await callAs(github)("GET /users/ada");
  const { body } = await control("GET /_emulator/requests?operation=users/get-by-username");
  expect(body.requests).toMatchObject([{ operation: "users/get-by-username", status: 200, by: "anonymous" }]);
  expect((await control("GET /_emulator/requests")).body.requests).toHaveLength(2);
  expect((await control("DELETE /_emulator/requests")).status).toBe(204);
  expect(github.requests.list()).toEqual([]);
});

test("lists lag as long as is said, a minute at most", async () => {
  expect((await control("PATCH /_emulator/lag", { listsMs: 10_000 })).body).toEqual({
    listsMs: 10_000,
    readsMs: 0,
  });
  expect(github.lag.listsMs).toBe(10_000);
  expect((await control("GET /_emulator/lag")).body.listsMs).toBe(10_000);
  expect((await control("PATCH /_emulator/lag", { readsMs: 60_001 })).status).toBe(400);
});

test("tokens are made for people, apps and jobs", async () => {
  const titleWith = async (owner: unknown) => {
    const { body } = await control("POST /_emulator/tokens", owner);
    const answer = await callAs(github, body.token)("PATCH /repos/ada/data/issues/1", { title: "Hi" });
    return [body.token.slice(0, 4), answer.status];
  };
  expect(await titleWith({ user: "ada" })).toEqual(["ghp_", 200]);
  expect(await titleWith({ user: "ada", permissions: { issues: "read" } })).toEqual(["gith", 403]);
  expect(await titleWith({ app: "keeper", account: "ada" })).toEqual(["ghs_", 200]);
  expect(await titleWith({ actions: "ada/data" })).toEqual(["ghs_", 200]);
  for (const wrong of [{ user: "nobody" }, {}, 5, { user: "ada", app: "keeper" }]) {
    expect((await control("POST /_emulator/tokens", wrong)).status).toBe(400);
  }
  expect((await control("POST /_emulator/settled")).status).toBe(204);
});

test("what is no JSON, too much, or not there is refused with what is", async () => {
  const send = (body: string) =>
    fetch(`${github.url}/_emulator/clock`, { method: "POST", body }).then(({ status }) => status);
  expect(await send("{")).toBe(400);
  expect(await send("x".repeat(1_048_577))).toBe(413);
  const { status, body } = await control("GET /_emulator/time");
  expect(status).toBe(404);
  expect(body.hint).toContain("GET /_emulator/clock");
});

test("no page of a browser drives it, and nobody who calls it by another name", async () => {
  const status = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = new URL(github.url);
      const path = "/_emulator/requests";
      request({ port, path, host: "127.0.0.1", headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
  expect(await status({})).toBe(200);
  expect(await status({ host: "localhost:4000" })).toBe(200);
  expect(await status({ origin: "https://example.com" })).toBe(403);
  expect(await status({ "sec-fetch-site": "cross-site" })).toBe(403);
  expect(await status({ host: "rebound.example.com" })).toBe(403);
  expect(await status({ host: "127.0.0.1.example.com" })).toBe(403);
});

test("unless it is asked for there is nothing of it", async () => {
  await using plain = await startCheckedGitHub();
  expect((await callAs(plain)("GET /_emulator/clock")).status).toBe(404);
});
