/**
 * @module One file of a repository, written or deleted in one commit. GitHub compares the file's id before it writes, so that
 * nothing is overwritten unseen and nothing is written twice, however often it is asked.
 *
 * @see https://docs.github.com/rest/repos/contents#create-or-update-file-contents
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import { mustBeContent } from "./check-arguments.ts";
import { commitRefusalOf, withRuleNamed, withWorkflowsNamed } from "./commit-refusal.ts";
import { type Deadline, inTurn, startDeadline } from "./commit-turns.ts";
import { findFileCommit, type Landed } from "./find-file-commit.ts";
import { blobIdOf } from "./git-object-id.ts";
import { readTree } from "./list-files.ts";
import { forgetOwnWrite, noteOwnWrite, ownWriteOf } from "./own-writes.ts";
import { type Place, readEntry } from "./read-file.ts";
import { mustParseFilePath, parseBranch } from "./repository-place.ts";
import { type CallOptions, type GitHubApi, type Session, unlessMissing } from "./session.ts";
import { untilShown } from "./until-shown.ts";

export interface WriteFileOptions extends CallOptions {
  /** Default: `Update PATH` or `Create PATH`. */
  readonly message?: string;
  /** Default: the default branch. */
  readonly branch?: string;
  /**
   * The blob's id that the file must have now, as `getFile` has told it; `null` where it must not be there. Absent: whatever
   * is there is replaced.
   */
  readonly expectedSha?: string | null;
}

export interface DeleteFileOptions extends Omit<WriteFileOptions, "expectedSha"> {
  readonly expectedSha?: string;
}

export interface FileWritten {
  /** `unchanged` where it was so already: then there is no commit. */
  readonly outcome: "created" | "updated" | "unchanged";
  /** The blob's id. */
  readonly sha: string;
  readonly commitSha: string | undefined;
}

export interface FileDeleted {
  /** `unchanged` where there was none. */
  readonly outcome: "deleted" | "unchanged";
  readonly commitSha: string | undefined;
}

/** What is to become of a file. */
interface Change {
  readonly session: Session;
  readonly place: Place;
  readonly message: string | undefined;
  readonly deadline: Deadline;
  /** Its id afterwards; `undefined` for no file. */
  readonly wanted: string | undefined;
  readonly expected: string | null | undefined;
  /** Asks GitHub for it. @param base its id now @returns the commit's id, where GitHub has told it */
  readonly send: (api: GitHubApi, base: string | undefined, message: string) => Promise<string | undefined>;
}

interface Changed {
  readonly base: string | undefined;
  /** `undefined` where nothing had to be done. */
  readonly commitSha: string | undefined;
}

/** @see FileMethods.putFile */
export async function writeFile(
  session: Session,
  name: string,
  path: string,
  content: string | Uint8Array,
  options: WriteFileOptions,
): Promise<FileWritten> {
  mustParseFilePath(path);
  const bytes = Buffer.from(mustBeContent(content, path));
  const wanted = blobIdOf(bytes);
  const { base, commitSha } = await changeFile(session, name, path, options, {
    wanted,
    send: async (api, sha, message, { owner, repo, path: at, ref }) => {
      const { data } = await api.request("PUT /repos/{owner}/{repo}/contents/{path}", {
        owner,
        repo,
        path: at,
        message,
        content: bytes.toString("base64"),
        ...(ref == null ? {} : { branch: ref }),
        ...(sha === undefined ? {} : { sha }),
      });
      return data.commit.sha;
    },
  });
  const outcome = commitSha === undefined ? "unchanged" : base === undefined ? "created" : "updated";
  return { outcome, sha: wanted, commitSha };
}

/** @see FileMethods.deleteFile */
export async function deleteFile(
  session: Session,
  name: string,
  path: string,
  options: DeleteFileOptions,
): Promise<FileDeleted> {
  const { commitSha } = await changeFile(session, name, path, options, {
    wanted: undefined,
    send: async (api, sha, message, { owner, repo, path: at, ref }) => {
      const { data } = await api.request("DELETE /repos/{owner}/{repo}/contents/{path}", {
        owner,
        repo,
        path: at,
        message,
        sha: sha ?? "",
        ...(ref == null ? {} : { branch: ref }),
      });
      // Nothing, where a repeated request found that it is gone.
      return (data as typeof data | undefined)?.commit?.sha;
    },
  });
  return { outcome: commitSha === undefined ? "unchanged" : "deleted", commitSha };
}

interface Sending {
  readonly wanted: string | undefined;
  readonly send: (
    api: GitHubApi,
    base: string | undefined,
    message: string,
    place: Place,
  ) => Promise<string | undefined>;
}

function changeFile(
  session: Session,
  name: string,
  path: string,
  { message, branch, expectedSha, ...options }: WriteFileOptions,
  { wanted, send }: Sending,
): Promise<Changed> {
  const ref = branch === undefined ? undefined : parseBranch(branch);
  const place: Place = { ...session.repo(name), path: mustParseFilePath(path), ref };
  const deadline = startDeadline(session, options);
  const change: Change = {
    session,
    place,
    message,
    deadline,
    wanted,
    expected: expectedSha,
    send: (api, base, text) => send(api, base, text, place),
  };
  return inTurn(session, place, deadline, () => compareAndSet(change));
}

// Between two attempts: half a second at first, twice as much each time, half of it by chance.
const firstPauseMs = 500;
const longestPauseMs = 16_000;
const mostAttempts = 6;

