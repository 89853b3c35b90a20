/**
 * @module `hubstead/github/opentelemetry`: the client's figures as OpenTelemetry metrics, by its conventions for HTTP clients. For
 * programs that use `@opentelemetry/api`; nothing else loads it. Nothing is added to requests: GitHub gets no trace ids.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#http-client
 */
import type { Attributes, Meter, ObservableResult } from "@opentelemetry/api";
import type { GitHubFetch } from "../fetch/create-github-fetch.ts";
import type { GitHubEvent } from "../fetch/telemetry.ts";

export interface OpenTelemetryOptions {
  /** Default: the global provider's, under the name `hubstead`. */
  readonly meter?: Meter;
}

/**
 * @returns stops it
 * @throws when `@opentelemetry/api` is not installed
 */
export async function exposeToOpenTelemetry(
  fetch: GitHubFetch,
  options: OpenTelemetryOptions = {},
): Promise<() => void> {
  const { metrics } = await import("@opentelemetry/api");
  const meter = options.meter ?? metrics.getMeter("hubstead");
  const duration = meter.createHistogram("http.client.request.duration", {
    unit: "s",
    description: "Duration of requests to GitHub",
  });
  const wait = meter.createHistogram("github.rate_limit.wait.duration", {
    unit: "s",
    description: "For its turn and for limits before a request",
  });
  const refusals = meter.createCounter("github.rate_limit.refusals", {
    description: "Refusals of GitHub's for one of its limits",
  });
  const ambiguous = meter.createCounter("github.ambiguous_writes", {
    description: "Writes of which nobody knows whether they took effect",
  });
  const remaining = meter.createObservableGauge("github.rate_limit.remaining", {
    description: "What is left of GitHub's allowance",
  });
  const observe = async (result: ObservableResult<Attributes>): Promise<void> => {
    for (const { principal, budgets } of await fetch.limits()) {
      for (const { resource, remaining: left } of budgets) {
        result.observe(left, { "github.rate_limit.resource": resource, "github.principal": principal });
      }
    }
  };
  remaining.addCallback(observe);
  const stop = fetch.listen((event: GitHubEvent) => {
    if (event.kind === "request") {
      const { method, route, host, status, failure, lane } = event;
      duration.record(event.durationMs / 1_000, {
        "http.request.method": method,
        "url.template": route,
        "server.address": host.replace(/:\d+$/u, ""),
        ...(status === undefined ? {} : { "http.response.status_code": status }),
        ...(failure === undefined ? {} : { "error.type": failure }),
      });
      wait.record(event.waitedMs / 1_000, { "github.lane": lane });
    }
    if (event.kind === "refusal") refusals.add(1, { "github.refusal.reason": event.reason });
    if (event.kind === "ambiguous" && event.outcome === "unknown") ambiguous.add(1);
  });
  return () => {
    stop();
    remaining.removeCallback(observe);
  };
}
