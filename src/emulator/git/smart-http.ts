/**
 * @module Git over HTTP: who may clone and push, and what follows a push. The protocol itself is the installed git's.
 *
 * @see https://git-scm.com/docs/gitprotocol-http
 */
import { pipeline, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { createGunzip } from "node:zlib";
import type { Context } from "hono";
import { authorize, roleOfPrincipal } from "../access/permissions.ts";
import { actorIdOf, type Principal } from "../access/principal.ts";
import type { Act } from "../acts/act.ts";
import { notePush, type RefChange } from "../acts/pushes.ts";
import { objectionsTo } from "../acts/ref-rules.ts";
import { workflowObjection } from "../acts/workflow-changes.ts";
import type { Demand } from "../http/admission.ts";
import type { Answer } from "../http/answer.ts";
import { type Admitted, exchange, type ServerParts } from "../http/exchange.ts";
import { type Connection, type Incoming, readIncoming } from "../http/incoming.ts";
import { Refusal } from "../http/refusal.ts";
import type { EmulatorApp } from "../http/server.ts";
import type { Services } from "../services.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { looksLikeCommit } from "./folder-git-store.ts";
import { type BackendRequest, runHttpBackend } from "./http-backend.ts";
import { nameProtection, readPushCommands } from "./push-commands.ts";
import { installPushHooks, type RefObjection, withObjections } from "./push-hooks.ts";

type Service = BackendRequest["service"];
type GitContext = Context<{ Bindings: Connection }>;

/** A request for a repository's git, found and allowed. */
interface GitRequest {
  readonly services: Services;
  readonly incoming: Incoming;
  readonly principal: Principal;
  readonly repository: RepositoryRow;
  readonly backend: BackendRequest;
}

/** Adds `/{owner}/{repo}.git/…`, with and without `.git`. */
export function mountSmartHttp(app: EmulatorApp, parts: ServerParts): void {
  app.get("/:owner/:repo/info/refs", async (context) => {
    const service = context.req.query("service");
    if (service === "git-upload-pack" || service === "git-receive-pack") {
      return serve(parts, context, service, "/info/refs");
    }
    return context.text("Please upgrade your git client.\n", 403);
  });
  for (const service of ["git-upload-pack", "git-receive-pack"] as const) {
    app.post(`/:owner/:repo/${service}`, (context) => serve(parts, context, service, `/${service}`));
  }
}

/** Only the API has limits. */
export const freeOfLimits: Demand = {
  resource: "core",
  cost: 0,
  load: { api: "rest", points: 0, contents: 0, issues: 0 },
};

async function serve(
  parts: ServerParts,
  context: GitContext,
  service: Service,
  path: string,
): Promise<Response> {
  const incoming = readIncoming(context.req.raw, context.env);
  const asked = {
    incoming,
    connection: context.env,
    operation: service.replace("-", "/"),
    docs: undefined,
    demand: freeOfLimits,
  } as const;
  const response = await exchange(parts, asked, async (admitted) => {
    try {
      return await answer(parts.services, context, incoming, admitted, service, path);
    } catch (error) {
      if (error instanceof Refusal) return plain(error.status, error.message, error.headers);
      throw error;
    }
  });
  if (response.status !== 401) return response;
  const headers = new Headers(response.headers);
  headers.set("www-authenticate", 'Basic realm="GitHub"');
  return new Response(response.body, { status: 401, headers });
}

export function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: `${text}\n`, headers: { ...headers, "content-type": "text/plain; charset=utf-8" } };
}

async function answer(
  services: Services,
  context: GitContext,
  incoming: Incoming,
  { principal }: Admitted,
  service: Service,
  path: string,
): Promise<Answer> {
  const { owner = "", repo = "" } = context.req.param();
  const name = repo.replace(/\.git$/u, "");
  const repository = findRepository(services, owner, name);
  if (repository === undefined) {
    const moved = findMoved(services, principal, owner, name);
    if (moved === undefined) throw unknown(principal);
    const to = `/${fullNameOf(services.world, moved)}.git${path}${incoming.search}`;
    return { ...plain(301, "Moved Permanently"), headers: { location: incoming.urls.html(to) } };
  }
  checkMay(services, principal, repository, service);
  const git = services.git.repository(repository.id);
  git.setHead(repository.defaultBranch);
  const request: GitRequest = {
    services,
    incoming,
    principal,
    repository,
    backend: {
      folder: git.folder(),
      service,
      method: incoming.method,
      path,
      query: incoming.search.slice(1),
      contentType: incoming.headers.get("content-type") ?? "",
      protocol: incoming.headers.get("git-protocol") ?? "",
      user: loginOf(services, principal) ?? "",
      body: bodyOf(context.req.raw),
    },
  };
  return path === "/git-receive-pack" ? receive(request) : pass(request);
}

export function findRepository({ world }: Services, login: string, name: string): RepositoryRow | undefined {
  const owner = world.accounts.find("login", login.toLowerCase());
  return owner && world.repositories.find("fullName", `${owner.id}/${name.toLowerCase()}`);
}

