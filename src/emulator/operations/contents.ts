/**
 * @module Files and folders: `repos/…-content…` and the README.
 *
 * @see https://docs.github.com/rest/repos/contents
 */
import { commitFiles } from "../acts/files.ts";
import { checkPath } from "../acts/paths.ts";
import { signatureFrom, signatureOf } from "../acts/signatures.ts";
import { modeToKind, type TreeEntry } from "../git/objects.ts";
import { entryAt, findCommit, readTree, treeOf } from "../git/revisions.ts";
import { type Answer, created, ok } from "../http/answer.ts";
import { notFound, Refusal } from "../http/refusal.ts";
import {
  type ContentPlace,
  entryToJson,
  fileToJson,
  kindOfEntry,
  listedEntryToJson,
} from "../shapes/content-json.ts";
import { gitCommitToJson } from "../shapes/git-json.ts";
import { gitOf, gitPlaceOf, readContents, writeContents } from "./git-place.ts";
import { actOf } from "./issues.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

/** In place of a branch's commit where there is no branch. */
const noCommit = "0".repeat(40);

/** The media type of a file's bytes, where that is what is asked for: named as the client has named it. */
export function rawTypeOf({ headers }: Pick<RepositoryCall, "headers">): string | undefined {
  return /application\/vnd\.github\.(?:v3\.)?raw\b(?:\+json)?/u.exec(headers.get("accept") ?? "")?.[0];
}

export function rawAnswer(content: Buffer, mediaType: string): Answer {
  return ok(content, { "content-type": `${mediaType}; charset=utf-8` });
}

export const contentOperations: readonly Operation[] = [
  forRepository("repos/get-content", readContents, (call) => {
    const place = contentPlaceOf(call);
    const path = (call.params["path"] ?? "").replace(/\/+$/u, "");
    const entry = entryAt(place.git, place.tree, path);
    if (entry === undefined) throw notFound();
    return kindOfEntry(entry) === "dir" ? answerFolder(call, path) : answerEntry(call, place, entry, path);
  }),
  forRepository("repos/get-readme", readContents, (call) => {
    const place = contentPlaceOf(call);
    return answerReadme(call, place, [".github", "", "docs"]);
  }),
  forRepository("repos/get-readme-in-directory", readContents, (call) => {
    const folder = (call.params["dir"] ?? "").replaceAll(/^\/+|\/+$/gu, "");
    return answerReadme(call, contentPlaceOf(call), [folder]);
  }),
  racing("repos/create-or-update-file-contents", (call) => {
    const path = pathOf(call);
    const branch = branchOf(call);
    const content = decodeBase64(String(call.body["content"]));
    const known = checkKnown(call, branch, path);
    const oid = commitFiles(actOf(call), { ...commitOf(call, branch), changes: [{ path, content }] });
    const place = { ...contentPlaceOf(call, branch), ref: branch };
    const entry = entryAt(place.git, place.tree, path)!;
    const body = { content: entryToJson(place, entry, path), commit: gitCommitToJson(place, oid) };
    return known === undefined ? created(body) : ok(body);
  }),
  racing("repos/delete-file", (call) => {
    const path = pathOf(call);
    const branch = branchOf(call);
    if (checkKnown(call, branch, path) === undefined) throw notFound();
    const changes = [{ path, content: null }];
    const oid = commitFiles(actOf(call), { ...commitOf(call, branch), changes });
    return ok({ content: null, commit: gitCommitToJson(gitPlaceOf(call), oid) });
  }),
];

/** Of the first folder that has one. @throws {Refusal} 404 */
function answerReadme(call: RepositoryCall, place: ContentPlace, folders: readonly string[]): Answer {
  for (const folder of folders) {
    const above = entryAt(place.git, place.tree, folder);
    const readme = readTree(place.git, above?.oid).find(
      (entry) => modeToKind(entry.mode) === "blob" && /^readme(?:\.|$)/iu.test(entry.name),
    );
    if (readme !== undefined)
      return answerEntry(call, place, readme, folder === "" ? readme.name : `${folder}/${readme.name}`);
  }
  throw notFound();
}

/** A folder is a list. @throws {Refusal} 404 */
function answerFolder(call: RepositoryCall, path: string): Answer {
  const place = contentPlaceOf({ ...call, services: { ...call.services, git: call.listedGit } });
  const entry = entryAt(place.git, place.tree, path);
  if (entry === undefined) throw notFound();
  return answerEntry(call, place, entry, path);
}

/** @throws {Refusal} 404 */
function contentPlaceOf(call: RepositoryCall, branch?: string): ContentPlace {
  const place = gitPlaceOf(call);
  const ref = branch ?? (call.query["ref"] || call.repository.defaultBranch);
  if (place.git.isEmpty()) throw new Refusal(404, "This repository is empty.");
  const commit = findCommit(place.git, ref, call.repository.defaultBranch);
  if (commit === undefined) throw new Refusal(404, `No commit found for the ref ${ref}`);
  const tree = treeOf(place.git, commit)!;
  return { ...place, ref, tree, version: call.version, sizes: call.services.sizes };
}

function answerEntry(call: RepositoryCall, place: ContentPlace, entry: TreeEntry, path: string): Answer {
  const rawType = rawTypeOf(call);
  const isObject = /application\/vnd\.github\.(?:v3\.)?object\b/u.test(call.headers.get("accept") ?? "");
  switch (kindOfEntry(entry)) {
    case "dir":
      return ok(folderToJson(place, entry, path, isObject));
    case "submodule": {
      const url = submoduleUrl(place, path);
      return ok({ ...entryToJson(place, entry, path), submodule_git_url: url });
    }
    case "symlink":
      return answerLink(place, entry, path, rawType);
    default:
      return answerFile(place, entry, path, rawType);
  }
}

