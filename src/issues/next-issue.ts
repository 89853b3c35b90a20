/**
 * @module Where an object goes on whose issue has no room for more comments: in an issue of the same labels, which begins with the object
 * as it was. Safe to be run twice at once and to be ended anywhere: the lowest number is the one that counts, and whoever comes next
 * finishes it.
 */
import { HubsteadError } from "../errors.ts";
import type { CarryParts } from "./carry-over.ts";
import { listByLabel } from "./find-object.ts";
import { type IssueRecord, readIssue } from "./issue-record.ts";
import { dataOf } from "./judge-revisions.ts";
import { deprecationLabels } from "./object-life.ts";
import { initialOf, type ObjectState } from "./object-state.ts";
import { titleOf } from "./object-title.ts";
import { relabel } from "./relabel.ts";
import { type ListedIssue, type ObjectIssue, toObjectIssue } from "./stored-object.ts";
import { writeDocument } from "./wire/document.ts";
import { hashOfBody, writeTitle } from "./wire/title.ts";
import { writeInitialComment } from "./wire/write-comment.ts";

/** GitHub takes 2,500, those that were deleted counted: what is under way still finds room. */
export const maxComments = 2_000;

export interface NextIssueParts extends CarryParts {
  readonly clientVersion: string;
  /** Whether only those who may write are to comment on it. */
  readonly lock: boolean;
  readonly now: () => number;
}

/**
 * @param state of the issue, all of it processed
 * @throws {HubsteadError} `corrupt` where somebody has changed the next issue before it was one
 */
export async function moveOn(issue: IssueRecord, state: ObjectState, parts: NextIssueParts): Promise<void> {
  const { api, place, names } = parts;
  await parts.signer?.ready();
  const before = await successorsOf(issue, parts);
  if (before.length === 0) before.push(await openNext(issue, state, parts));
  // Another processor may have opened one at the same time.
  const [next, ...others] = inOrder([...before, ...(await successorsOf(issue, parts))]);
  await begin(issue, next!.issue.number, parts);
  await relabel(api, { ...place, number: next!.issue.number }, { add: [names.base] });
  const deprecated = deprecationLabels(state.id, next!.issue.number, names);
  for (const { issue: other } of others)
    await relabel(api, { ...place, number: other.number }, { add: deprecated, remove: [names.base] });
  await relabel(api, { ...place, number: issue.number }, { add: deprecated, remove: [names.base] });
}

function inOrder(issues: readonly ObjectIssue[]): readonly ObjectIssue[] {
  const byNumber = new Map(issues.map((issue) => [issue.issue.number, issue]));
  return [...byNumber.values()].sort((a, b) => a.issue.number - b.issue.number);
}

/** Those that somebody has opened who may. */
async function successorsOf(
  { number, labels }: IssueRecord,
  { api, place, names, trust }: NextIssueParts,
): Promise<ObjectIssue[]> {
  const label = labels.find((name) => name.toLowerCase().startsWith(names.uidPrefix.toLowerCase()))!;
  const found: ObjectIssue[] = [];
  for (const object of await listByLabel(api, place, label, names)) {
    const { user } = object.issue;
    if (object.continues !== number || object.life === "deprecated" || user == null) continue;
    const login = user.login.replace(/\[bot\]$/u, "");
    const author = { id: user.id, login, kind: user.type === "Bot" ? "bot" : "user" } as const;
    if ((await trust.verdictOn(author)).may) found.push(object);
  }
  return found;
}

/** Not an object before its initial state is there: without the label that makes it one. */
async function openNext(
  { number, labels }: IssueRecord,
  { id, folded, decidedUpTo }: ObjectState,
  { api, place, names }: NextIssueParts,
): Promise<ObjectIssue> {
  const lower = [names.base, names.continuesPrefix].map((name) => name.toLowerCase());
  const kept = labels.filter(
    (label) => label.toLowerCase() !== lower[0] && !label.toLowerCase().startsWith(lower[1]!),
  );
  const bodyHash = hashOfBody(folded.data);
  const { data } = await api.request("POST /repos/{owner}/{repo}/issues", {
    ...place,
    title: writeTitle(id, { commentId: decidedUpTo, version: folded.version, revisions: 0, bodyHash }),
    body: writeDocument(folded.data),
    labels: [...kept, `${names.continuesPrefix}${number}`],
  });
  return toObjectIssue(data as ListedIssue, names)!;
}

const lockQuery = "mutation($lock: LockLockableInput!) { lockLockable(input: $lock) { clientMutationId } }";
const beginQuery = `mutation($comment: AddCommentInput!, $close: CloseIssueInput!) {
  addComment(input: $comment) { clientMutationId }
  closeIssue(input: $close) { clientMutationId }
}`;

/** Says what it was opened with, whoever has opened it: all who come to it say the same. */
async function begin(issue: IssueRecord, number: number, parts: NextIssueParts): Promise<void> {
  const { api, place, names, trust, clientVersion, now, lock } = parts;
  const next = await readIssue(api, { ...place, number });
  if ((await initialOf(next, trust, names.uidPrefix))?.continues !== undefined) return;
  const data = dataOf(next.body);
  const { id, checkpoint } = titleOf(next, names.uidPrefix) ?? {};
  if (data === undefined || checkpoint === undefined || hashOfBody(data) !== checkpoint.bodyHash)
    throw new HubsteadError(
      "corrupt",
      `issue ${number} was changed before issue ${issue.number} went on there`,
      {
        hint: `Take its label ${names.continuesPrefix}${issue.number} off, and process issue ${issue.number} again.`,
        data: { issueNumber: number },
      },
    );
  const { type } = (await initialOf(issue, trust, names.uidPrefix)) ?? {};
  const isShortened = !next.labels.includes(names.uidPrefix + id);
  const text = writeInitialComment(
    data,
    { clientVersion, time: new Date(now()).toISOString(), issueNumber: number },
    {
      ...(isShortened ? { id: id! } : {}),
      ...(type === undefined ? {} : { type }),
      continues: { issue: issue.number, comment: checkpoint.commentId, version: checkpoint.version },
    },
  );
  if (lock) await api.graphql(lockQuery, { lock: { lockableId: next.nodeId } });
  await api.graphql(beginQuery, {
    comment: {
      subjectId: next.nodeId,
      body: (await parts.signer?.sign({ id: id!, issueNumber: number }, text)) ?? text,
    },
    close: { issueId: next.nodeId },
  });
}
