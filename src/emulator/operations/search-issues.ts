/**
 * @module Which issues and pull requests a search finds.
 *
 * @see https://docs.github.com/search-github/searching-on-github/searching-issues-and-pull-requests
 */
import { isGranted, roleOfPrincipal } from "../access/permissions.ts";
import { actorIdOf } from "../access/principal.ts";
import { hasRole } from "../world/account-rows.ts";
import type { IssueRow } from "../world/issue-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import type { Call } from "./operation.ts";
import {
  countTest,
  hasWords,
  parseSearch,
  type SearchTerm,
  searchRefusal,
  timeTest,
} from "./search-query.ts";

/** What a search works with, whichever API it came by. */
export type SearchCall = Pick<Call, "services" | "world" | "principal" | "query">;

export interface FoundIssue {
  readonly issue: IssueRow;
  readonly repository: RepositoryRow;
}

type Test = (found: FoundIssue) => boolean;

const qualifiers = [
  ..."repo org user is type state author assignee mentions commenter involves label milestone in".split(" "),
  ..."created updated closed comments no archived head base draft review-requested reviewed-by".split(" "),
];

/** @throws {Refusal} 422, 501 */
export function searchIssues(call: SearchCall): FoundIssue[] {
  const terms = parseSearch(call.query["q"], qualifiers);
  const places = terms
    .filter(({ key }) => key === "in")
    .flatMap(({ value }) => value.toLowerCase().split(","));
  const tests = [
    ...whereTests(call, terms),
    ...terms
      .filter(({ key }) => !["in", "repo", "org", "user"].includes(key ?? ""))
      .map((term) => {
        const test = term.key === undefined ? wordTest(call, term.value, places) : qualifierTest(call, term);
        return term.isNegated ? (found: FoundIssue) => !test(found) : test;
      }),
  ];
  return call.world.repositories
    .all()
    .filter((repository) => mayRead(call, repository))
    .flatMap((repository) =>
      call.world.issues.by("repository", repository.id).map((issue) => ({ issue, repository })),
    )
    .filter((found) => tests.every((test) => test(found)));
}

function mayRead({ services: { world }, principal }: SearchCall, repository: RepositoryRow): boolean {
  if (!hasRole(roleOfPrincipal(world, principal, repository), "read")) return false;
  if (repository.visibility === "public" || principal.kind === "anonymous" || principal.kind === "app")
    return repository.visibility === "public";
  const { kind, permissions } = principal.token;
  return (
    kind === "classic" || kind === "oauth" || isGranted(permissions, { permission: "issues", level: "read" })
  );
}

/** Several places are alternatives. @throws {Refusal} 422 where one may see none of them */
function whereTests(call: SearchCall, terms: readonly SearchTerm[]): Test[] {
  const where = terms.filter(({ key }) => key === "repo" || key === "org" || key === "user");
  const testOf = (term: SearchTerm): Test => {
    const test = term.key === "repo" ? repositoryTest(call, term.value) : ownerTest(call, term.value);
    return term.isNegated ? (found) => !test(found) : test;
  };
  const wanted = where.filter(({ isNegated }) => !isNegated).map(testOf);
  const unwanted = where.filter(({ isNegated }) => isNegated).map(testOf);
  return [
    ...unwanted,
    ...(wanted.length === 0 ? [] : [(found: FoundIssue) => wanted.some((test) => test(found))]),
  ];
}

function repositoryTest(call: SearchCall, fullName: string): Test {
  const { world } = call;
  const [login = "", name = ""] = fullName.toLowerCase().split("/", 2);
  const owner = world.accounts.find("login", login);
  const repository = owner && world.repositories.find("fullName", `${owner.id}/${name}`);
  if (repository === undefined || !mayRead(call, repository)) throw unsearchable();
  return (found) => found.repository.id === repository.id;
}

function ownerTest(call: SearchCall, login: string): Test {
  const id = accountId(call, login);
  if (id === undefined) throw unsearchable();
  return ({ repository }) => repository.ownerId === id;
}

function unsearchable() {
  return searchRefusal(
    "The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.",
    "invalid",
  );
}

function wordTest({ world }: SearchCall, words: string, places: readonly string[]): Test {
  const isIn = (place: string) => places.length === 0 || places.includes(place);
  return ({ issue }) =>
    (isIn("title") && hasWords(issue.title, words)) ||
    (isIn("body") && hasWords(issue.body ?? "", words)) ||
    (isIn("comments") && world.comments.by("issue", issue.id).some(({ body }) => hasWords(body, words)));
}

