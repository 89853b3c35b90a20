/**
 * @module Searches: `search/…` of the REST API. What one may not see is not found.
 *
 * @see https://docs.github.com/rest/search/search
 */
import { authorize, roleOfPrincipal } from "../access/permissions.ts";
import type { Answer } from "../http/answer.ts";
import { notFound, Refusal, validationFailed } from "../http/refusal.ts";
import { accountToJson } from "../shapes/account-json.ts";
import { issueToJson, labelToJson } from "../shapes/issue-json.ts";
import { repositoryToJson } from "../shapes/repository-json.ts";
import { type AccountRow, hasRole } from "../world/account-rows.ts";
import type { ReactionRow } from "../world/issue-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { type Call, forAnyone, type Operation } from "./operation.ts";
import { type FoundIssue, searchIssues } from "./search-issues.ts";
import { forkTest, type SearchCall } from "./search-places.ts";
import { countTest, hasWords, parseSearch, type SearchTerm, timeTest, withOrder } from "./search-query.ts";
import { results, sorted } from "./search-results.ts";
import { textMatches } from "./search-text-matches.ts";

/** A search whose order may stand in what is searched for. */
function inOrder(name: string, answer: (call: Call) => Answer): Operation {
  return forAnyone(name, (call) => answer({ ...call, query: withOrder(call.query) }));
}

export const searchOperations: readonly Operation[] = [
  inOrder("search/issues-and-pull-requests", (call) => {
    const { search_type } = call.query;
    if (search_type !== undefined)
      throw new Refusal(501, `The emulator does not serve ${search_type} searches`);
    const toJson = ({ issue, repository }: FoundIssue) => {
      const { closed_by: _, ...json } = issueToJson({ ...call, repository }, issue);
      const texts = { title: issue.title, body: issue.body };
      return { ...json, ...textMatches(call, { url: json.url, type: "Issue", texts }) };
    };
    return results(call, issuesFound(call), toJson, { search_type: "lexical" });
  }),
  inOrder("search/repos", (call) => {
    return results(call, repositoriesFound(call), (row) => {
      const role = roleOfPrincipal(call.services.world, call.principal, row);
      const viewer = { ...call, role: call.principal.kind === "anonymous" ? undefined : role };
      // Found ones keep this in the newer version, too.
      const json = repositoryToJson(call.world, row, viewer);
      const texts = { name: row.name, description: row.description };
      const matches = textMatches(call, { url: json.url, type: "Repository", texts });
      return { ...json, has_downloads: row.hasDownloads, ...matches };
    });
  }),
  forAnyone("search/labels", (call) => {
    const repository = call.world.repositories.get(Number(call.query["repository_id"]));
    if (call.query["repository_id"] === undefined)
      throw validationFailed({ resource: "Search", field: "repository_id", code: "missing" });
    const terms = parseSearch(call.query["q"], []);
    if (repository === undefined) throw notFound();
    const need = { permission: "issues", level: "read", role: "read" } as const;
    authorize(call.services.world, call.principal, repository, need);
    const found = call.world.labels.by("repository", repository.id).filter(({ name, description }) =>
      terms.every((term) => {
        const text = `${name} ${description ?? ""}`;
        return hasWords(text, term.value) !== term.isNegated;
      }),
    );
    return results(
      call,
      sorted(call, found, ({ id }) => id),
      (label) => {
        const json = labelToJson({ ...call, repository }, label);
        const texts = { name: label.name, description: label.description };
        return { ...json, ...textMatches(call, { url: json.url, type: "Label", texts }) };
      },
    );
  }),
  inOrder("search/users", (call) => {
    return results(call, accountsFound(call), (account) => {
      const json = accountToJson(account, call.urls);
      const texts = { login: account.login, name: account.name, email: account.email };
      return { ...json, ...textMatches(call, { url: json.url, type: "User", texts }) };
    });
  }),
];

/** In their order. @throws {Refusal} 422, 501 */
export function issuesFound(call: SearchCall): FoundIssue[] {
  return sorted(call, searchIssues(call), issueKey(call));
}

/** In their order. @throws {Refusal} 422, 501 */
export function repositoriesFound(call: SearchCall): RepositoryRow[] {
  const terms = parseSearch(call.query["q"], [
    "in",
    "user",
    "org",
    "repo",
    "is",
    "topic",
    "archived",
    "fork",
    "created",
    "pushed",
  ]);
  const tests = terms
    .filter(({ key }) => key !== "in" && key !== "fork")
    .map((term) => repositoryTest(call, term, terms));
  const found = call.world.repositories
    .all()
    .filter((row) => hasRole(roleOfPrincipal(call.services.world, call.principal, row), "read"))
    .filter(forkTest(terms))
    .filter((row) => tests.every((test) => test(row)));
  const keyOf = ({ createdAt, updatedAt }: RepositoryRow) =>
    call.query["sort"] === "updated" ? updatedAt : createdAt;
  return sorted(call, found, keyOf);
}