function folderToJson(place: ContentPlace, folder: TreeEntry, path: string, isObject: boolean) {
  const entries = readTree(place.git, folder.oid)
    .slice(0, place.sizes.listedEntries)
    .map((entry) => listedEntryToJson(place, entry, path === "" ? entry.name : `${path}/${entry.name}`));
  return isObject ? { ...entryToJson(place, folder, path), entries } : entries;
}

/** @throws {Refusal} 403 for a file that is too large for the API */
function answerFile(
  place: ContentPlace,
  entry: TreeEntry,
  path: string,
  rawType: string | undefined,
): Answer {
  const content = place.git.read(entry.oid)?.content;
  if (content === undefined) throw notFound();
  if (content.length > place.sizes.blobBytes) {
    throw new Refusal(
      403,
      "This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API, but you can always clone the repository via Git to obtain it.",
      [{ resource: "Blob", field: "data", code: "too_large" }],
    );
  }
  return rawType === undefined ? ok(fileToJson(place, entry, path, content)) : rawAnswer(content, rawType);
}

/** What a link leads to, where that is a file of the repository; else the link itself. */
function answerLink(
  place: ContentPlace,
  entry: TreeEntry,
  path: string,
  rawType: string | undefined,
): Answer {
  const target = place.git.read(entry.oid)?.content.toString("utf8") ?? "";
  const at = linkTarget(path, target);
  const file = at === undefined ? undefined : entryAt(place.git, place.tree, at);
  if (file !== undefined && kindOfEntry(file) === "file") return answerFile(place, file, path, rawType);
  if (rawType !== undefined) return answerFile(place, entry, path, rawType);
  return ok({ ...entryToJson(place, entry, path), target });
}

/** @returns a path of the repository; `undefined` for what lies outside */
function linkTarget(path: string, target: string): string | undefined {
  if (target.startsWith("/")) return undefined;
  const parts = path.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

/** As `.gitmodules` has it. */
function submoduleUrl({ git, tree }: ContentPlace, path: string): string | null {
  const entry = entryAt(git, tree, ".gitmodules");
  const text = entry === undefined ? "" : (git.read(entry.oid)?.content.toString("utf8") ?? "");
  const section = text
    .split(/^\s*\[submodule\b.*\]\s*$/mu)
    .find((part) => /^\s*path\s*=\s*(.*?)\s*$/mu.exec(part)?.[1] === path);
  return /^\s*url\s*=\s*(\S+)\s*$/mu.exec(section ?? "")?.[1] ?? null;
}

/** @throws {Refusal} 422 */
function pathOf(call: RepositoryCall): string {
  const path = call.params["path"] ?? "";
  checkPath(path);
  return path;
}

function branchOf({ body, repository }: RepositoryCall): string {
  return String(body["branch"] ?? repository.defaultBranch).replace(/^refs\/heads\//u, "");
}

/** Writes of files, of which only one at a time gets on a branch. */
function racing(name: string, answer: (call: RepositoryCall) => Answer): Operation {
  return { ...forRepository(name, writeContents, answer), races: true };
}

/**
 * A branch that has gone on while the request was under way is a conflict, whichever files were written.
 *
 * @throws {Refusal} 409
 * @see https://github.com/PyGithub/PyGithub/issues/1787
 */
function checkHead({ headsBefore }: RepositoryCall, ref: string, head: string | undefined): void {
  const before = headsBefore?.get(ref);
  if (headsBefore !== undefined && head !== before)
    throw new Refusal(409, `is at ${head ?? noCommit} but expected ${before ?? noCommit}`);
}

/** What is at the path now. @throws {Refusal} 404, 409, 422 */
function checkKnown(call: RepositoryCall, branch: string, path: string): TreeEntry | undefined {
  const git = gitOf(call);
  const head = git.ref(`refs/heads/${branch}`);
  checkHead(call, `refs/heads/${branch}`, head);
  if (head === undefined && !git.isEmpty()) throw new Refusal(404, `Branch ${branch} not found`);
  const known = head === undefined ? undefined : entryAt(git, treeOf(git, head)!, path);
  const sha = call.body["sha"];
  if (known !== undefined && sha == null) {
    throw new Refusal(422, `Invalid request.\n\n"sha" wasn't supplied.`);
  }
  if (sha != null && known?.oid !== sha && !(known === undefined && call.method === "DELETE")) {
    throw new Refusal(409, `${path} does not match ${String(sha)}`);
  }
  if (known !== undefined && kindOfEntry(known) === "dir") {
    throw new Refusal(422, `${path} is a directory`);
  }
  return known;
}

function commitOf(call: RepositoryCall, branch: string) {
  const act = actOf(call);
  const by = signatureOf(act.actor, act.nowMs);
  const { author: givenAuthor, committer: givenCommitter, message } = call.body;
  const committer = signatureFrom(givenCommitter, by);
  const author = signatureFrom(givenAuthor, committer);
  // A bot's commits are GitHub's own, unless the bot says whose they are.
  const isSigned = call.principal.kind === "installation" && givenAuthor == null && givenCommitter == null;
  return { branch, message: String(message), author, committer, isSigned };
}

/** @throws {Refusal} 422 */
export function decodeBase64(text: string): Buffer {
  const bare = text.replaceAll(/\s/gu, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/u.test(bare) || bare.replace(/=+$/u, "").length % 4 === 1) {
    throw new Refusal(422, "content is not valid Base64");
  }
  return Buffer.from(bare, "base64");
}
