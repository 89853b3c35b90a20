/**
 * @module Which path is which operation.
 */
import { Hono } from "hono";
import { isJsonObject } from "../../base/json.ts";
import {
  checkRequest,
  describedOperation,
  nameOfUnserved,
  nameOfUnservedInside,
} from "../description/description.ts";
import type { Call, Heads, Operation } from "../operations/operation.ts";
import type { World } from "../world/world.ts";
import type { Demand } from "./admission.ts";
import type { Answer } from "./answer.ts";
import { type Admitted, exchange, type ServerParts, unrouted } from "./exchange.ts";
import { headsOf, work } from "./heads.ts";
import { type Connection, type Incoming, queryOf, readIncoming, withoutPrefix } from "./incoming.ts";
import { notFound, notServed } from "./refusal.ts";
import { failureToAnswer } from "./response.ts";
import { comparePaths, routePath } from "./route-path.ts";

export type EmulatorApp = Hono<{ Bindings: Connection }>;

/** @param mount adds what is not of the REST API */
export function createServer(
  parts: ServerParts,
  operations: readonly Operation[],
  mount: (app: EmulatorApp) => void,
): EmulatorApp {
  const app: EmulatorApp = new Hono({ getPath: (request) => pathOf(request, parts.services.world) });
  // What reaches this was cut off by closing, or could not even be answered; Hono would print it.
  app.onError((error) => Response.json(failureToAnswer(error).body, { status: 500 }));
  app.options("*", () => {
    const date = new Date(parts.services.clock.now()).toUTCString();
    return new Response(null, { status: 204, headers: { ...preflightHeaders, date } });
  });
  mount(app);
  /** @param unserved absent: GitHub has no such path either */
  const refuse = (
    { env: connection }: { readonly env: Connection },
    incoming: Incoming,
    unserved: string | undefined,
  ) => {
    const operation = unserved ?? unrouted;
    const isFree = operation === unrouted && incoming.headers.has("authorization");
    const asked = demandOf(incoming, operation, false);
    const demand = isFree ? { ...asked, cost: 0 } : asked;
    return exchange(parts, { incoming, connection, operation, docs: undefined, demand }, () => {
      throw unserved === undefined ? notFound() : notServed(unserved);
    });
  };
  const described = operations.map((operation) => ({ operation, ...describedOperation(operation.name) }));
  const routes = [...described, ...described.flatMap((route) => oldPathsOf(route))];
  for (const { operation, method, path, docs, notifies = false } of routes.sort((a, b) =>
    comparePaths(a.path, b.path),
  )) {
    app.on(method, routePath(path), (context) => {
      const incoming = readIncoming(context.req.raw, context.env);
      const other = nameOfUnservedInside(operation.name, context.req.path);
      if (other !== undefined) return refuse(context, incoming, other);
      const demand = demandOf(incoming, operation.name, notifies);
      const asked = { incoming, connection: context.env, operation: operation.name, docs, demand };
      const params = context.req.param();
      const heads = operation.races === true ? headsOf({ services: parts.services, params }) : undefined;
      return exchange(parts, asked, (admitted) => call(parts, incoming, admitted, operation, params, heads));
    });
  }
  app.all("*", (context) => {
    const incoming = readIncoming(context.req.raw, context.env);
    return refuse(context, incoming, nameOfUnserved(incoming.method, context.req.path));
  });
  return app;
}

/** Paths that GitHub's description no longer has, and that its servers and older clients still know. */
const oldPaths: Readonly<Record<string, string>> = {
  "git/get-ref": "/repos/{owner}/{repo}/git/refs/{ref}",
  "git/list-matching-refs": "/repos/{owner}/{repo}/git/refs",
  // `statuses_url` of repositories and pull requests is this one.
  "repos/list-commit-statuses-for-ref": "/repos/{owner}/{repo}/statuses/{ref}",
};

function oldPathsOf<Route extends { readonly operation: Operation; readonly method: string }>(route: Route) {
  const path = oldPaths[route.operation.name];
  return path === undefined ? [] : [{ ...route, path }];
}

/** For browsers that ask first. @see https://docs.github.com/rest/using-the-rest-api/using-cors-and-jsonp-to-make-cross-origin-requests */
const preflightHeaders = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, PATCH, PUT, DELETE",
  "access-control-allow-headers":
    "Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, Accept-Encoding, X-GitHub-OTP, X-Requested-With, User-Agent, GraphQL-Features, X-Github-Next-Global-ID, X-GitHub-Api-Version",
  "access-control-max-age": "86400",
};

