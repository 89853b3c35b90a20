/**
 * @module Which issues and pull requests a search finds.
 *
 * @see https://docs.github.com/search-github/searching-on-github/searching-issues-and-pull-requests
 */
import type { IssueRow } from "../world/issue-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { isOfType, mentionTest } from "./issue-list.ts";
import { placeTest, type SearchCall, searchedAccountId } from "./search-places.ts";
import {
  countTest,
  hasWords,
  parseSearch,
  type SearchTerm,
  searchRefusal,
  timeTest,
} from "./search-query.ts";

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
    ...terms
      .filter(({ key }) => !["in", "repo", "org", "user"].includes(key ?? ""))
      .map((term) => {
        const test = term.key === undefined ? wordTest(call, term.value, places) : qualifierTest(call, term);
        return term.isNegated ? (found: FoundIssue) => !test(found) : test;
      }),
  ];
  return call.world.repositories
    .all()
    .filter(placeTest(call, terms, "issues"))
    .flatMap((repository) =>
      call.world.issues.by("repository", repository.id).map((issue) => ({ issue, repository })),
    )
    .filter((found) => tests.every((test) => test(found)));
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
    case "type":
      return kindTest(call, value);
    case "is":
    case "state":
      return stateTest(call, value.toLowerCase());
    case "author": {
      const id = searchedAccountId(call, value);
      return ({ issue }) => issue.authorId === id;
    }
    case "assignee": {
      const id = searchedAccountId(call, value);
      return ({ issue }) =>
        value === "*" ? issue.assigneeIds.length > 0 : id !== undefined && issue.assigneeIds.includes(id);
    }
    case "mentions":
      return mentionsTest(call, value);
    case "commenter": {
      const id = searchedAccountId(call, value);
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
    case "review-requested": {
      const id = searchedAccountId(call, value);
      return ({ issue: { pull } }) => id !== undefined && isAsked(call, pull, id);
    }
    case "reviewed-by": {
      const id = searchedAccountId(call, value);
      return ({ issue }) =>
        world.reviews.by("issue", issue.id).some(({ userId, state }) => userId === id && state !== "PENDING");
    }
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

/** Themselves, or one of their teams. */
function isAsked({ world }: SearchCall, pull: IssueRow["pull"], userId: number): boolean {
  const { reviewerIds = [], reviewerTeamIds = [] } = pull ?? {};
  const isMember = (teamId: number) =>
    world.teamMembers.by("team", teamId).some((member) => member.userId === userId);
  return reviewerIds.includes(userId) || reviewerTeamIds.some(isMember);
}

/** Issues, pull requests, or issues of a type that an organisation has made up. */
function kindTest(call: SearchCall, value: string): Test {
  if (/^(?:issue|pr|pull-request)$/iu.test(value)) return stateTest(call, value.toLowerCase());
  const isOfIt = isOfType(call.world, value);
  return ({ issue }) => isOfIt(issue);
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
    case "type":
      return ({ issue }) => issue.pull === null && issue.typeId == null;
    default:
      throw searchRefusal(`${JSON.stringify(value)} is nothing that can be missing.`, "invalid");
  }
}

function mentionsTest(call: SearchCall, login: string): Test {
  const id = searchedAccountId(call, login);
  const account = id === undefined ? undefined : call.world.accounts.get(id);
  if (account === undefined) return () => false;
  const isMentioned = mentionTest(account.login);
  return ({ issue }) =>
    isMentioned(issue.body) ||
    call.world.comments.by("issue", issue.id).some(({ body }) => isMentioned(body));
}
