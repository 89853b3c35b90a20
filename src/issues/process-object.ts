/**
 * @module Makes an issue say what the object is: its body and checkpoint, marks for those who look, closed when nothing waits. Safe to be
 * run twice at once and to be ended anywhere: whatever it has not done, the next run does.
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { GitHubApi } from "../github/client/session.ts";
import type { BodyHistory } from "./body-history.ts";
import { type CarryParts, carryOver, heirOf } from "./carry-over.ts";
import type { Decision } from "./decisions.ts";
import type { FoldedStep } from "./fold.ts";
import {
  type CommentRecord,
  type IssueJson,
  type IssuePlace,
  type IssueRecord,
  issueFields,
  readIssue,
  wholeIssue,
} from "./issue-record.ts";
import { maxComments as mostComments, moveOn } from "./next-issue.ts";
import { type ObjectState, readObject } from "./object-state.ts";
import type { Signer } from "./signer.ts";
import type { StoreLabels } from "./store-labels.ts";
import { contentOf, type ReactionName, type StoreReactions } from "./store-reactions.ts";
import type { Account, Trust } from "./trust.ts";
import { type Document, readDocument, writeDocument } from "./wire/document.ts";
import { hashOfBody, writeTitle } from "./wire/title.ts";
import { maxTextBytes, writeHandEditComment } from "./wire/write-comment.ts";

export interface Processed {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  /** In order. */
  readonly decisions: readonly Decision[];
  /** Of the comments that count: what each change came to. */
  readonly changes: readonly FoldedStep[];
  /** Hand edits that do not count. */
  readonly undone: BodyHistory["undone"];
  /** How often the issue was written. */
  readonly writes: number;
  /** Of the issue in which it counts, where this one is an alias, a duplicate, or was full. */
  readonly passedOn?: Processed;
}

export interface ProcessOptions {
  readonly github: Pick<GitHubClient, "api">;
  /** @param reader whose token it is */
  readonly trustFor: (reader: Account) => Trust;
  readonly names: StoreLabels;
  readonly clientVersion: string;
  /** Where changes are signed. */
  readonly signer?: Signer | undefined;
  /** Whether the next issue of one that is full is to be locked. */
  readonly lock?: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** With so many comments an object moves on to another issue. */
  readonly maxComments?: number;
  /** Whether GitHub takes no more comments, however few there are: those that were deleted count. */
  readonly isFull?: boolean;
  /** Issues that led here: aliases may go round in a circle. */
  readonly cameFrom?: readonly number[];
}

// Each round folds what arrived during the one before: after so many somebody writes faster than GitHub answers.
const mostRounds = 20;
// More in one request and GitHub may take longer than its ten seconds.
const marksAtOnce = 20;

/**
 * @throws {HubsteadError} `invalid_input` for an issue that is no object; `busy` where comments arrive faster than they can be folded;
 *   `unsupported_format` where a newer version of hubstead has written
 */
export async function processObject(place: IssuePlace, options: ProcessOptions): Promise<Processed> {
  const { github, trustFor, names, cameFrom = [] } = options;
  const about = `issue ${place.number} of ${place.owner}/${place.repo}`;
  // All that is written here may be written again: what is there already is marked, closed or noted once.
  const api = await github.api(about, { again: true });
  const decisions = new Map<number, Decision>();
  const changes = new Map<string, FoldedStep>();
  const undone = new Map<string, BodyHistory["undone"][number]>();
  const first = await readIssue(api, place);
  const trust = trustFor(first.reader);
  const { clientVersion, now, lock = false, signer } = options;
  // Without the number, which not everything is about.
  const { owner, repo } = place;
  const parts = { api, place: { owner, repo }, names, trust, clientVersion, now, lock, signer };
  const by: Processor = {
    id: first.reader.id,
    isBelieved: (await trust.verdictOn(first.reader)).may,
    trust,
    reactions: names.reactions,
    marks: new Set(),
  };
  let heir: number | undefined;
  let issue: IssueRecord = first;
  let writes = 0;
  // What was written once and is not there.
  let dropped: unknown;
  for (let round = 0; round < mostRounds; round++) {
    const state = await readObject(issue, trust, names);
    if ("because" in state) throw noObject(about, state.because);
    for (const decision of decidedIn(state)) decisions.set(decision.comment.id, decision);
    for (const step of state.folded.steps)
      if (decisions.has(step.commentId)) changes.set(keyOfChange(step), step);
    for (const edit of state.history.undone) undone.set(`${edit.revision.at} ${edit.revision.body}`, edit);
    if (by.isBelieved) heir = (await passOn(issue, parts)) ?? heir;
    const deeds = await deedsFor(issue, state, by);
    if (deeds.length === 0) {
      if (state.folded.stoppedAt !== undefined) throw tooNew(about, state.folded.stoppedAt);
      if (by.isBelieved && isFull(issue, options)) {
        await moveOn(issue, state, parts);
        issue = await readIssue(api, place);
        continue;
      }
      const passedOn =
        heir === undefined || cameFrom.includes(heir)
          ? undefined
          : await processObject(
              { ...place, number: heir },
              { ...options, isFull: false, cameFrom: [...cameFrom, place.number] },
            );
      return {
        id: state.id,
        number: issue.number,
        version: state.folded.version,
        decisions: [...decisions.values()].sort((a, b) => a.comment.id - b.comment.id),
        changes: [...changes.values()],
        undone: [...undone.values()],
        writes,
        ...(passedOn === undefined ? {} : { passedOn }),
      };
    }
    const wanted = deeds.find(({ input }) => "body" in input)?.input["body"];
    for (const batch of inBatches(deeds)) {
      writes++;
      issue = await carryOut(api, batch).catch((error: unknown) => {
        if (error instanceof HubsteadError && error.code === "ambiguous_write") return readIssue(api, place);
        throw error;
      });
    }
    if (wanted !== undefined && wanted === dropped && issue.body !== wanted)
      throw keptOld(about, wanted as string);
    dropped = wanted;
  }
  throw new HubsteadError("busy", `${about} is written to faster than it can be processed`, {
    hint: "Run it again; what was folded is kept.",
    data: { retryAfterMs: 60_000 },
  });
}