/** Without an Enterprise Server's prefix, and what is named by its id as it is named by its name. */
function pathOf(request: Request, world: World): string {
  const start = request.url.indexOf("/", 8);
  const end = request.url.indexOf("?", start);
  const { path: whole } = withoutPrefix(request.url.slice(start, end === -1 ? undefined : end));
  // A list of everything: what it may be narrowed by is empty.
  const path = whole.replace(/\/(contents|matching-refs|tarball|zipball)\/$/u, "/$1");
  return namedPath(path, world) ?? path;
}

/**
 * `/repositories/{id}/…` as `/repos/{owner}/{repo}/…`, and `/organizations/{id}/team/{id}/…`, as teams name themselves, as
 * `/orgs/{org}/teams/{team_slug}/…`.
 */
function namedPath(path: string, world: World): string | undefined {
  // No account has such a name: what is not there answers like what one may not see.
  const [, id, rest = ""] = /^\/repositories\/(\d+)(\/.*)?$/u.exec(path) ?? [];
  if (id !== undefined) {
    const repository = world.repositories.get(Number(id));
    if (repository === undefined) return `/repos/-/-${rest}`;
    return `/repos/${world.accounts.get(repository.ownerId)!.login}/${repository.name}${rest}`;
  }
  const [, owner, team, below = ""] = /^\/organizations\/(\d+)\/team\/(\d+)(\/.*)?$/u.exec(path) ?? [];
  if (owner === undefined) return undefined;
  const row = world.teams.get(Number(team));
  if (row?.organizationId !== Number(owner)) return `/orgs/-/teams/-${below}`;
  return `/orgs/${world.accounts.get(row.organizationId)!.login}/teams/${row.slug}${below}`;
}

function demandOf({ method }: Incoming, operation: string, notifies: boolean): Demand {
  const isRead = method === "GET" || method === "HEAD";
  return {
    resource:
      operation === "search/code" ? "code_search" : operation.startsWith("search/") ? "search" : "core",
    cost: operation === "rate-limit/get" ? 0 : 1,
    load: {
      api: "rest",
      points: isRead ? 1 : 5,
      contents: notifies ? 1 : 0,
      issues: operation === "issues/create" ? 1 : 0,
    },
  };
}

async function call(
  { services, worldFor, gitFor, closing }: ServerParts,
  incoming: Incoming,
  { principal, version, readContent }: Admitted,
  operation: Operation,
  params: Readonly<Record<string, string>>,
  headsBefore: Heads | undefined,
): Promise<Answer> {
  if (Object.entries(params).some(isNoNumber)) throw notFound();
  checkNotRendered(operation.name, incoming.headers.get("accept") ?? "");
  // A file is received once its operation has looked whether it may come.
  const sent = operation.takesFile === true ? "" : await readContent();
  if (headsBefore !== undefined) await work(closing);
  const query = queryOf(incoming.search);
  // Older clients say in the query what is to be deleted, since some proxies drop the body.
  const content = sent === undefined && operation.name === "repos/delete-file" ? query : sent;
  const made: Call = {
    services: { ...services, git: gitFor(operation.name, incoming.method) },
    listedGit: gitFor("list", incoming.method),
    world: worldFor(operation.name, incoming.method),
    principal,
    params,
    query,
    body: isJsonObject(content) ? content : {},
    content,
    headers: incoming.headers,
    method: incoming.method,
    target: incoming.target,
    urls: incoming.urls,
    version,
    nowMs: services.clock.now(),
    headsBefore,
    async receive(take) {
      const taken = await take(incoming.pieces());
      closing.throwIfAborted();
      return taken;
    },
    check: () => checkRequest(operation.name, version, { query, body: content }),
  };
  return operation.answer(made);
}

/** Numbers in paths are digits alone: nothing else leads anywhere. */
function isNoNumber([name, value]: readonly [string, string]): boolean {
  const isNumber = /_(?:id|number)$/u.test(name) && name !== "workflow_id";
  return isNumber && !/^\d+$/u.test(value);
}

/** What GitHub renders is not known here; an answer without it would be a wrong one. @throws {Refusal} 501 */
function checkNotRendered(operation: string, accept: string): void {
  if (!/^(?:issues|pulls)\/|^repos\/get-(?:content$|readme)/u.test(operation)) return;
  const [type] =
    /application\/vnd\.github\.(?:v3\.)?(?:html|text|full)(?:\+json)?(?![\w.+-])/u.exec(accept) ?? [];
  if (type !== undefined) throw notServed(`${operation} as ${type}`);
}
