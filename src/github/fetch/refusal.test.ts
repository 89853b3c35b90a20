import { expect, test } from "vitest";
import type { PauseNews } from "../limits/limiter-store.ts";
import type { Answer } from "./governed-request.ts";
import { operationOf } from "./operation.ts";
import { limitRefusalOf } from "./refusal.ts";

const at = Date.parse("2026-01-05T12:00:00Z");
const reset = String(at / 1_000 + 100);
const reading = operationOf("GET", "/repos/a/b");
const commenting = operationOf("POST", "/repos/a/b/issues/1/comments");
const graphql = operationOf("POST", "/graphql", '{"query":"mutation { addComment(input: {}) { x } }"}');

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: new Headers(headers), body: new TextEncoder().encode(text), url: "" };
}

const secondary = { message: "You have exceeded a secondary rate limit. Please wait." };
const empty = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset };

test.for<readonly [string, Answer, typeof reading, PauseNews | undefined]>([
  [
    "403 with nothing left waits for the reset",
    answer(403, {}, empty),
    reading,
    { reason: "primary", forMs: 101_000 },
  ],
  ["429 with nothing left, too", answer(429, {}, empty), reading, { reason: "primary", forMs: 101_000 }],
  [
    "a reset that has passed names no time",
    answer(403, {}, { ...empty, "x-ratelimit-reset": "1" }),
    reading,
    { reason: "primary" },
  ],
  [
    "a reset in a thousand years, in milliseconds by mistake, names none either",
    answer(403, {}, { ...empty, "x-ratelimit-reset": `${reset}000` }),
    reading,
    { reason: "primary" },
  ],
  [
    "a permission is none where nothing is left by chance",
    answer(403, { message: "Resource not accessible by integration" }, empty),
    reading,
    undefined,
  ],
  [
    "an anonymous caller's, by its words",
    answer(403, { message: "API rate limit exceeded for 1.2.3.4." }),
    reading,
    { reason: "primary" },
  ],
  [
    "a secondary limit with a time",
    answer(403, secondary, { "retry-after": "7" }),
    reading,
    { reason: "secondary", forMs: 7_000 },
  ],
  [
    "a secondary limit without one",
    answer(403, secondary, { "x-ratelimit-remaining": "4000" }),
    reading,
    { reason: "secondary" },
  ],
  [
    "429 with a time and no words",
    answer(429, "", { "retry-after": "7" }),
    reading,
    { reason: "secondary", forMs: 7_000 },
  ],
  ["429 with neither", answer(429, "Too many requests"), reading, { reason: "secondary" }],
  [
    "the old word for it",
    answer(403, { message: "You have triggered an abuse detection mechanism." }),
    reading,
    { reason: "secondary" },
  ],
  ["for content", answer(403, secondary), commenting, { reason: "content" }],
  [
    "for content as a validation error",
    answer(422, { message: "Validation Failed", errors: [{ message: "was submitted too quickly" }] }),
    commenting,
    { reason: "content" },
  ],
  [
    "a permission is none",
    answer(403, { message: "Resource not accessible by integration" }, { "x-ratelimit-remaining": "9" }),
    reading,
    undefined,
  ],
  ["a validation error is none", answer(422, { message: "Validation Failed" }), commenting, undefined],
  ["not found is none", answer(404, secondary), reading, undefined],
  ["a body that speaks of limits is none", answer(200, secondary), reading, undefined],
  [
    "GraphQL's own limit, with 200",
    answer(200, { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] }, empty),
    graphql,
    { reason: "primary", forMs: 101_000 },
  ],
  [
    "GraphQL's secondary limit, with 200",
    answer(200, { errors: [{ message: secondary.message }] }),
    graphql,
    { reason: "content" },
  ],
  [
    "GraphQL's limit for content, with 200",
    answer(200, {
      data: { addComment: null },
      errors: [{ type: "UNPROCESSABLE", message: "was submitted too quickly" }],
    }),
    graphql,
    { reason: "content" },
  ],
  [
    "GraphQL's secondary limit, with 403",
    answer(403, secondary, { "retry-after": "60" }),
    graphql,
    { reason: "content", forMs: 60_000 },
  ],
  [
    "an error of GraphQL's about something else",
    answer(200, { data: null, errors: [{ type: "NOT_FOUND", message: "Could not resolve to a node" }] }),
    graphql,
    undefined,
  ],
  [
    "an issue about rate limits",
    answer(200, { data: { issue: { body: '"errors": rate limit' } } }),
    graphql,
    undefined,
  ],
])("%s", ([, given, operation, pause]) => {
  expect(limitRefusalOf(given, operation, at)?.pause).toEqual(pause);
});

test("a part of several mutations that took effect is told", () => {
  const error = { type: "UNPROCESSABLE", message: "was submitted too quickly", path: ["b"] };
  const partly = answer(200, { data: { a: { x: 1 }, b: null }, errors: [error] });
  const wholly = answer(200, { data: { a: null, b: null }, errors: [error] });
  expect(limitRefusalOf(partly, graphql, at)?.isPartial).toBe(true);
  expect(limitRefusalOf(wholly, graphql, at)?.isPartial).toBe(false);
});