/** A comment may hold several, each with an operation. */
function keyOfChange({ commentId, change }: FoldedStep): string {
  return `${commentId} ${"operation" in change ? change.operation : ""}`;
}

/** @returns the number of the issue in which what was said here counts as well, where something was carried there */
async function passOn(issue: IssueRecord, parts: CarryParts): Promise<number | undefined> {
  const heir = await heirOf(issue, parts);
  if (heir === undefined) return undefined;
  const state = await readObject(issue, parts.trust, parts.names, "start");
  if ("because" in state) return undefined;
  return (await carryOver(issue, state, heir, parts)) > 0 ? heir.issue.number : undefined;
}

function isFull(
  { comments, labels }: IssueRecord,
  { names, maxComments = mostComments, isFull: isTold = false }: ProcessOptions,
): boolean {
  const isLive = labels.some((label) => label.toLowerCase() === names.base.toLowerCase());
  return isLive && (isTold || comments.length >= maxComments);
}

/** Whose token it is that an issue is processed with, as far as it matters what is written. */
interface Processor {
  readonly id: number;
  /**
   * Whether what it writes counts. Of `github-actions`, where nobody has listed it, it does not: then everything is folded from the
   * start each time, hand edits are taken from the body's history, and nothing is carried to other issues.
   */
  readonly isBelieved: boolean;
  readonly trust: Trust;
  readonly reactions: StoreReactions;
  /** That were made in this run already: they need not be among those that GitHub lists first. */
  readonly marks: Set<string>;
}

/** One mutation: what it says after the colon of its alias, with variables of its own. */
interface Deed {
  readonly field: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly isMark?: boolean;
}

/** What has to be done so that the issue says what the object is; nothing where it does. */
async function deedsFor(
  issue: IssueRecord,
  state: ObjectState,
  { id, isBelieved, trust, reactions, marks }: Processor,
): Promise<readonly Deed[]> {
  const { folded, history } = state;
  // Noted first: whatever happens then, they are comments like others.
  if (history.handEdits.length > 0 && isBelieved)
    return history.handEdits.map((edit) => ({
      field: "addComment",
      input: { subjectId: issue.nodeId, body: writeHandEditComment(edit) },
    }));
  const body = bodyOf(issue, state);
  const isRewritten = body !== issue.body;
  const checkpoint = {
    commentId: folded.stoppedAt === undefined ? state.decidedUpTo : folded.stoppedAt - 1,
    version: folded.version,
    revisions: issue.revisionCount + (isRewritten ? (issue.revisionCount === 0 ? 2 : 1) : 0),
    bodyHash: hashOfBody(folded.data),
  };
  const title = writeTitle(state.id, checkpoint);
  const deeds: Deed[] = [];
  const mark = async (comment: CommentRecord, reaction: ReactionName): Promise<void> => {
    const content = contentOf(reaction);
    const key = `${content} ${comment.nodeId}`;
    if (marks.has(key) || (await isMarked(comment, content, { id, trust }))) return;
    marks.add(key);
    deeds.push({ field: "addReaction", input: { subjectId: comment.nodeId, content }, isMark: true });
  };
  if (isRewritten || title !== issue.title)
    deeds.push({
      field: "updateIssue",
      input: { id: issue.nodeId, title, ...(isRewritten ? { body } : {}) },
    });
  for (const { comment, counts, by } of decidedIn(state)) {
    // Who may not write gets no answer: it would cost a request for each of their comments.
    if (counts || (await trust.isKnownToMay(by)))
      await mark(comment, counts ? reactions.processed : reactions.refused);
  }
  for (const comment of state.unmarked) await mark(comment, reactions.processed);
  // What a newer version has to fold still waits.
  if (issue.isOpen && folded.stoppedAt === undefined)
    deeds.push({ field: "closeIssue", input: { issueId: issue.nodeId } });
  return deeds;
}

