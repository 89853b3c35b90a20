/**
 * @module Requests that are under way at the same time.
 */
import { once } from "node:events";
import { request } from "node:http";
import { json } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;

const file = (text: string) => ({ message: "m", content: Buffer.from(text).toString("base64") });

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: { repositories: { "ada/data": { files: { "README.md": "# Data\n" } } } },
  });
  ada = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

/** A write of a file that has arrived, and whose body comes when it is asked for. */
async function begin(path: string) {
  const sent = request(`${github.url}/repos/ada/data/contents/${path}`, {
    method: "PUT",
    headers: {
      authorization: `Bearer ${github.tokenFor("ada")}`,
      "user-agent": "test",
      expect: "100-continue",
    },
  });
  sent.flushHeaders();
  await once(sent, "continue");
  return async (text: string) => {
    sent.end(JSON.stringify(file(text)));
    const [answer] = await once(sent, "response");
    return { status: answer.statusCode, body: (await json(answer)) as { message: string } };
  };
}

test("of two writes to a branch that are under way together the later one is a conflict, also of another file", async () => {
  const before = (await ada("GET /repos/ada/data/git/ref/heads/main")).body.object.sha;
  const finish = await begin("b.txt");
  const first = await ada("PUT /repos/ada/data/contents/a.txt", file("first"));
  expect(first.status).toBe(201);
  const late = await finish("second");
  expect(late.status).toBe(409);
  expect(late.body.message).toBe(`is at ${first.body.commit.sha} but expected ${before}`);
  expect((await ada("GET /repos/ada/data/contents/b.txt")).status).toBe(404);
});

test("a write that is under way while another branch goes on is no conflict", async () => {
  const sha = (await ada("GET /repos/ada/data/git/ref/heads/main")).body.object.sha;
  await ada("POST /repos/ada/data/git/refs", { ref: "refs/heads/side", sha });
  const finish = await begin("b.txt");
  await ada("PUT /repos/ada/data/contents/a.txt", { ...file("first"), branch: "side" });
  expect((await finish("second")).status).toBe(201);
});

test("of many writes to a branch that have all arrived one gets through", async () => {
  const finishes = await Promise.all(Array.from({ length: 10 }, (_, at) => begin(`f${at}.txt`)));
  const answers = await Promise.all(finishes.map((finish) => finish("x")));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
});

test("writes one after the other never conflict", async () => {
  for (let at = 0; at < 10; at++)
    expect((await ada(`PUT /repos/ada/data/contents/f${at}.txt`, file("x"))).status).toBe(201);
});