async function compareAndSet(change: Change): Promise<Changed> {
  const { session, place, deadline, wanted, expected } = change;
  const { clock, lagMs } = session;
  const about = `${place.path} of ${place.owner}/${place.repo}`;
  let isLinkChecked = false;
  // By the clock: until then a read may show what was before somebody else's change.
  let doubtUntil = Number.NEGATIVE_INFINITY;
  for (let attempt = 1; ; attempt++) {
    const api = await session.api(about, deadline.call());
    const shown = await readId(api, place);
    const own = ownWriteOf(session, place);
    // It may be behind what this process has written itself; GitHub compares whatever is taken for true.
    const isStale = own?.older.includes(shown) === true;
    const isExpected = expected !== undefined && shown === (expected ?? undefined);
    const base = isStale && own.id !== wanted && !isExpected ? own.id : shown;
    const pauseMs = firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
    if (base === wanted) {
      if (clock.now() < doubtUntil && (await deadline.pause(Math.min(pauseMs, doubtUntil - clock.now()))))
        continue;
      return { base, commitSha: undefined };
    }
    if (expected !== undefined && base !== (expected ?? undefined)) throw conflict(about, expected, base);
    const message = change.message ?? `${messageStart(base, wanted)} ${place.path}`;
    try {
      const told = await change.send(api, base, message);
      noteOwnWrite(session, place, wanted, base);
      if (told !== undefined) return { base, commitSha: told };
      const landed = await untilLanded(change, base, message);
      return { base, commitSha: landed?.by === "us" ? landed.sha : undefined };
    } catch (error) {
      const refusal = isStale && isAbsence(error) ? "moved" : commitRefusalOf(error);
      if (refusal === "final") throw withWorkflowsNamed(withRuleNamed(error, about), [place.path]);
      // Asking again is safe: GitHub compares.
      if (refusal === "uncertain") {
        const landed = await untilLanded(change, base, message).catch(() => undefined);
        if (landed?.by === "us") {
          noteOwnWrite(session, place, wanted, base);
          return { base, commitSha: landed.sha };
        }
        // The request was repeated as often as makes sense already; or nobody can tell.
        if (landed === undefined) throw error;
      }
      if (isStale && base === own.id) {
        forgetOwnWrite(session, place);
        doubtUntil = own.at + lagMs;
      }
      if (!isLinkChecked) await checkIsNoLink(api, place);
      isLinkChecked = true;
      const isOver = attempt >= mostAttempts && !(isStale && own.id === wanted);
      if (isOver || !(await deadline.pause(Math.min(pauseMs, longestPauseMs)))) throw error;
    }
  }
}

/** @returns `undefined` where that cannot be told: GitHub shows neither the change nor another one in its place */
async function untilLanded(
  { session, place, deadline, wanted }: Change,
  base: string | undefined,
  message: string,
): Promise<Landed | undefined> {
  const { clock, lagMs } = session;
  const { signal } = deadline.call();
  const wait = { clock, lagMs, from: clock.now(), deadlineAt: deadline.at, signal };
  const shown = await untilShown(wait, async () => {
    const api = await session.api(`the history of ${place.path}`, deadline.call());
    return findFileCommit(api, { place, base, wanted, message });
  });
  return shown.kind === "found" ? shown.value : undefined;
}

/** To a file that there is not any more. */
function isAbsence(error: unknown): boolean {
  return error instanceof HubsteadError && error.code === "not_found";
}

/** @throws {HubsteadError} `invalid_input` for what is no file */
async function readId(api: GitHubApi, place: Place): Promise<string | undefined> {
  const entry = await unlessMissing(readEntry(api, place));
  if (entry === undefined || entry.type === "file") return entry?.sha;
  throw notAFile(place, entry.type);
}

/**
 * A symbolic link is read as the file that it leads to, and refuses that file's id for ever: only git's tree shows what it is.
 *
 * @throws {HubsteadError} `invalid_input`
 */
async function checkIsNoLink(api: GitHubApi, place: Place): Promise<void> {
  const { owner, repo, path, ref } = place;
  const above = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const tree =
    above === "" ? (ref ?? "HEAD") : (await unlessMissing(readEntry(api, { ...place, path: above })))?.sha;
  if (tree === undefined) return;
  const reading = readTree(api, { owner, repo, tree, above, recursive: false });
  // What it is cannot be told, and the conflict remains.
  const items = await reading.catch(() => []);
  if (items.find((item) => item.path === path)?.type === "symlink") throw notAFile(place, "symlink");
}

function notAFile({ owner, repo, path }: Place, type: "dir" | "symlink" | "submodule"): HubsteadError {
  const what = { dir: "a folder", symlink: "a symbolic link", submodule: "a submodule" }[type];
  return invalidInput(
    `${path} of ${owner}/${repo} is ${what}, not a file`,
    "Choose another path, or change it with commitFiles.",
    { path: "path", type },
  );
}

function messageStart(base: string | undefined, wanted: string | undefined): string {
  if (wanted === undefined) return "Delete";
  return base === undefined ? "Create" : "Update";
}

function conflict(about: string, expected: string | null, found: string | undefined): HubsteadError {
  const is = found === undefined ? "is not there" : `is ${found} now`;
  const was = expected === null ? "there was to be none" : `${expected} was expected`;
  return new HubsteadError("version_conflict", `${about} ${is}; ${was}`, {
    hint: "Read it again, put your change on top, and try again.",
    data: { expected, found: found ?? null },
  });
}