/** By the processor itself, or somebody who may say so: what gh-store has marked is not marked again. */
async function isMarked(
  { marks }: CommentRecord,
  content: string,
  { id, trust }: Pick<Processor, "id" | "trust">,
): Promise<boolean> {
  for (const { by, content: found } of marks)
    if (found === content && (by?.id === id || (await trust.isKnownToMay(by)))) return true;
  return false;
}

/** Nothing is decided from the comment on over which nothing can be folded. */
function decidedIn({
  decisions,
  folded: { stoppedAt = Number.POSITIVE_INFINITY },
}: ObjectState): readonly Decision[] {
  return decisions.filter(({ comment }) => comment.id < stoppedAt);
}

/** As it stands where it says the same already, however it is laid out. */
function bodyOf(issue: IssueRecord, { folded }: ObjectState): string {
  const { value } = readDocument(issue.body) as { value?: Document };
  const isSame = value !== undefined && hashOfBody(value) === hashOfBody(folded.data);
  return isSame ? issue.body : writeDocument(folded.data);
}

/** With no more marks in one than GitHub has time for. */
function inBatches(deeds: readonly Deed[]): readonly (readonly Deed[])[] {
  const batches: Deed[][] = [[]];
  for (const deed of deeds) {
    const marks = batches.at(-1)!.filter(({ isMark }) => isMark).length;
    if (deed.isMark && marks === marksAtOnce) batches.push([]);
    batches.at(-1)!.push(deed);
  }
  return batches;
}

// Where the answer to each deed holds the issue: what has arrived meanwhile comes along, at no request more.
const issueIn: Readonly<Record<string, string>> = {
  addComment: `subject { ... on Issue { ${issueFields} } }`,
  updateIssue: `issue { ${issueFields} }`,
  closeIssue: `issue { ${issueFields} }`,
  addReaction: `subject { ... on IssueComment { issue { ${issueFields} } } }`,
};

/** GitHub does them one after the other; one that fails stops no other. @returns the issue after the last of them */
async function carryOut(api: GitHubApi, deeds: readonly Deed[]): Promise<IssueRecord> {
  const inputs = Object.fromEntries(deeds.map(({ input }, index) => [`i${index}`, input]));
  const variables = deeds.map(
    ({ field }, index) => `$i${index}: ${field[0]!.toUpperCase()}${field.slice(1)}Input!`,
  );
  const fields = deeds.map(({ field }, index) => {
    const selection = index === deeds.length - 1 ? issueIn[field]! : "clientMutationId";
    return `d${index}: ${field}(input: $i${index}) { ${selection} }`;
  });
  const answer = await api.graphql<Readonly<Record<string, LastAnswer>>>(
    `mutation(${variables.join(", ")}) { ${fields.join(" ")} }`,
    inputs,
  );
  const { issue, subject } = answer[`d${deeds.length - 1}`]!;
  const json = issue ?? (subject !== undefined && "issue" in subject ? subject.issue : subject);
  return wholeIssue(api, json as IssueJson);
}

interface LastAnswer {
  readonly issue?: IssueJson;
  readonly subject?: IssueJson | { readonly issue: IssueJson };
}

/** GitHub answers 200 to a body that is too long, and keeps the old one. */
function keptOld(about: string, body: string): HubsteadError {
  const bytes = Buffer.byteLength(body);
  return new HubsteadError(
    "invalid_input",
    `GitHub does not take the body of ${about}: it has ${bytes} bytes`,
    {
      hint: `Shrink the object below ${maxTextBytes} bytes: remove fields, or split it.`,
      data: { bytes, expected: maxTextBytes },
    },
  );
}

function noObject(about: string, because: string): HubsteadError {
  return new HubsteadError("invalid_input", `${about} is not processed, because ${because}`, {
    hint: "An object's issue is opened by somebody who may write to the repository, with the labels of the store.",
    data: { because },
  });
}

function tooNew(about: string, commentId: number): HubsteadError {
  return new HubsteadError(
    "unsupported_format",
    `comment ${commentId} of ${about} was written by a newer version`,
    {
      hint: "Update hubstead here; what came before that comment is processed.",
      data: { commentId },
    },
  );
}