/** In their order; those of apps are not among them. @throws {Refusal} 422, 501 */
export function accountsFound(call: SearchCall): AccountRow[] {
  const terms = parseSearch(call.query["q"], ["in", "user", "org", "type", "repos", "created"]);
  const tests = terms.filter(({ key }) => key !== "in").map((term) => accountTest(call, term, terms));
  const found = call.world.accounts
    .all()
    .filter((account) => account.kind !== "Bot" && tests.every((test) => test(account)));
  const keyOf = ({ id, createdAt }: AccountRow) =>
    call.query["sort"] === "repositories" ? publicRepositories(call, id) : createdAt;
  return sorted(call, found, keyOf);
}

const reactionSorts: Readonly<Record<string, ReactionRow["content"]>> = {
  "reactions-+1": "+1",
  "reactions--1": "-1",
  "reactions-smile": "laugh",
  "reactions-thinking_face": "confused",
  "reactions-heart": "heart",
  "reactions-tada": "hooray",
};

function issueKey({ query: { sort = "created" }, world }: SearchCall): (found: FoundIssue) => number {
  const reactionsOf = ({ issue }: FoundIssue) => world.reactions.by("subject", `issue/${issue.id}`);
  const commentsOf = ({ issue }: FoundIssue) => world.comments.by("issue", issue.id).length;
  const content = reactionSorts[sort];
  if (content !== undefined)
    return (found) => reactionsOf(found).filter((reaction) => reaction.content === content).length;
  switch (sort) {
    case "comments":
      return commentsOf;
    case "reactions":
      return (found) => reactionsOf(found).length;
    case "interactions":
      return (found) => reactionsOf(found).length + commentsOf(found);
    case "updated":
      return ({ issue }) => issue.updatedAt;
    default:
      return ({ issue }) => issue.createdAt;
  }
}

function placesOf(terms: readonly SearchTerm[], standard: readonly string[]): readonly string[] {
  const named = terms
    .filter(({ key }) => key === "in")
    .flatMap(({ value }) => value.toLowerCase().split(","));
  return named.length === 0 ? standard : named;
}

function repositoryTest(
  call: SearchCall,
  { key, value, isNegated }: SearchTerm,
  terms: readonly SearchTerm[],
): (row: RepositoryRow) => boolean {
  const places = placesOf(terms, ["name", "description", "topics"]);
  const ownerOf = ({ ownerId }: RepositoryRow) => call.world.accounts.get(ownerId)!.login.toLowerCase();
  const wanted = value.toLowerCase();
  const timeIs = key === "created" || key === "pushed" ? timeTest(value) : undefined;
  const test = (row: RepositoryRow): boolean => {
    switch (key) {
      case "user":
      case "org":
        return ownerOf(row) === wanted;
      case "repo":
        return `${ownerOf(row)}/${row.name.toLowerCase()}` === wanted;
      case "is":
        return row.visibility === wanted;
      case "topic":
        return row.topics.includes(wanted);
      case "archived":
        return row.isArchived === (wanted === "true");
      case "created":
        return timeIs!(row.createdAt);
      case "pushed":
        return timeIs!(row.pushedAt);
      default:
        // Names are found by their beginnings, too: people type them half.
        return (
          (places.includes("name") && row.name.toLowerCase().includes(wanted)) ||
          (places.includes("description") && hasWords(row.description ?? "", value)) ||
          (places.includes("topics") && row.topics.includes(wanted))
        );
    }
  };
  return (row) => test(row) !== isNegated;
}

function accountTest(
  call: SearchCall,
  { key, value, isNegated }: SearchTerm,
  terms: readonly SearchTerm[],
): (account: AccountRow) => boolean {
  const places = placesOf(terms, ["login", "name", "email"]);
  const wanted = value.toLowerCase();
  const countIs = key === "repos" ? countTest(value) : undefined;
  const timeIs = key === "created" ? timeTest(value) : undefined;
  const test = (account: AccountRow): boolean => {
    switch (key) {
      case "user":
      case "org":
        return account.login.toLowerCase() === wanted;
      case "type":
        return account.kind === (wanted === "org" ? "Organization" : "User");
      case "repos":
        return countIs!(publicRepositories(call, account.id));
      case "created":
        return timeIs!(account.createdAt);
      default:
        return (
          (places.includes("login") && account.login.toLowerCase().includes(wanted)) ||
          (places.includes("name") && hasWords(account.name ?? "", value)) ||
          (places.includes("email") && hasWords(account.email ?? "", value))
        );
    }
  };
  return (account) => test(account) !== isNegated;
}

function publicRepositories({ world }: SearchCall, ownerId: number): number {
  return world.repositories.by("owner", ownerId).filter(({ visibility }) => visibility === "public").length;
}
