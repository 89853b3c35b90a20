/**
 * @module Many files in one commit: all of them or none. Where somebody else was faster, it is made again on top of theirs.
 */
import { HubsteadError } from "../../errors.ts";
import {
  type BranchPlace,
  type BranchState,
  findSince,
  type PastCommit,
  readShownState,
} from "./branch-state.ts";
import { mustBeObject, mustBeText } from "./check-arguments.ts";
import { commitRefusalOf, withRuleNamed, withWorkflowsNamed } from "./commit-refusal.ts";
import { type Deadline, inTurn, makeRoom, startDeadline } from "./commit-turns.ts";
import { type FileChange, openChanges, type ParsedChange, parseChanges } from "./file-changes.ts";
import { namingNeeds } from "./needed-of.ts";
import { noteOwnWrite } from "./own-writes.ts";
import { parseBranch } from "./repository-place.ts";
import { sendCommit, splitMessage } from "./send-commit.ts";
import type { CallOptions, GitHubApi, Session } from "./session.ts";

export interface CommitFilesOptions extends CallOptions {
  /** Default: the default branch. */
  readonly branch?: string;
  readonly message: string;
  readonly changes: readonly FileChange[];
  /** The commit's id that the branch must be at. Absent: wherever it is. */
  readonly expectedHead?: string;
}

export interface CommitResult {
  /** `unchanged` where all files are so already: then there is no commit. */
  readonly outcome: "committed" | "unchanged";
  /** Of the commit; where there is none, of the branch's head. */
  readonly commitSha: string;
  readonly branch: string;
  /** How often it was tried until nobody was faster. */
  readonly attempts: number;
}

export interface CommitMethods {
  /**
   * Changes any number of files in one commit on a branch: all of them, or none. Where the branch moves meanwhile, the commit is
   * made anew on top of its new head, until `timeoutMs` (default: 5 minutes) is over; the branch is never forced. The first
   * files of an empty repository are committed, too: several of them after a commit that makes the branch.
   *
   * @throws {HubsteadError} `version_conflict` where `expectedHead` is not the head, or others were faster all the time;
   *   `not_found` for a branch that there is not; `invalid_input`; `forbidden`; `remote_unavailable`
   */
  commitFiles(repo: string, options: CommitFilesOptions): Promise<CommitResult>;
}

export function commitMethods(session: Session): CommitMethods {
  return namingNeeds<CommitMethods>({
    async commitFiles(name, given) {
      const { branch, message, changes, expectedHead, ...options } = mustBeObject(
        given,
        "what commitFiles was given after the repository",
        "options",
      );
      mustBeText(message, "the message of a commit", "message");
      const place: BranchPlace = {
        ...session.repo(name),
        branch: branch === undefined ? undefined : parseBranch(branch),
      };
      const work: Work = {
        session,
        place,
        message,
        changes: parseChanges(changes),
        expectedHead,
        deadline: startDeadline(session, options),
        blobs: new Set(),
        sent: new Set(),
      };
      return inTurn(session, place, work.deadline, () => commitUntilLanded(work));
    },
  });
}

interface Work {
  readonly session: Session;
  readonly place: BranchPlace;
  readonly message: string;
  readonly changes: readonly ParsedChange[];
  readonly expectedHead: string | undefined;
  readonly deadline: Deadline;
  readonly blobs: Set<string>;
  /** Commits that a branch was to be moved to. */
  readonly sent: Set<string>;
}

// At most, between two attempts; how much of it is left to chance: those who met once are not to meet again, and who lost
// is not to be late for ever.
const firstPauseMs = 250;
const longestPauseMs = 8_000;

async function commitUntilLanded(work: Work): Promise<CommitResult> {
  const { session, place, deadline } = work;
  const about = `${place.owner}/${place.repo}`;
  // What was put into an empty repository to make its branch, and goes with the first commit.
  let placeholder: readonly ParsedChange[] = [];
  let isPlaceholderSeen = false;
  for (let attempts = 1; ; attempts++) {
    // By the owner the governed fetch knows whose installation of an App is meant.
    const api = await session.api(about, { ...deadline.call(), owner: place.owner });
    const wanted = [...work.changes, ...placeholder];
    const begunAt = session.clock.now();
    const paths = wanted.map(({ path }) => path);
    const state = await readShownState(session, api, { ...place, paths }, deadline);
    checkHead(work, state);
    try {
      if (state.rootMessage?.trimEnd() === placeholderMessage && !isPlaceholderSeen) {
        // Whoever has begun the repository was ended before its first commit.
        isPlaceholderSeen = true;
        placeholder = placeholderGone(work);
        if (placeholder.length > 0) continue;
      }
      if (state.head === undefined) {
        isPlaceholderSeen = true;
        placeholder = placeholderFor(work);
        const branch = place.branch ?? (await defaultBranchOf(api, place));
        const commitSha = await beginBranch(api, work, branch);
        if (wholeCommit(work.changes) === undefined) continue;
        return { outcome: "committed", commitSha, branch, attempts };
      }
      const changes = openChanges(wanted, state.ids);
      const sent =
        changes.length === 0
          ? ({ outcome: "unchanged" } as const)
          : await sendCommit(
              api,
              {
                ...place,
                branch: state.branch,
                head: state.head,
                message: work.message,
                changes,
                ids: state.ids,
                blobs: work.blobs,
              },
              (sha) => work.sent.add(sha),
            );
      const commitSha = sent.outcome === "committed" ? sent.sha : state.head;
      if (sent.outcome === "committed") {
        const tookMs = session.clock.now() - begunAt;
        noteWrites(work, state);
        await makeRoom(session, place, state.branch, deadline, { head: state.head, commitSha, tookMs });
      }
      return { outcome: sent.outcome, commitSha, branch: state.branch, attempts };
    } catch (error) {
      const landed = await lookAfter(error, api, work, state);
      if (landed !== undefined)
        return { outcome: "committed", commitSha: landed.sha, branch: state.branch, attempts };
      // Who has won leaves a gap: who has lost is to be in time for it.
      const tookMs = session.clock.now() - begunAt;
      const pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, tookMs / 2));
      const isOver = !(await deadline.pause(pauseMs * Math.random()));
      if (isOver || work.expectedHead !== undefined) throw error;
    }
  }
}

