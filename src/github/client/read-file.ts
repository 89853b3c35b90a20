/**
 * @module One file of a repository, with its bytes: from the contents API where it is small, as a blob where it is not.
 *
 * @see https://docs.github.com/rest/repos/contents#get-repository-content
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import { blobIdOf } from "./git-object-id.ts";
import type { GitHubErrorItem } from "./github-error.ts";
import { mustParseFilePath } from "./repository-place.ts";
import type { CallOptions, GitHubApi, RepoName, Session } from "./session.ts";

export interface ReadFileOptions extends CallOptions {
  /** A branch, a tag, a commit's id. Default: the default branch. */
  readonly ref?: string;
}

export interface FileContent {
  readonly path: string;
  readonly name: string;
  /** The blob's id: what `putFile` takes as `expectedSha`. */
  readonly sha: string;
  readonly sizeBytes: number;
  readonly bytes: Uint8Array;
  /** `undefined` where the bytes are not UTF-8. A byte order mark stays. */
  readonly text: string | undefined;
  readonly encoding: "utf-8" | "binary";
  readonly htmlUrl: string | undefined;
}

/** What the contents API says of a path. */
export interface ContentEntry {
  readonly type: "file" | "dir" | "symlink" | "submodule";
  readonly sha: string;
  readonly sizeBytes: number;
  readonly htmlUrl: string | undefined;
  /** Base64; absent where it is too large for JSON, and where it is no file. */
  readonly content?: string;
  /** Of a symbolic link that leads to no file of the repository. */
  readonly target?: string;
}

export interface Place extends RepoName {
  readonly path: string;
  readonly ref?: string | undefined;
}

/**
 * @throws {HubsteadError} `not_found`; `invalid_input` with `data.type` for a folder, a submodule, a symbolic link to
 *   something that is no file of the repository, and for more than 100 MB
 */
export async function readFile(
  session: Session,
  name: string,
  path: string,
  { ref, ...call }: ReadFileOptions,
): Promise<FileContent> {
  const { owner, repo } = session.repo(name);
  const place: Place = { owner, repo, path: mustParseFilePath(path), ref };
  const about = `${place.path} of ${owner}/${repo}`;
  const api = await session.api(about, call);
  const entry = await readEntry(api, place).catch((error: unknown) => {
    throw namingWhatIsMissing(error, ref);
  });
  if (entry.type !== "file") throw noFile(about, entry);
  const bytes =
    entry.content === undefined
      ? await readBlob(
          await session.api(about, { attemptTimeoutMs: largeAttemptMs, timeoutMs: largeAttemptMs, ...call }),
          place,
          entry.sha,
        )
      : new Uint8Array(Buffer.from(entry.content, "base64"));
  const text = decodeUtf8(bytes);
  return {
    path: place.path,
    name: place.path.slice(place.path.lastIndexOf("/") + 1),
    sha: entry.sha,
    sizeBytes: bytes.length,
    bytes,
    text,
    encoding: text === undefined ? "binary" : "utf-8",
    htmlUrl: entry.htmlUrl,
  };
}

// 100 MB in this time is what a slow line manages.
const largeAttemptMs = 5 * 60_000;

/** @throws {HubsteadError} `not_found`; `invalid_input` for more than 100 MB */
export async function readEntry(api: GitHubApi, { owner, repo, path, ref }: Place): Promise<ContentEntry> {
  const { data } = await api
    .request("GET /repos/{owner}/{repo}/contents/{path}", {
      owner,
      repo,
      path,
      ...(ref === undefined ? {} : { ref }),
      // A folder as one thing with an id, not as a list of what is in it.
      headers: { accept: "application/vnd.github.object+json" },
    })
    .catch((error: unknown) => {
      throw isTooLarge(error) ? tooLarge(`${path} of ${owner}/${repo}`) : error;
    });
  const entry = data as unknown as EntryJson;
  const { content, encoding } = entry;
  return {
    type: "entries" in entry ? "dir" : entry.type,
    sha: entry.sha,
    sizeBytes: entry.size,
    htmlUrl: entry.html_url ?? undefined,
    ...(encoding === "base64" && content !== undefined ? { content } : {}),
    ...(entry.target === undefined ? {} : { target: entry.target }),
  };
}

interface EntryJson {
  readonly type: ContentEntry["type"];
  readonly sha: string;
  readonly size: number;
  readonly html_url?: string | null;
  readonly content?: string;
  /** `none` above 1 MB. */
  readonly encoding?: string;
  readonly target?: string;
}

/** Checked against its id: half of a file looks like a file. */
async function readBlob(api: GitHubApi, { owner, repo, path }: Place, sha: string): Promise<Uint8Array> {
  const { data } = await api.request("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", {
    owner,
    repo,
    file_sha: sha,
    headers: { accept: "application/vnd.github.raw+json" },
    request: { parseSuccessResponseBody: false },
  });
  const bytes = new Uint8Array(await new Response(data as unknown as ReadableStream).arrayBuffer());
  if (blobIdOf(bytes) === sha) return bytes;
  throw new HubsteadError("remote_unavailable", `not all of ${path} of ${owner}/${repo} came`, {
    hint: "Try again.",
    data: { expected: sha, sizeBytes: bytes.length },
  });
}

/** Where GitHub says only `Not Found`: it names a ref that is missing, and an empty repository. */
function namingWhatIsMissing(error: unknown, ref: string | undefined): unknown {
  if (!(error instanceof HubsteadError) || error.data["needed"] !== undefined) return error;
  if (error.code !== "not_found" || !/: Not Found$/u.test(error.message)) return error;
  const where = ref === undefined ? "on the default branch" : `at ${ref}`;
  return new HubsteadError(error.code, error.message, {
    hint: `There is no such file ${where}, as listFiles shows; a private repository that the token may not read looks the same.`,
    data: error.data,
    cause: error,
  });
}

function noFile(about: string, { type, sha, target }: ContentEntry): HubsteadError {
  const what = { dir: "a folder", symlink: "a symbolic link", submodule: "a submodule", file: "a file" }[
    type
  ];
  return invalidInput(
    `${about} is ${what}, not a file`,
    type === "dir" ? "listFiles shows what is in it." : "listFiles shows its type.",
    { type, sha, ...(target === undefined ? {} : { target }) },
  );
}

function isTooLarge(error: unknown): boolean {
  if (!(error instanceof HubsteadError)) return false;
  const errors = (error.data["errors"] ?? []) as readonly (GitHubErrorItem | string)[];
  return errors.some((item) => typeof item !== "string" && item.code === "too_large");
}

function tooLarge(about: string): HubsteadError {
  return invalidInput(
    `${about} is too large: GitHub's API has files up to 100 MB`,
    "Clone the repository with git; gitEnv gives git a token.",
    {
      type: "file",
      expected: "at most 100 MB",
    },
  );
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
