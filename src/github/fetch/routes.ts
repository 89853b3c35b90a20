/**
 * @module Which route of GitHub's REST API a path belongs to: `/repos/{owner}/{repo}/issues`. From GitHub's own description.
 */
import described from "./described-routes.json" with { type: "json" };

export interface Route {
  /** As GitHub describes it; `unknown` for a path that it does not describe. */
  readonly template: string;
  /** Whether a method there notifies people. @see https://github.com/github/rest-api-description, `x-github.triggersNotification` */
  notifies(method: string): boolean;
}

interface Branch {
  readonly next: Map<string, Branch>;
  any?: Branch;
  template?: string;
}

const unknownRoute: Route = { template: "unknown", notifies: () => false };
let tree: Branch | undefined;

/** @param path without a prefix of Enterprise Server and without query */
export function routeOf(path: string): Route {
  tree ??= plantTree();
  const template = findTemplate(tree, namedRepository(path).split("/").slice(1));
  if (template === undefined) return unknownRoute;
  const methods = described.routes[template]!.split(" ");
  return { template, notifies: (method) => methods.includes(`${method}!`) };
}

/** Redirects and `Link` headers name a repository by its number. */
function namedRepository(path: string): string {
  return path.replace(/^\/repositories\/\d+(?=\/|$)/u, "/repos/owner/repo");
}

function plantTree(): Branch {
  const root: Branch = { next: new Map() };
  for (const template of Object.keys(described.routes)) {
    let branch = root;
    for (const segment of template.split("/").slice(1)) branch = grow(branch, segment);
    branch.template = template;
  }
  return root;
}

function grow(branch: Branch, segment: string): Branch {
  if (segment.startsWith("{")) {
    branch.any ??= { next: new Map() };
    return branch.any;
  }
  const known = branch.next.get(segment) ?? { next: new Map() };
  branch.next.set(segment, known);
  return known;
}

function findTemplate(branch: Branch, [segment, ...rest]: readonly string[]): string | undefined {
  if (segment === undefined) return branch.template;
  const named = branch.next.get(segment);
  const exact = named === undefined ? undefined : findTemplate(named, rest);
  if (exact !== undefined) return exact;
  if (branch.any === undefined) return undefined;
  // The last part of a route may hold slashes: a file's path, a ref's name.
  return findTemplate(branch.any, rest) ?? (branch.any.next.size === 0 ? branch.any.template : undefined);
}
