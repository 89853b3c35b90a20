/**
 * @module What the client says that requests will take is what they take.
 */
import { expect, test } from "vitest";
import { startGoverned } from "./governed.ts";

const issues = "/repos/ada/hello/issues";
const many = (count: number) => Array.from({ length: count }, () => ({ method: "POST", path: issues }));

test.each(["backfill", "interactive-write"] as const)(
  "requests of the lane %s take as long as was said before",
  async (lane) => {
    const { call, clock, fetch } = await startGoverned();
    const patient = fetch.with({ lane, maxWaitMs: 1e9, timeoutMs: 1e9 });
    await call("POST", issues, { title: "before" });
    const [said, startedAt] = [await patient.forecast(many(200)), clock.now()];
    for (let count = 0; count < 200; count++)
      expect((await call("POST", issues, { title: `${count}` }, patient)).status).toBe(201);
    const took = clock.now() - startedAt;
    expect(said / took).toBeGreaterThan(0.95);
    expect(said / took).toBeLessThan(1.1);
    // Issues have a limit of their own: 140 an hour, of which the lane that nobody waits for takes four fifths.
    expect(Math.floor(took / 3_600_000)).toBe(1);
  },
  120_000,
);

test("nothing is sent for it, and nothing used up", async () => {
  const { fetch, github, clock } = await startGoverned();
  const startedAt = clock.now();
  expect(await fetch.forecast(many(1_000))).toBeGreaterThan(6 * 3_600_000);
  expect(await fetch.forecast([])).toBe(0);
  expect(github.requests.list()).toEqual([]);
  expect(clock.now()).toBe(startedAt);
  expect(await fetch.limits()).toEqual([]);
});

test("of a mutation each part counts", async () => {
  const { fetch } = await startGoverned();
  const fields = Array.from(
    { length: 10 },
    (_, index) => `a${index}: addComment(input: $i) { clientMutationId }`,
  );
  const body = JSON.stringify({ query: `mutation($i: AddCommentInput!) { ${fields.join(" ")} }` });
  const mutations = Array.from({ length: 12 }, () => ({ method: "POST", path: "/graphql", body }));
  // 120 comments at 60 a minute.
  expect(await fetch.forecast(mutations)).toBeGreaterThan(60_000);
  expect(await fetch.forecast(mutations.slice(0, 6))).toBeLessThan(60_000);
});
