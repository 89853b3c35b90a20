/**
 * @module Files as they are, where `download_url` leads: `/{owner}/{repo}/raw/{ref}/{path}`.
 */
import { authorize } from "../access/permissions.ts";
import type { Principal } from "../access/principal.ts";
import type { Answer } from "../http/answer.ts";
import { exchange, type ServerParts } from "../http/exchange.ts";
import { readIncoming } from "../http/incoming.ts";
import { Refusal } from "../http/refusal.ts";
import type { EmulatorApp } from "../http/server.ts";
import type { Services } from "../services.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { isBinary } from "./line-diff.ts";
import { entryAt, findCommit, readCommit } from "./revisions.ts";
import { findRepository, freeOfLimits, plain } from "./smart-http.ts";

/** What stands in place of an owner in paths of the API; GitHub gives nobody these names. */
const apiFolders: readonly string[] = ["networks", "orgs", "repos", "user"];

export function mountRawFiles(app: EmulatorApp, parts: ServerParts): void {
  app.get("/:owner/:repo/raw/:rest{.+}", (context, next) => {
    const { owner, repo, rest } = context.req.param();
    if (apiFolders.includes(owner)) return next();
    const asked = {
      incoming: readIncoming(context.req.raw, context.env),
      connection: context.env,
      operation: "web/raw-file",
      docs: undefined,
      demand: freeOfLimits,
    };
    return exchange(parts, asked, ({ principal }) =>
      answer(parts.services, principal, { owner, repo, rest }),
    );
  });
}

function answer(
  services: Services,
  principal: Principal,
  { owner, repo, rest }: { readonly owner: string; readonly repo: string; readonly rest: string },
): Answer {
  const repository = findRepository(services, owner, repo);
  if (repository === undefined || !mayRead(services, principal, repository))
    return plain(404, "404: Not Found");
  const content = readFile(services, repository, rest);
  if (content === undefined) return plain(404, "404: Not Found");
  // Never a page that a browser would run.
  const type = isBinary(content) ? "application/octet-stream" : "text/plain; charset=utf-8";
  return { status: 200, body: content, headers: { "content-type": type } };
}

function mayRead({ world }: Services, principal: Principal, repository: RepositoryRow): boolean {
  try {
    authorize(world, principal, repository, { permission: "contents", level: "read", role: "read" });
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** @param rest a ref, which may hold slashes, and a path */
function readFile(
  services: Services,
  { id, defaultBranch }: RepositoryRow,
  rest: string,
): Buffer | undefined {
  const git = services.git.repository(id);
  const parts = rest.split("/");
  for (let length = 1; length < parts.length; length++) {
    const commit = findCommit(git, parts.slice(0, length).join("/"), defaultBranch);
    const tree = commit === undefined ? undefined : readCommit(git, commit).tree;
    const entry = tree === undefined ? undefined : entryAt(git, tree, parts.slice(length).join("/"));
    const object = entry === undefined ? undefined : git.read(entry.oid);
    if (object?.kind === "blob") return object.content;
  }
  return undefined;
}
