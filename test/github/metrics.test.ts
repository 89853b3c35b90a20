/**
 * @module What monitoring sees: metrics by their names, thresholds that tell and stop, and never a secret or a name.
 */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { metrics as otel } from "@opentelemetry/api";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import type { GitHubAlert } from "../../src/github/fetch/alerts.ts";
import { gitHubChannelName } from "../../src/github/fetch/telemetry.ts";
import { exposeToOpenTelemetry } from "../../src/github/metrics/opentelemetry.ts";
import { exposeToPrometheus } from "../../src/github/metrics/prom-client.ts";
import { startGoverned } from "./governed.ts";

const listing = "/repos/ada/hello/issues";

test("Prometheus gets the figures under their names, by routes and not by paths", async () => {
  const { call, fetch, github, token } = await startGoverned();
  const registry = new Registry();
  const stop = await exposeToPrometheus(fetch, { registry });
  await call("POST", listing, { title: "a" });
  await call("GET", `${listing}/1`);
  await call("GET", `${listing}/1`);
  await call("GET", `${listing}/99`);
  github.faults.add({ operation: "issues/create", times: 1, does: { kind: "reset" } });
  await expect(call("POST", listing, { title: "b" })).rejects.toMatchObject({ code: "ambiguous_write" });
  const text = await registry.metrics();
  const figureOf = (line: string) =>
    new RegExp(`^${line.replaceAll(/[{}/.()]/gu, "\\$&")} (.+)$`, "mu").exec(text)?.[1];
  const route = "/repos/{owner}/{repo}/issues/{issue_number}";
  expect(
    figureOf(`github_api_requests_total{method="GET",route="${route}",status="200",resource="core"}`),
  ).toBe("1");
  expect(
    figureOf(`github_api_requests_total{method="GET",route="${route}",status="304",resource="core"}`),
  ).toBe("1");
  expect(figureOf('github_api_errors_total{kind="answer",status="404"}')).toBe("1");
  expect(figureOf('github_api_errors_total{kind="network",status="none"}')).toBe("1");
  expect(figureOf('github_api_cache_total{result="revalidated"}')).toBe("1");
  expect(figureOf("github_api_ambiguous_writes_total")).toBe("1");
  expect(figureOf("github_api_inflight")).toBe("0");
  expect(text).toMatch(
    /^github_api_rate_limit_remaining\{principal="127\.0\.0\.1:\d+\/personal:\w+",resource="core"\} \d+$/mu,
  );
  expect(text).toMatch(
    /^github_api_content_budget_remaining\{window="content\/min",principal="[^"]+"\} 58$/mu,
  );
  expect(text).toMatch(/^github_api_rate_limit_wait_seconds_count\{lane="interactive-read"\} 3$/mu);
  expect(text).not.toContain(token);
  expect(text).not.toContain("hello");
  await expect(exposeToPrometheus(fetch, { registry })).rejects.toMatchObject({
    code: "already_exists",
    hint: expect.stringContaining("`registry`"),
  });
  stop();
  await call("GET", `${listing}/99`);
  expect(await registry.metrics()).toContain('github_api_errors_total{kind="answer",status="404"} 1');
});

test("OpenTelemetry gets them by its conventions", async () => {
  const { call, fetch } = await startGoverned();
  const recorded: [string, number, object][] = [];
  const record = (name: string) => ({
    record: (value: number, attributes: object) => void recorded.push([name, value, attributes]),
    add: (value: number, attributes: object = {}) => void recorded.push([name, value, attributes]),
    addCallback: () => undefined,
    removeCallback: () => undefined,
  });
  const meter = otel.getMeter("test");
  const recording = Object.assign(Object.create(meter) as typeof meter, {
    createHistogram: record,
    createCounter: record,
    createObservableGauge: record,
  });
  await exposeToOpenTelemetry(fetch, { meter: recording });
  await call("GET", listing);
  const duration = recorded.find(([name]) => name === "http.client.request.duration");
  expect(duration?.[2]).toEqual({
    "http.request.method": "GET",
    "url.template": "/repos/{owner}/{repo}/issues",
    "server.address": "127.0.0.1",
    "http.response.status_code": 200,
  });
});

test("the channel tells of every exchange, without paths and tokens", async () => {
  const { call, token } = await startGoverned();
  const told: unknown[] = [];
  const hear = (event: unknown) => void told.push(event);
  subscribe(gitHubChannelName, hear);
  await call("GET", `${listing}?per_page=7`);
  unsubscribe(gitHubChannelName, hear);
  expect(told).toMatchObject([
    { kind: "request", status: 200 },
    { kind: "cache", result: "miss" },
  ]);
  expect(JSON.stringify(told)).not.toMatch(/hello|per_page/u);
  expect(JSON.stringify(told)).not.toContain(token);
});

/** A fetch with thresholds so low that a few requests cross them. */
async function startWatched(alerts: object) {
  const raised: GitHubAlert[] = [];
  const governed = await startGoverned(
    { cache: false, alerts: { onAlert: (alert: GitHubAlert) => void raised.push(alert), ...alerts } },
    { limits: { core: { user: 600 } } },
  );
  const names = () => raised.map(({ name }) => name);
  return { ...governed, raised, names };
}

test("each threshold is told of once, when it is crossed", async () => {
  const { call, raised, names, clock } = await startWatched({ warnAt: 3, blockAt: 5 });
  for (let turn = 0; turn < 7; turn++) await call("GET", listing);
  expect(names()).toEqual(["requests_high", "requests_blocked"]);
  expect(raised[0]).toMatchObject({ metric: "github_api_requests_total", value: 4, threshold: 3 });
  await clock.sleep(2 * 3_600_000);
  for (let turn = 0; turn < 4; turn++) await call("GET", listing);
  expect(names()).toEqual(["requests_high", "requests_blocked", "requests_high"]);
});

test("a threshold that is to block lets nothing more through", async () => {
  const { call, fetch, github } = await startWatched({ blockAt: 5, block: true });
  for (let turn = 0; turn < 5; turn++) await call("GET", listing);
  const impatient = fetch.with({ maxWaitMs: 1_000 });
  await expect(call("GET", listing, undefined, impatient)).rejects.toMatchObject({
    code: "rate_limited",
    data: { because: { kind: "window", name: "requests/h" } },
  });
  expect(github.requests.count("issues/list-for-repo")).toBe(5);
});

test("little that is left is told of", async () => {
  const { call, raised } = await startWatched({ remaining: 598 });
  for (let turn = 0; turn < 3; turn++) await call("GET", listing);
  expect(raised).toMatchObject([{ name: "remaining_low", value: 597, threshold: 598 }]);
});

test("a 403 for a permission is told apart from one for a limit, and pauses only where it is to", async () => {
  const forbidden = {
    kind: "status",
    status: 403,
    body: { message: "Resource not accessible by integration" },
  } as const;
  const lenient = await startWatched({});
  lenient.github.faults.add({ operation: "issues/list-for-repo", times: 1, does: forbidden });
  await lenient.call("GET", listing);
  const since = lenient.clock.now();
  await lenient.call("GET", listing);
  expect([lenient.names(), lenient.clock.now() - since]).toEqual([["forbidden"], 0]);

  const strict = await startWatched({ pause: true });
  strict.github.faults.add({ operation: "issues/list-for-repo", times: 1, does: forbidden });
  await strict.call("GET", listing);
  const from = strict.clock.now();
  await strict.call("GET", listing);
  expect(strict.clock.now() - from).toBeGreaterThanOrEqual(60_000);
});
