/**
 * @module Issues: opened, read, changed, listed, locked. Comments, labels and reactions are beside this file.
 */
import { invalidInput } from "../../errors.ts";
import { readWholeList } from "./complete-list.ts";
import { checkKept, type Issue, type IssueJson, toIssue } from "./issue.ts";
import { isMarked, markedBody } from "./markers.ts";
import { namingNeeds } from "./needed-of.ts";
import { earlier, makeOnce, markOf, type Operation } from "./operation.ts";
import { readPages } from "./pages.ts";
import { placeIn } from "./place.ts";
import { recoverBy } from "./recover-create.ts";
import type { CallOptions, Session } from "./session.ts";

export interface CreateIssueOptions extends CallOptions {
  readonly body?: string;
  /** Without the right to write, GitHub leaves labels, assignees and milestone out in silence. */
  readonly labels?: readonly string[];
  /** Logins. */
  readonly assignees?: readonly string[];
  /** A milestone's number. */
  readonly milestone?: number;
  /** Default: the call is an operation of its own. */
  readonly operation?: Operation;
}

/** What is absent stays as it is. */
export interface EditIssueOptions extends CallOptions {
  readonly title?: string;
  readonly body?: string;
  readonly state?: "open" | "closed";
  readonly stateReason?: "completed" | "not_planned" | "duplicate" | "reopened";
  /** All of them. */
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
  /** `null` for none. */
  readonly milestone?: number | null;
}

export interface ListIssuesOptions extends CallOptions {
  /** Default: `all`. */
  readonly state?: "open" | "closed" | "all";
  /** Names, whatever their case; an issue must have all of them. */
  readonly labels?: readonly string[];
  /** ISO 8601: changed then or later, to the second. */
  readonly since?: string;
  /** A login. */
  readonly creator?: string;
  /** A login, `none`, or `*` for anybody. */
  readonly assignee?: string;
  /** Whether pull requests are listed, too. Default: no. */
  readonly withPullRequests?: boolean;
}

export type LockReason = "off-topic" | "too heated" | "resolved" | "spam";

/** All take `OWNER/REPO`, or a bare name of the configured organisation. */
export interface IssueMethods {
  /**
   * Opens an issue, once: an answer that was lost is looked up by a mark at the body's end.
   *
   * @param options or the body
   * @throws {HubsteadError} `ambiguous_write` with `data.marker` where nobody can tell whether it was opened; `invalid_input`;
   *   `not_found` with status 410 where issues are switched off
   */
  createIssue(repo: string, title: string, options?: string | CreateIssueOptions): Promise<Issue>;
  /** @throws {HubsteadError} `not_found`, with status 410 for one that was deleted */
  getIssue(repo: string, number: number, options?: CallOptions): Promise<Issue>;
  /** @throws {HubsteadError} `invalid_input` also where GitHub has kept another body than the one that was sent */
  editIssue(repo: string, number: number, options: EditIssueOptions): Promise<Issue>;
  /**
   * All issues, the oldest first, however many there are.
   *
   * @throws {HubsteadError} `busy` where they change faster than they can be read: never a part of them
   */
  listIssues(repo: string, options?: ListIssuesOptions): Promise<readonly Issue[]>;
  /** From then on only those may comment and react who may write. */
  lockIssue(
    repo: string,
    number: number,
    options?: CallOptions & { readonly reason?: LockReason },
  ): Promise<void>;
  unlockIssue(repo: string, number: number, options?: CallOptions): Promise<void>;
}

/** @see https://docs.github.com/rest/issues/issues */
export function issueMethods(session: Session): IssueMethods {
  return namingNeeds<IssueMethods>({
    createIssue: (repo, title, given = {}) =>
      createIssue(session, repo, title, typeof given === "string" ? { body: given } : given),
    async getIssue(repo, number, options) {
      const { api, place } = await placeIn(session, repo, `issue ${number}`, options);
      const { data } = await api.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
        ...place,
        issue_number: number,
      });
      return toIssue(data);
    },
    editIssue: (repo, number, options) => editIssue(session, repo, number, options),
    listIssues: (repo, options = {}) => listIssues(session, repo, options),
    async lockIssue(repo, number, { reason, ...call } = {}) {
      const { api, place } = await placeIn(session, repo, `issue ${number}`, call);
      await api.request("PUT /repos/{owner}/{repo}/issues/{issue_number}/lock", {
        ...place,
        issue_number: number,
        ...(reason === undefined ? {} : { lock_reason: reason }),
      });
    },
    async unlockIssue(repo, number, options) {
      const { api, place } = await placeIn(session, repo, `issue ${number}`, options);
      await api.request("DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock", {
        ...place,
        issue_number: number,
      });
    },
  });
}

