/**
 * @module What was said in one issue and counts in another: in one that was full, in a duplicate, for an alias. It is carried over into
 * comments of the other one, each change under the same name, so that it counts once however often it is carried.
 */
import type { GitHubApi } from "../github/client/session.ts";
import { idOfLabel, type StoreParts } from "./aliases.ts";
import { keysOf } from "./decisions.ts";
import { findIssues, liveOf } from "./find-object.ts";
import { type ActorJson, actor, type IssueRecord, readIssue, toAccount } from "./issue-record.ts";
import { initialOf, type ObjectState, readObject } from "./object-state.ts";
import type { Signer } from "./signer.ts";
import { numberAfter, suffixAfter } from "./stored-object.ts";
import type { Account, Trust } from "./trust.ts";
import type { Origin, Step } from "./wire/comment.ts";
import { maxTextBytes, writeCarriedComment } from "./wire/write-comment.ts";

export interface CarryParts extends StoreParts {
  readonly trust: Trust;
  /** Where changes are signed: what is carried over is said by who carries it. */
  readonly signer?: Signer | undefined;
}

/** The issue in which changes count as well. */
export interface Heir {
  readonly issue: IssueRecord;
  /** Changes of comments after this one. */
  readonly after: number;
  /** ISO 8601: changes from then on. */
  readonly since: string;
}

/**
 * Costs nothing for an issue without labels of that kind.
 *
 * @returns `undefined` where there is none, or nobody who may write has said so
 */
export async function heirOf(issue: IssueRecord, parts: CarryParts): Promise<Heir | undefined> {
  const { labels, number } = issue;
  const { names } = parts;
  const next = numberAfter(labels, names.deprecatedPrefix);
  if (next !== undefined && next !== number) return successorOf(issue, next, parts);
  // Whoever may set a label has no key for that: what was signed for one object would count in another.
  if (parts.trust.readKeys !== undefined) return undefined;
  const alias = labels.find((label) => suffixAfter([label], names.aliasPrefix) !== undefined);
  return alias === undefined ? undefined : canonicalOf(issue, alias, parts);
}

/** Of the same id: one that was deprecated in favour of another object has its own updates. */
async function successorOf(
  { labels, number }: IssueRecord,
  next: number,
  { api, place, names, trust }: CarryParts,
): Promise<Heir | undefined> {
  const issue = await readIssue(api, { ...place, number: next });
  const ids = [labels, issue.labels].map((all) => suffixAfter(all, names.uidPrefix)?.toLowerCase());
  if (ids[0] !== ids[1] || !(await trust.verdictOn(issue.author)).may) return undefined;
  return asHeir(issue, number, { trust, names });
}

/** @param number of the issue that it takes over: what it goes on with is in it already */
export async function asHeir(
  issue: IssueRecord,
  number: number,
  { trust, names }: Pick<CarryParts, "trust" | "names">,
): Promise<Heir> {
  const continues = (await initialOf(issue, trust, names.uidPrefix))?.continues;
  return { issue, after: continues?.issue === number ? continues.comment : 0, since: "" };
}

async function canonicalOf(issue: IssueRecord, alias: string, parts: CarryParts): Promise<Heir | undefined> {
  const { api, place, names, trust } = parts;
  const labelled = await labelledAt(issue, alias, api);
  // Who may set labels may not, for that, write.
  if (labelled === undefined || !(await trust.verdictOn(labelled.by)).may) return undefined;
  const id = await idOfLabel(alias, names.aliasPrefix, parts);
  const live = liveOf((await findIssues(api, place, id, names)).issues);
  if (live === undefined || live.issue.number === issue.number) return undefined;
  const canonical = await readIssue(api, { ...place, number: live.issue.number });
  return { issue: canonical, after: 0, since: labelled.at };
}

const labelledQuery = `query($id: ID!) {
  node(id: $id) {
    ... on Issue {
      timelineItems(last: 100, itemTypes: [LABELED_EVENT]) {
        nodes {
          ... on LabeledEvent {
            createdAt label { name } actor { ${actor} }
          }
        }
      }
    }
  }
}`;

interface LabelledJson {
  readonly createdAt: string;
  readonly label: { readonly name: string };
  readonly actor: ActorJson | null;
}