/** Who writes one of the files next, need not wait until GitHub shows it. */
function noteWrites({ session, place, changes }: Work, { branch, ids }: BranchState): void {
  for (const { path, id, isDeleted } of changes)
    for (const ref of new Set([place.branch, branch]))
      if (isDeleted || id !== undefined) noteOwnWrite(session, { ...place, path, ref }, id, ids.get(path));
}

/** @throws {HubsteadError} `version_conflict`, `not_found` */
function checkHead({ expectedHead, place }: Work, { head, isEmpty, branch }: BranchState): void {
  const about = `${branch} of ${place.owner}/${place.repo}`;
  if (expectedHead !== undefined && head !== expectedHead) {
    throw new HubsteadError(
      "version_conflict",
      `${about} is at ${head ?? "nothing"}, not at ${expectedHead}`,
      {
        hint: "Read again what has changed, put your changes on top, and try again.",
        data: { expected: expectedHead, found: head ?? null },
      },
    );
  }
  if (head === undefined && !isEmpty) {
    throw new HubsteadError("not_found", `there is no branch ${about}`, {
      hint: "Make it first, from a commit of another branch.",
      data: { branch },
    });
  }
}

const placeholderPath = ".gitkeep";
// Nobody else writes this: by it the placeholder is known again.
const placeholderMessage = `Begin the repository\n\n${placeholderPath} only makes the branch, and goes with the first commit of files.`;

/** What has to go again once the branch is there; nothing where the one file is the whole commit. */
function placeholderFor(work: Work): readonly ParsedChange[] {
  return wholeCommit(work.changes) === undefined ? placeholderGone(work) : [];
}

function placeholderGone({ changes }: Work): readonly ParsedChange[] {
  const gone = { path: placeholderPath, bytes: undefined, id: undefined, mode: undefined, isDeleted: true };
  return [gone].filter(({ path }) => changes.every((change) => change.path !== path));
}

/** Of a commit of one new file, its path and bytes. */
function wholeCommit(changes: readonly ParsedChange[]): { path: string; bytes: Buffer } | undefined {
  const [{ path, bytes, mode }] = changes as readonly [ParsedChange];
  return changes.length === 1 && bytes !== undefined && mode === undefined ? { path, bytes } : undefined;
}

/** Of an empty repository GraphQL does not know it. */
async function defaultBranchOf(api: GitHubApi, { owner, repo }: BranchPlace): Promise<string> {
  const { data } = await api.request("GET /repos/{owner}/{repo}", { owner, repo });
  return data.default_branch;
}

/**
 * Makes the first commit of an empty repository, which takes no objects of git's. One new file is the whole commit; before
 * several an empty file makes the branch, so that they still come together.
 *
 * @returns the commit's id
 * @see https://docs.github.com/rest/git/trees: 409 for an empty repository
 */
async function beginBranch(
  api: GitHubApi,
  { place: { owner, repo }, message, changes }: Work,
  branch: string,
): Promise<string> {
  const whole = wholeCommit(changes);
  const { data } = await api.request("PUT /repos/{owner}/{repo}/contents/{path}", {
    owner,
    repo,
    path: whole?.path ?? placeholderPath,
    branch,
    message: whole === undefined ? placeholderMessage : message,
    content: whole?.bytes.toString("base64") ?? "",
  });
  return data.commit.sha ?? "";
}

/**
 * Whether a commit has landed though it seems to have failed: its answer was lost, and what was sent again came too late.
 *
 * @returns the commit; `undefined` where it has not landed and may be tried again
 * @throws the error, where trying again makes no sense
 */
async function lookAfter(
  error: unknown,
  api: GitHubApi,
  work: Work,
  { head }: BranchState,
): Promise<PastCommit | undefined> {
  const refusal = commitRefusalOf(error);
  if (refusal === "final") {
    const paths = work.changes.map(({ path }) => path);
    throw withWorkflowsNamed(withRuleNamed(error, `${work.place.owner}/${work.place.repo}`), paths);
  }
  const mayBe = ({ sha, parent, message: text }: PastCommit) =>
    work.sent.has(sha) ||
    (parent === head && splitMessage(text).headline === splitMessage(work.message).headline);
  const found = await findSince(api, work.place, head, mayBe).catch((failure: unknown) => {
    throw refusal === "uncertain" ? error : failure;
  });
  if (found !== undefined && (work.sent.has(found.sha) || (await isAsWanted(api, work, found)))) return found;
  // The request was repeated as often as makes sense already.
  if (error instanceof HubsteadError && error.code === "remote_unavailable") throw error;
  return undefined;
}

/** Whether a commit has done to the files what was asked for. */
async function isAsWanted(api: GitHubApi, { place, changes }: Work, { sha }: PastCommit): Promise<boolean> {
  const { owner, repo } = place;
  const { data } = await api.request("GET /repos/{owner}/{repo}/commits/{ref}", { owner, repo, ref: sha });
  const wanted = new Map(changes.map((change) => [change.path, change]));
  return (data.files ?? []).every(({ filename, status, sha: id }) => {
    const change = wanted.get(filename);
    if (filename === placeholderPath && change === undefined) return true;
    return change !== undefined && (change.isDeleted ? status === "removed" : id === change.id);
  });
}
