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
import { blobIdOf } from "./git-object-id.ts";
import { readTree } from "./list-files.ts";
import { type Place, readEntry } from "./read-file.ts";
import { mustParseFilePath, parseBranch } from "./repository-place.ts";
import { type CallOptions, type GitHubApi, type Session, unlessMissing } from "./session.ts";

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
const mostAttempts = 6;

async function compareAndSet(change: Change): Promise<Changed> {
  const { session, place, deadline, wanted, expected } = change;
  const about = `${place.path} of ${place.owner}/${place.repo}`;
  let isLinkChecked = false;
  for (let attempt = 1; ; attempt++) {
    const api = await session.api(about, deadline.call());
    const base = await readId(api, place);
    if (base === wanted) return { base, commitSha: undefined };
    if (expected !== undefined && base !== (expected ?? undefined)) throw conflict(about, expected, base);
    const message = change.message ?? `${messageStart(base, wanted)} ${place.path}`;
    try {
      const commitSha = await change.send(api, base, message);
      return { base, commitSha: commitSha ?? (await findCommit(api, change, base, message)) };
    } catch (error) {
      const refusal = commitRefusalOf(error);
      if (refusal === "final") throw withWorkflowsNamed(withRuleNamed(error, about), [place.path]);
      // Asking again is safe: GitHub compares.
      if (refusal === "uncertain") {
        const commitSha = await findCommit(api, change, base, message).catch(() => undefined);
        if (commitSha !== undefined) return { base, commitSha };
        // The request was repeated as often as makes sense already.
        if (error instanceof HubsteadError && error.code === "remote_unavailable") throw error;
      }
      if (!isLinkChecked) await checkIsNoLink(api, place);
      isLinkChecked = true;
      const pauseMs = firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      if (attempt >= mostAttempts || !(await deadline.pause(pauseMs))) throw error;
    }
  }
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

// How far back a commit is looked for whose answer was lost; each costs a request.
const mostLookedAt = 10;

/**
 * The commit that has made the change, newest first; as far back as to where the file was as this attempt has found it.
 *
 * @returns `undefined` where there is none: the file was not changed, or by others only
 */
async function findCommit(
  api: GitHubApi,
  { place, wanted }: Change,
  base: string | undefined,
  message: string,
): Promise<string | undefined> {
  const { owner, repo, path, ref } = place;
  const { data: commits } = await api.request("GET /repos/{owner}/{repo}/commits", {
    owner,
    repo,
    path,
    per_page: mostLookedAt,
    ...(ref == null ? {} : { sha: ref }),
  });
  for (const { sha, commit } of commits) {
    const id = await readId(api, { ...place, ref: sha });
    if (id === wanted && commit.message === message) return sha;
    if (id === base) return undefined;
  }
  return undefined;
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
