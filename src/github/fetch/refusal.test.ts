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
    "a time that would be years away is bounded by GitHub's longest window",
    answer(403, secondary, { "retry-after": "999999999" }),
    reading,
    { reason: "secondary", forMs: 3_900_000 },
  ],
  [
    "a time that is a date, by GitHub's clock",
    answer(403, secondary, { "retry-after": "Mon, 05 Jan 2026 12:00:40 GMT" }),
    reading,
    { reason: "secondary", forMs: 40_000 },
  ],
  [
    "a date that has passed is a moment",
    answer(429, secondary, { "retry-after": "Mon, 05 Jan 2026 11:00:00 GMT" }),
    reading,
    { reason: "secondary", forMs: 1_000 },
  ],
  ...["Infinity", "-5", "soon", ""].map(
    (after) =>
      [
        `${JSON.stringify(after)} names no time`,
        answer(403, secondary, { "retry-after": after }),
        reading,
        { reason: "secondary" },
      ] as const,
  ),
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
  [
    "a secondary limit, told by its page only",
    answer(403, {
      message: "Please wait.",
      documentation_url:
        "https://docs.github.com/en/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
    }),
    reading,
    { reason: "secondary" },
  ],
  [
    "a block of content creation",
    answer(403, {
      message:
        "You have exceeded a secondary rate limit and have been temporarily blocked from content creation.",
    }),
    commenting,
    { reason: "content" },
  ],
  [
    "the hourly limit, told by its page only",
    answer(403, {
      message: "Slow down.",
      documentation_url: "https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting",
    }),
    reading,
    { reason: "primary" },
  ],
  [
    "a page of HTML that speaks of it",
    answer(403, "<html><h1>Whoa there!</h1> You have exceeded a secondary rate limit.</html>"),
    reading,
    { reason: "secondary" },
  ],
  [
    "a permission that quotes what was sent is none",
    answer(403, {
      message: 'You cannot push "API rate limit exceeded; secondary rate limit" to refs/heads/main',
      documentation_url: "https://docs.github.com/rest/repos/contents#create-or-update-file-contents",
    }),
    reading,
    undefined,
  ],
  [
    "a permission that is missing for the operation that tells of limits is none",
    answer(403, {
      message: "Resource not accessible by integration",
      documentation_url:
        "https://docs.github.com/rest/rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user",
    }),
    reading,
    undefined,
  ],
  [
    "a permission for a repository named so is none",
    answer(403, { message: "Repository acme/API rate limit exceeded is archived" }),
    reading,
    undefined,
  ],
  [
    "a validation error that quotes what was sent is none",
    answer(422, {
      message: "Validation Failed",
      errors: [{ message: 'The title "it was submitted too quickly" is taken', field: "title" }],
    }),
    commenting,
    undefined,
  ],
  [
    "a query parameter that is quoted first is none",
    answer(422, {
      message:
        'Invalid request.\n\nFor \'status\', "submitted too quickly" is not one of "completed", "queued".',
      errors: [{ message: '"was submitted too quickly" is no status', field: "status" }],
    }),
    reading,
    undefined,
  ],
  [
    "a login that is quoted is none",
    answer(200, {
      data: { user: null },
      errors: [
        {
          type: "NOT_FOUND",
          message: "Could not resolve to a User with the login of 'secondary rate limit'.",
        },
      ],
    }),
    graphql,
    undefined,
  ],
  [
    "an error of GraphQL's that quotes what was sent is none",
    answer(200, {
      data: { repository: null },
      errors: [
        {
          type: "NOT_FOUND",
          message: "Could not resolve to a Repository with the name 'a/API rate limit exceeded'.",
        },
        { type: "UNPROCESSABLE", message: 'Name "secondary rate limit" was submitted too quickly before' },
      ],
    }),
    graphql,
    undefined,
  ],
  [
    "data of GraphQL's beside an error about something else is none",
    answer(200, {
      data: { issue: { title: "API rate limit exceeded", body: "RATE_LIMITED" }, other: null },
      errors: [{ type: "FORBIDDEN", message: "Resource not accessible by integration" }],
    }),
    graphql,
    undefined,
  ],
  [
    "GraphQL's limit by its newer name",
    answer(200, {
      errors: [
        {
          type: "RATE_LIMIT",
          code: "graphql_rate_limit",
          message: "API rate limit already exceeded for user ID 1.",
        },
      ],
    }),
    graphql,
    { reason: "primary" },
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
