/**
 * @module `hubstead/github/prom-client`: the client's figures as Prometheus metrics, under the names of `github_api_*`. For programs
 * that use prom-client; nothing else loads it.
 */
import type { Counter, Gauge, Histogram, Registry } from "prom-client";
import { HubsteadError } from "../../errors.ts";
import type { GitHubFetch } from "../fetch/create-github-fetch.ts";
import type { GitHubEvent, RequestEvent } from "../fetch/telemetry.ts";

export interface PromOptions {
  /** Where the metrics are registered. Default: prom-client's own registry. */
  readonly registry?: Registry;
}

// Seconds. GitHub ends a request of the API after 10.
const durationBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const waitBuckets = [0.01, 0.1, 1, 5, 15, 60, 300, 3_600];

/**
 * Keeps Prometheus metrics of everything that goes through a governed fetch. Routes are templates, principals are names of
 * installations or digests: no token, path or repository ever becomes a label.
 *
 * @returns stops it; the metrics stay registered
 * @throws {HubsteadError} `already_exists` where the registry has these metrics of another call
 * @throws when prom-client is not installed
 */
export async function exposeToPrometheus(
  fetch: GitHubFetch,
  { registry }: PromOptions = {},
): Promise<() => void> {
  const prom = await import("prom-client");
  const registers = [registry ?? prom.register];
  if (registers[0]!.getSingleMetric("github_api_requests_total") !== undefined) {
    throw new HubsteadError("already_exists", "the registry has the metrics of a governed fetch already", {
      hint: "Expose each fetch once (what `with` gives is the same one), and another one in another `registry`.",
      data: { path: "registry" },
    });
  }
  const counter = <T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> =>
    new prom.Counter({ name: `github_api_${name}`, help, labelNames: [...labelNames], registers });
  const histogram = <T extends string>(
    name: string,
    help: string,
    labelNames: readonly T[],
    buckets: number[],
  ): Histogram<T> =>
    new prom.Histogram({ name: `github_api_${name}`, help, labelNames: [...labelNames], buckets, registers });

  const metrics: Metrics = {
    requests: counter("requests_total", "Requests to GitHub that were sent", [
      "method",
      "route",
      "status",
      "resource",
    ]),
    errors: counter("errors_total", "Answers of 400 and more, and requests without an answer", [
      "kind",
      "status",
    ]),
    duration: histogram(
      "request_duration_seconds",
      "From sending a request to its answer",
      ["method", "route"],
      durationBuckets,
    ),
    wait: histogram(
      "rate_limit_wait_seconds",
      "For its turn and for limits before a request",
      ["lane"],
      waitBuckets,
    ),
    refusals: counter("secondary_limit_hits_total", "Refusals of GitHub's for one of its limits", ["reason"]),
    cache: counter("cache_total", "Reads by what the cache did for them", ["result"]),
    retries: counter("retries_total", "Attempts that failed", ["class"]),
    ambiguous: counter("ambiguous_writes_total", "Writes of which nobody knows whether they took effect", []),
    mints: counter("token_mints_total", "Installation tokens that GitHub has issued", []),
  };
  exposeLimits(fetch, prom.Gauge, registers);
  return fetch.listen((event) => note(metrics, event));
}

interface Metrics {
  readonly requests: Counter<"method" | "route" | "status" | "resource">;
  readonly errors: Counter<"kind" | "status">;
  readonly duration: Histogram<"method" | "route">;
  readonly wait: Histogram<"lane">;
  readonly refusals: Counter<"reason">;
  readonly cache: Counter<"result">;
  readonly retries: Counter<"class">;
  readonly ambiguous: Counter;
  readonly mints: Counter;
}

function note(metrics: Metrics, event: GitHubEvent): void {
  switch (event.kind) {
    case "request":
      noteRequest(metrics, event);
      break;
    case "refusal":
      metrics.refusals.inc({ reason: event.reason });
      break;
    case "cache":
      metrics.cache.inc({ result: event.result });
      break;
    case "retry":
      metrics.retries.inc({ class: event.effect });
      break;
    case "ambiguous":
      if (event.outcome === "unknown") metrics.ambiguous.inc();
  }
}

function noteRequest(metrics: Metrics, event: RequestEvent): void {
  const { method, route, lane, status, resource = "none", failure } = event;
  metrics.requests.inc({ method, route, status: String(status ?? "none"), resource });
  metrics.duration.observe({ method, route }, event.durationMs / 1_000);
  metrics.wait.observe({ lane }, event.waitedMs / 1_000);
  if (failure !== undefined) metrics.errors.inc({ kind: failure, status: "none" });
  else if ((status ?? 0) >= 400) {
    metrics.errors.inc({ kind: event.isLimit === true ? "limit" : "answer", status: String(status) });
  }
  if (status === 201 && route === "/app/installations/{installation_id}/access_tokens") metrics.mints.inc();
}

/** What is so now is asked for when the metrics are read. */
function exposeLimits(fetch: GitHubFetch, GaugeClass: typeof Gauge, registers: Registry[]): void {
  type Views = Awaited<ReturnType<GitHubFetch["limits"]>>;
  const gauge = <T extends string>(
    name: string,
    help: string,
    labelNames: readonly T[],
    set: (views: Views, gauge: Gauge<T>) => void,
  ): void => {
    new GaugeClass({
      name: `github_api_${name}`,
      help,
      labelNames: [...labelNames],
      registers,
      async collect() {
        this.reset();
        set(await fetch.limits(), this);
      },
    });
  };
  const budgetLabels = ["resource", "principal"] as const;
  const eachBudget = (
    views: Views,
    set: (labels: Record<"resource" | "principal", string>, budget: Views[number]["budgets"][number]) => void,
  ) => {
    for (const { principal, budgets } of views) {
      for (const budget of budgets) set({ principal, resource: budget.resource }, budget);
    }
  };
  gauge("rate_limit_limit", "What GitHub allows in its window", budgetLabels, (views, own) =>
    eachBudget(views, (labels, { limit }) => own.set(labels, limit)),
  );
  gauge("rate_limit_remaining", "What is left of it", budgetLabels, (views, own) =>
    eachBudget(views, (labels, { remaining }) => own.set(labels, remaining)),
  );
  gauge("rate_limit_reset_seconds", "In how many seconds the window ends", budgetLabels, (views, own) =>
    eachBudget(views, (labels, { resetsInMs }) => own.set(labels, resetsInMs / 1_000)),
  );
  gauge("queue_depth", "Requests that wait", ["lane"], (views, own) => {
    for (const { lanes } of views)
      for (const [lane, depth] of Object.entries(lanes)) own.inc({ lane }, depth);
  });
  gauge("inflight", "Requests under way", [], (views, own) =>
    own.set(views.reduce((sum, view) => sum + view.inFlight, 0)),
  );
  gauge(
    "content_budget_remaining",
    "What may still be made that notifies people",
    ["window", "principal"],
    (views, own) => {
      for (const { principal, windows } of views) {
        for (const { name, limit, used } of windows) {
          if (/^(?:content|issues)\//u.test(name))
            own.set({ window: name, principal }, Math.max(0, limit - used));
        }
      }
    },
  );
}