/** @throws {Refusal} 422 */
function qualifierTest(call: SearchCall, { key, value }: SearchTerm): Test {
  const { world } = call;
  switch (key) {
    case "is":
    case "type":
    case "state":
      return stateTest(call, value.toLowerCase());
    case "author": {
      const id = accountId(call, value);
      return ({ issue }) => issue.authorId === id;
    }
    case "assignee": {
      const id = accountId(call, value);
      return ({ issue }) =>
        value === "*" ? issue.assigneeIds.length > 0 : id !== undefined && issue.assigneeIds.includes(id);
    }
    case "mentions":
      return mentionTest(call, value);
    case "commenter": {
      const id = accountId(call, value);
      return ({ issue }) => world.comments.by("issue", issue.id).some(({ authorId }) => authorId === id);
    }
    case "involves": {
      const tests = ["author", "assignee", "mentions", "commenter"].map((part) =>
        qualifierTest(call, { key: part, value, isNegated: false }),
      );
      return (found) => tests.some((test) => test(found));
    }
    case "label": {
      const names = value.toLowerCase().split(",");
      return ({ issue }) =>
        issue.labelIds.some((id) => names.includes(world.labels.get(id)?.name.toLowerCase() ?? ""));
    }
    case "milestone":
      return ({ issue: { milestoneId } }) =>
        milestoneId !== null &&
        (value === "*" || world.milestones.get(milestoneId)?.title.toLowerCase() === value.toLowerCase());
    case "head":
    case "base":
      return ({ issue: { pull } }) => pull !== null && pull[key] === value;
    case "draft":
      return ({ issue: { pull } }) => pull !== null && pull.isDraft === (value === "true");
    // Nobody can be asked for a review here.
    case "review-requested":
    case "reviewed-by":
      return () => false;
    case "no":
      return absenceTest(value.toLowerCase());
    case "archived":
      return ({ repository }) => repository.isArchived === (value === "true");
    case "comments": {
      const test = countTest(value);
      return ({ issue }) => test(world.comments.by("issue", issue.id).length);
    }
    default: {
      const test = timeTest(value);
      return ({ issue }) =>
        test(key === "created" ? issue.createdAt : key === "updated" ? issue.updatedAt : issue.closedAt);
    }
  }
}

function stateTest({ world }: SearchCall, value: string): Test {
  switch (value) {
    case "open":
    case "closed":
      return ({ issue }) => issue.state === value;
    case "issue":
      return ({ issue }) => issue.pull === null;
    case "pr":
    case "pull-request":
      return ({ issue }) => issue.pull !== null;
    case "public":
    case "private":
    case "internal":
      return ({ repository }) => repository.visibility === value;
    case "locked":
    case "unlocked":
      return ({ issue }) => issue.isLocked === (value === "locked");
    case "merged":
    case "unmerged":
      return ({ issue: { pull } }) => pull !== null && (pull.mergedAt !== null) === (value === "merged");
    case "draft":
      return ({ issue }) => issue.pull?.isDraft === true;
    case "archived":
      return ({ repository }) => world.repositories.get(repository.id)?.isArchived === true;
    default:
      throw searchRefusal(`${JSON.stringify(value)} is not a state that can be searched for.`, "invalid");
  }
}

function absenceTest(value: string): Test {
  switch (value) {
    case "label":
      return ({ issue }) => issue.labelIds.length === 0;
    case "assignee":
      return ({ issue }) => issue.assigneeIds.length === 0;
    case "milestone":
      return ({ issue }) => issue.milestoneId === null;
    default:
      throw searchRefusal(`${JSON.stringify(value)} is nothing that can be missing.`, "invalid");
  }
}

function mentionTest(call: SearchCall, login: string): Test {
  const id = accountId(call, login);
  const account = id === undefined ? undefined : call.world.accounts.get(id);
  if (account === undefined) return () => false;
  const mention = new RegExp(`@${account.login.replaceAll(/[^\w-]/gu, "")}(?![\\w-])`, "iu");
  return ({ issue }) =>
    mention.test(issue.body ?? "") ||
    call.world.comments.by("issue", issue.id).some(({ body }) => mention.test(body));
}

function accountId({ world, principal }: SearchCall, login: string): number | undefined {
  if (login.toLowerCase() === "@me") return actorIdOf(principal);
  return world.accounts.find("login", login.replace(/^@/u, "").toLowerCase())?.id;
}