async function createIssue(
  session: Session,
  name: string,
  title: string,
  { body = "", labels, assignees, milestone, operation, ...call }: CreateIssueOptions,
): Promise<Issue> {
  const place = session.repo(name);
  const about = `${place.owner}/${place.repo}`;
  const mark = markOf(operation);
  const text = markedBody(body, mark);
  const recovery = recoverBy<IssueJson>({
    session,
    place,
    call,
    marker: `an issue of ${about} with ${mark.text}`,
    look: async (api, since) => {
      const pages = await readPages<IssueJson>(api, "GET /repos/{owner}/{repo}/issues", {
        ...place,
        state: "all",
        sort: "created",
        direction: "desc",
        since: earlier(since, operation),
      });
      return pages.flat().filter((issue) => isMarked(issue.body, mark));
    },
  });
  const make = async (): Promise<Issue> => {
    const api = await session.api(about, { ...call, recovery });
    const { data } = await api.request("POST /repos/{owner}/{repo}/issues", {
      ...place,
      title,
      body: text,
      ...(labels === undefined ? {} : { labels: [...labels] }),
      ...(assignees === undefined ? {} : { assignees: [...assignees] }),
      ...(milestone === undefined ? {} : { milestone }),
    });
    checkKept(text, data.body, `issue ${data.number} of ${about}`);
    return toIssue(data);
  };
  return makeOnce(session, { operation, recovery, call }, make, async (found) =>
    toIssue((await found.json()) as IssueJson),
  );
}

async function editIssue(
  session: Session,
  name: string,
  number: number,
  { title, body, state, stateReason, labels, assignees, milestone, ...call }: EditIssueOptions,
): Promise<Issue> {
  const { api, place, about } = await placeIn(session, name, `issue ${number}`, call);
  const { data } = await api.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    ...place,
    issue_number: number,
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { body }),
    ...(state === undefined ? {} : { state }),
    ...(stateReason === undefined ? {} : { state_reason: stateReason }),
    ...(labels === undefined ? {} : { labels: [...labels] }),
    ...(assignees === undefined ? {} : { assignees: [...assignees] }),
    ...(milestone === undefined ? {} : { milestone }),
  });
  if (body !== undefined) checkKept(body, data.body, about);
  return toIssue(data);
}

async function listIssues(
  session: Session,
  name: string,
  {
    state = "all",
    labels = [],
    since,
    creator,
    assignee,
    withPullRequests = false,
    ...call
  }: ListIssuesOptions,
): Promise<readonly Issue[]> {
  const { api, place, about } = await placeIn(session, name, "the issues", call);
  // A comma parts names in the request: who has one in it is looked for here.
  const asked = labels.filter((label) => !label.includes(","));
  const read = () =>
    readPages<IssueJson>(api, "GET /repos/{owner}/{repo}/issues", {
      ...place,
      state,
      // New ones come at the end, and move nothing.
      sort: "created",
      direction: "asc",
      ...(asked.length === 0 ? {} : { labels: asked.join(",") }),
      ...sinceParameter(since),
      ...(creator === undefined ? {} : { creator }),
      ...(assignee === undefined ? {} : { assignee }),
    });
  const issues = (await readWholeList(about, ({ id }) => String(id), read)).map(toIssue);
  const hasAll = (issue: Issue) => {
    const own = new Set(issue.labels.map((label) => label.toLowerCase()));
    return labels.every((label) => own.has(label.toLowerCase()));
  };
  return issues.filter((issue) => hasAll(issue) && (withPullRequests || !issue.isPullRequest));
}

/**
 * @returns the parameter of GitHub's lists; nothing for the beginning of 1970, for which GitHub finds nothing
 * @throws {HubsteadError} `invalid_input`
 */
export function sinceParameter(since: string | undefined): { readonly since?: string } {
  if (since === undefined) return {};
  const time = Date.parse(since);
  if (Number.isNaN(time)) {
    throw invalidInput(`${JSON.stringify(since)} is no time`, "Write it as 2026-01-01T00:00:00Z.", {
      path: "since",
    });
  }
  return time < 1_000 ? {} : { since: new Date(time).toISOString() };
}
