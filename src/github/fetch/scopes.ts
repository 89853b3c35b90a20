/**
 * @module Whose a request's path is: said by the path itself, or learnt from earlier answers where GitHub's own links name
 * numbers, as those to the next page do.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
import type { TokenScope } from "../auth/token-source.ts";
import { type Answer, textOf } from "./governed-request.ts";
import type { Operation } from "./operation.ts";

export interface Scopes {
  /** @param path as GitHub's description has it @param owner for requests whose path names none: GraphQL */
  scopeOf(path: string, owner: string | undefined): TokenScope;
  /** Remembers which number the repository or the owner of a request has. */
  learn(scope: TokenScope, operation: Operation, answer: Answer): void;
}

type Place = Pick<TokenScope, "owner" | "repo">;

// So many numbers are remembered, the ones learnt last.
const mostKnown = 10_000;

const numbered = /\/(repositories|organizations|user)\/(\d+)\//u;

export function createScopes(): Scopes {
  const places = new Map<string, Place>();
  const note = (key: string, { owner, repo }: TokenScope): void => {
    if (owner === undefined) return;
    places.delete(key);
    places.set(key, repo === undefined ? { owner } : { owner, repo });
    if (places.size > mostKnown) places.delete(places.keys().next().value!);
  };
  return {
    scopeOf(path, owner) {
      const place = placeOf(path) ?? places.get(keyOf(`${path}/`) ?? "");
      return { path, ...(owner === undefined ? {} : { owner }), ...place };
    },
    learn(scope, { route }, answer) {
      const key = keyOf(answer.headers.get("link") ?? "");
      // The links of a repository's pages name its own number, those of an owner's the owner's.
      if (key !== undefined && key.startsWith("repositories") === (scope.repo !== undefined))
        note(key, scope);
      if (route === "/repos/{owner}/{repo}" && answer.status === 200) {
        const id = idOf(answer);
        if (id !== undefined) note(`repositories/${id}`, scope);
      }
    },
  };
}

function placeOf(path: string): Place | undefined {
  const [, kind, first, second] = path.split("/");
  if (kind === "repos" && first && second) return { owner: decode(first), repo: decode(second) };
  return (kind === "orgs" || kind === "users") && first ? { owner: decode(first) } : undefined;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function keyOf(text: string): string | undefined {
  const [, kind, id] = numbered.exec(text) ?? [];
  return kind === undefined ? undefined : `${kind}/${id}`;
}

/** GitHub puts the number first: the whole answer need not be read. */
function idOf(answer: Answer): string | undefined {
  return /^\s*\{\s*"id"\s*:\s*(\d+)/u.exec(textOf(answer))?.[1];
}
