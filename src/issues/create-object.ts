/**
 * @module Makes the issue of a new object in two requests: the issue, then its initial state and its closing in one. Of several that are
 * made at the same time the lowest number is the object.
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { CallOptions, GitHubApi } from "../github/client/session.ts";
import { liveOf, type StorePlace } from "./find-object.ts";
import { finishIssues, type OpenedIssue } from "./finish-issues.ts";
import { deprecationLabels } from "./object-life.ts";
import { relabel } from "./relabel.ts";
import type { Signer } from "./signer.ts";
import { signatureBytes } from "./signing/statement.ts";
import type { StoreLabels } from "./store-labels.ts";
import { type ListedIssue, type ObjectIssue, toObjectIssue } from "./stored-object.ts";
import { type Document, writeDocument } from "./wire/document.ts";
import { writeTitle } from "./wire/title.ts";
import { maxTextBytes, writeInitialComment } from "./wire/write-comment.ts";

export interface NewObject {
  readonly id: string;
  readonly data: Document;
  /** The one that names it. */
  readonly label: string;
  /** The highest number of an issue that had this id before; 0 for none. */
  readonly after: number;
  /** The user's own, and of its status. */
  readonly labels: readonly string[];
  /** An explicit type, where the id does not begin with it. */
  readonly type?: string;
  /** ISO 8601, where it was made elsewhere before. Default: now. */
  readonly createdAt?: string;
}

export interface CreateParts {
  readonly github: Pick<GitHubClient, "api">;
  readonly place: StorePlace;
  readonly names: StoreLabels;
  readonly clientVersion: string;
  /** Whether only those who may write are to comment on it. */
  readonly lock: boolean;
  readonly now: () => number;
  readonly signer?: Signer | undefined;
}

/**
 * @throws {HubsteadError} `invalid_input` for one that no issue holds, before anything is written; `already_exists` where somebody else
 *   has made it at the same time; `ambiguous_write`
 */
export async function createObject(object: NewObject, parts: CreateParts): Promise<ObjectIssue> {
  const issue = await openIssue(object, parts);
  const same = await finishIssues([await toOpened(object, issue, parts)], parts);
  await checkMadeOnce(object.id, issue.number, same.get(issue.number)!, parts);
  return toObjectIssue({ ...issue, state: "closed", comments: 1 }, parts.names)!;
}

/**
 * The first half: an issue that is still open, and has no initial comment.
 *
 * @throws {HubsteadError} as {@link createObject}, but for what others do at the same time
 */
export async function openIssue(
  object: NewObject,
  parts: CreateParts,
  call: CallOptions = {},
): Promise<ListedIssue> {
  const { github, place, names } = parts;
  const { body, bytes } = checkSize(object, parts);
  await parts.signer?.ready();
  const about = `the object ${object.id} in ${place.owner}/${place.repo}`;
  const labels = [names.system, names.base, object.label, ...object.labels];
  const title = writeTitle(object.id);
  const find = async (signal: AbortSignal): Promise<Response | undefined> => {
    const found = await findOwn(await github.api(about, { signal }), place, { ...object, title, body });
    return found === undefined ? undefined : Response.json(found, { status: 201 });
  };
  const recovery = { marker: `an issue "${title}" of one's own`, find };
  const api = await github.api(about, { ...call, recovery });
  const { data } = await api.request("POST /repos/{owner}/{repo}/issues", { ...place, title, body, labels });
  const issue = data as ListedIssue;
  if (issue.body !== body) throw tooLarge(object.id, bytes);
  return issue;
}

/** The second half is still to be done. */
export async function toOpened(
  object: Pick<NewObject, "id" | "data" | "label" | "type" | "createdAt">,
  { node_id: nodeId, number }: ListedIssue,
  parts: Pick<CreateParts, "names" | "clientVersion" | "now" | "signer">,
): Promise<OpenedIssue> {
  const text = initialComment(object, parts, number);
  const signed = await parts.signer?.sign({ id: object.id, issueNumber: number, isNew: true }, text);
  return { nodeId, number, label: object.label, text: signed ?? text };
}

/** @throws {HubsteadError} `invalid_input` for what no issue holds */
export function checkSize(
  object: NewObject,
  parts: Pick<CreateParts, "names" | "clientVersion" | "now" | "signer">,
): { readonly body: string; readonly bytes: number } {
  const body = writeDocument(object.data);
  // The issue's number is not known yet: the longest one stands for it.
  const longest = initialComment(object, parts, 999_999_999);
  const longestBytes = Buffer.byteLength(longest) + (parts.signer === undefined ? 0 : signatureBytes);
  const bytes = Math.max(Buffer.byteLength(body), longestBytes);
  if (bytes > maxTextBytes) throw tooLarge(object.id, bytes);
  return { body, bytes };
}

/** @throws {HubsteadError} `already_exists` where one with a lower number is the object; the other is deprecated then */
export async function checkMadeOnce(
  id: string,
  number: number,
  same: readonly ObjectIssue[],
  { github, place, names }: Pick<CreateParts, "github" | "place" | "names">,
): Promise<void> {
  const winner = liveOf(same.filter((one) => one.id === id));
  if (winner === undefined || winner.issue.number >= number) return;
  const add = deprecationLabels(id, winner.issue.number, names);
  await relabel(await github.api(`issue ${number}`), { ...place, number }, { add, remove: [names.base] });
  throw madeTwice(id, number, winner);
}

function initialComment(
  { data, id, label, type, createdAt }: Pick<NewObject, "data" | "id" | "label" | "type" | "createdAt">,
  { names, clientVersion, now }: Pick<CreateParts, "names" | "clientVersion" | "now">,
  issueNumber: number,
): string {
  const isShortened = label !== names.uidPrefix + id;
  return writeInitialComment(
    data,
    { clientVersion, time: createdAt ?? new Date(now()).toISOString(), issueNumber },
    { ...(isShortened ? { id } : {}), ...(type === undefined ? {} : { type }) },
  );
}

/** What the lost request may have made: an issue of one's own with the same title and body, which was not there before. */
async function findOwn(
  api: GitHubApi,
  place: StorePlace,
  {
    label,
    after,
    title,
    body,
  }: Pick<NewObject, "label" | "after"> & { readonly title: string; readonly body: string },
): Promise<ListedIssue | undefined> {
  const { data } = await api.request("GET /repos/{owner}/{repo}/issues", {
    ...place,
    labels: label,
    state: "all",
    sort: "created",
    direction: "desc",
    per_page: 100,
  });
  const { viewer } = await api.graphql<{ readonly viewer: { readonly login: string } }>(
    "{ viewer { login } }",
  );
  return data.find(
    (issue) =>
      issue.number > after &&
      issue.title === title &&
      issue.body === body &&
      issue.user?.login === viewer.login,
  ) as ListedIssue | undefined;
}

function tooLarge(id: string, bytes: number): HubsteadError {
  return new HubsteadError(
    "invalid_input",
    `the object ${JSON.stringify(id)} has ${bytes} bytes in an issue`,
    {
      hint: `An issue holds ${maxTextBytes} bytes: split the object, or keep large parts in files.`,
      data: { bytes, expected: maxTextBytes },
    },
  );
}

function madeTwice(id: string, number: number, winner: ObjectIssue): HubsteadError {
  return new HubsteadError(
    "already_exists",
    `somebody else has made ${JSON.stringify(id)} at the same time`,
    {
      hint: `Issue ${winner.issue.number} is the object; what was sent is kept in issue ${number}, which is deprecated. Change the object with \`update\`.`,
      data: { id, issueNumber: winner.issue.number, duplicate: number },
    },
  );
}