/** When a label was set the last time, and by whom. */
async function labelledAt(
  { nodeId }: IssueRecord,
  label: string,
  api: GitHubApi,
): Promise<{ readonly at: string; readonly by: Account | undefined } | undefined> {
  const { node } = await api.graphql<{
    readonly node: { readonly timelineItems: { readonly nodes: readonly LabelledJson[] } };
  }>(labelledQuery, { id: nodeId });
  const event = node.timelineItems.nodes.findLast(({ label: { name } }) => name === label);
  return event === undefined ? undefined : { at: event.createdAt, by: toAccount(event.actor) };
}

/**
 * @param state of the issue, read from the start
 * @param parts `fills`: with what the object was made of, too
 * @returns how many changes were carried: those that were not there
 */
export async function carryOver(
  issue: IssueRecord,
  state: ObjectState,
  heir: Heir,
  { fills = false, ...parts }: CarryParts & { readonly fills?: boolean },
): Promise<number> {
  const there = await readObject(heir.issue, parts.trust, parts.names, "start");
  if ("because" in there) return 0;
  const done = new Set(there.counted.flatMap(({ content }) => keysOf(content)));
  const all = [...(fills ? [fillOf(issue, state)] : []), ...stepsOf(issue, state, { heir, fills })];
  // Where aliases go round in a circle it comes back to where it was said.
  const steps = all.filter(({ operation, from }) => !done.has(operation) && from.issue !== heir.issue.number);
  for (const text of inComments(steps)) {
    const object = { id: there.id, issueNumber: heir.issue.number };
    await say(parts.api, heir.issue.nodeId, (await parts.signer?.sign(object, text)) ?? text);
  }
  return steps.length;
}

type NamedStep = Step & Required<Pick<Step, "operation" | "from">>;

/** What the object was made of, where the other one has nothing. */
function fillOf({ number, author, createdAt }: IssueRecord, { base }: ObjectState): NamedStep {
  const from = originOf(number, 0, author, createdAt);
  return { operation: `#${number}`, from, edits: [{ op: "fill", data: base.data }] };
}

function stepsOf(
  { number, comments }: IssueRecord,
  { folded }: ObjectState,
  { heir: { after, since }, fills }: { readonly heir: Heir; readonly fills: boolean },
): readonly NamedStep[] {
  const byId = new Map(comments.map((comment) => [comment.id, comment]));
  const steps: NamedStep[] = [];
  let index = 0;
  let last = 0;
  for (const { commentId, change } of folded.steps) {
    index = commentId === last ? index + 1 : 0;
    last = commentId;
    const { author, createdAt } = byId.get(commentId) ?? {};
    if (createdAt === undefined || commentId <= after || createdAt < since) continue;
    const named = `#${number}/${commentId}${index === 0 ? "" : `/${index}`}`;
    const from = originOf(number, commentId, author, createdAt);
    if ("edits" in change)
      steps.push({ ...change, from: change.from ?? from, operation: change.operation ?? named });
    // It is of the body that it stands in.
    else if (fills) steps.push({ from, operation: named, edits: [{ op: "fill", data: change.data }] });
  }
  return steps;
}

function originOf(issue: number, comment: number, author: Account | undefined, at: string): Origin {
  return {
    issue,
    comment,
    ...(author === undefined ? {} : { by: { login: author.login, id: author.id } }),
    at,
  };
}

/** As many in each comment as it holds. */
function inComments(steps: readonly Step[]): readonly string[] {
  if (steps.length === 0) return [];
  const text = writeCarriedComment(steps);
  if (steps.length === 1 || Buffer.byteLength(text) <= maxTextBytes) return [text];
  const half = Math.ceil(steps.length / 2);
  return [...inComments(steps.slice(0, half)), ...inComments(steps.slice(half))];
}

const sayQuery = `mutation($comment: AddCommentInput!, $reopen: UpdateIssueInput!) {
  addComment(input: $comment) { clientMutationId }
  updateIssue(input: $reopen) { clientMutationId }
}`;

/** Opened, so that it is found if what folds it does not come to that. */
async function say(api: GitHubApi, nodeId: string, body: string): Promise<void> {
  const variables = { comment: { subjectId: nodeId, body }, reopen: { id: nodeId, state: "OPEN" } };
  await api.graphql(sayQuery, variables);
}