/** Where a repository is now that was renamed or transferred. */
function findMoved(
  { world }: Services,
  principal: Principal,
  owner: string,
  name: string,
): RepositoryRow | undefined {
  const known = world.redirects.find("fullName", `${owner}/${name}`.toLowerCase());
  const repository = known && world.repositories.get(known.repositoryId);
  if (repository === undefined || roleOfPrincipal(world, principal, repository) === "none") return undefined;
  return repository;
}

/** Nobody is told of what there is; who has not signed in is asked to do so. */
function unknown({ kind }: Principal): Refusal {
  return kind === "anonymous"
    ? new Refusal(401, "Repository not found.")
    : new Refusal(404, "Repository not found.");
}

/** @throws {Refusal} 401, 403, 404 */
function checkMay(
  services: Services,
  principal: Principal,
  repository: RepositoryRow,
  service: Service,
): void {
  const isWrite = service === "git-receive-pack";
  try {
    authorize(services.world, principal, repository, {
      permission: "contents",
      level: isWrite ? "write" : "read",
      role: isWrite ? "write" : "read",
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status === 404) throw unknown(principal);
    if (error.status !== 403) throw error;
    const full = fullNameOf(services.world, repository);
    throw new Refusal(
      403,
      `Permission to ${full}.git denied to ${loginOf(services, principal) ?? "nobody"}.`,
    );
  }
  if (isWrite && repository.isArchived) {
    throw new Refusal(403, "This repository was archived so it is read-only.");
  }
}

function loginOf({ world }: Services, principal: Principal): string | undefined {
  const id = actorIdOf(principal);
  return id === undefined ? undefined : world.accounts.get(id)?.login;
}

/** Git compresses what it sends where that is long. */
function bodyOf(request: Request): Readable | undefined {
  if (request.body === null) return undefined;
  const body = Readable.fromWeb(request.body as NodeStream);
  if (!/\bgzip\b/iu.test(request.headers.get("content-encoding") ?? "")) return body;
  // What is wrong with it shows where it is read.
  return pipeline(body, createGunzip(), () => undefined);
}

async function pass({ backend }: GitRequest): Promise<Answer> {
  const { status, headers, body } = await runHttpBackend(backend);
  const isWhole = backend.method === "GET";
  return { status, headers, body: isWhole ? await buffer(body) : Readable.toWeb(body) };
}

async function receive(request: GitRequest): Promise<Answer> {
  const { services, backend, repository } = request;
  const git = services.git.repository(repository.id);
  const { commands, body } = await commandsOf(backend.body);
  const changes = commands.map(({ ref, after }) => ({ ref, before: git.ref(ref), after }));
  installPushHooks(backend.folder);
  const objections = changes.flatMap((change) => refObjections(actOf(request), change));
  const limits = { objections, fileBytes: services.sizes.pushedBytes };
  const answered = await withObjections(backend.folder, limits, async (environment) => {
    const { status, headers, body: output } = await runHttpBackend({ ...backend, body, environment });
    return { status, headers, body: nameProtection(await buffer(output)) };
  });
  const done = changes.filter(({ ref, before, after }) => before !== after && git.ref(ref) === after);
  for (const { ref, before } of done) services.git.noteRef(repository.id, ref, before);
  notePush(actOf(request), done);
  return answered;
}

function refObjections(act: Act, change: RefChange): RefObjection[] {
  const { ref, before, after } = change;
  if (before === undefined && looksLikeCommit(ref)) return invalidName(ref);
  const workflows = after === undefined ? undefined : workflowObjection(act);
  return [
    ...objectionsTo(act, change).map((objection) => ({ ref, ...objection })),
    ...(workflows === undefined ? [] : [{ ref, when: "workflows", message: workflows } as const]),
  ];
}

/** In GitHub's words. */
function invalidName(ref: string): RefObjection[] {
  const name = ref.replace(/^refs\/(?:heads|tags)\//u, "");
  return [
    {
      ref,
      when: "always",
      message: "GH002: Sorry, branch or tag names consisting of 40 hex characters are not allowed.",
    },
    { ref, when: "always", message: `Invalid branch or tag name "${name}"` },
  ];
}

/** @throws {Refusal} 400 for what is no push */
async function commandsOf(body: Readable | undefined): ReturnType<typeof readPushCommands> {
  try {
    return await readPushCommands(body ?? Readable.from([]));
  } catch {
    throw new Refusal(400, "This is no push.");
  }
}

function actOf({ services, incoming, principal, repository }: GitRequest): Act {
  const { world } = services;
  return {
    services,
    principal,
    actor: world.accounts.get(actorIdOf(principal)!)!,
    repository,
    role: roleOfPrincipal(world, principal, repository),
    urls: incoming.urls,
    version: "2022-11-28",
    nowMs: services.clock.now(),
  };
}
