/**
 * @module Searches in what git holds: for files of default branches, and for their commits.
 *
 * @see https://docs.github.com/search-github/searching-on-github/searching-code
 * @see https://docs.github.com/search-github/searching-on-github/searching-commits
 */
import type { GitRepository } from "../git/git-store.ts";
import { log } from "../git/history.ts";
import { isBinary } from "../git/line-diff.ts";
import { modeToKind, type Signature, type TreeEntry } from "../git/objects.ts";
import { readCommit, walkTree } from "../git/revisions.ts";
import type { Answer } from "../http/answer.ts";
import { commitToJson } from "../shapes/commit-json.ts";
import { fullNameOf, simpleRepositoryToJson } from "../shapes/repository-json.ts";
import { accountOfEmail } from "../world/account-emails.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { actorOf, type Call, forAnyone, type Operation } from "./operation.ts";
import { forkTest, placeTest, searchedAccountId } from "./search-places.ts";
import {
  countTest,
  hasWords,
  parseSearch,
  type SearchTerm,
  searchRefusal,
  timeTest,
} from "./search-query.ts";
import { results, sorted } from "./search-results.ts";
import { textMatches } from "./search-text-matches.ts";

/** Larger files GitHub does not index. */
const mostFileBytes = 393_216;

/** A few small trees that name one another can have more entries below them than there is time to read. */
const mostEntries = 100_000;

interface Found {
  readonly repository: RepositoryRow;
  readonly git: GitRepository;
  /** The newest commit of the default branch. */
  readonly head: string;
}

interface FoundFile extends Found {
  readonly path: string;
  readonly entry: TreeEntry;
  readonly content: Buffer;
}

interface FoundCommit extends Found {
  readonly oid: string;
}

const fileKeys = ["in", "repo", "org", "user", "path", "filename", "extension", "size", "fork"];
const commitKeys = [
  ..."repo org user is merge hash parent tree author committer author-name committer-name".split(" "),
  ..."author-email committer-email author-date committer-date".split(" "),
];
/** What narrows down the repositories, and not what is in them. */
const placeKeys: readonly (string | undefined)[] = ["repo", "org", "user", "in", "fork"];

export const fileSearchOperations: readonly Operation[] = [
  forAnyone("search/code", (call) => {
    actorOf(call);
    const refused = pageRefusal(call);
    if (refused !== undefined) return refused;
    const terms = parseSearch(call.query["q"], fileKeys);
    if (!terms.some(({ key }) => key === undefined || key === "filename" || key === "path"))
      throw searchRefusal("At least one term must be searched for.", "invalid");
    const tests = terms
      .filter(({ key }) => !placeKeys.includes(key))
      .map((term) => negated(term, fileTest(term, placesIn(terms))));
    const isWanted = forkTest(terms);
    const found = repositoriesFor(call, terms)
      .filter(({ repository }) => isWanted(repository))
      .flatMap((place) => filesIn(place).filter((file) => tests.every((test) => test(file))));
    return results(call, found, (file) => fileToJson(call, file));
  }),
  forAnyone("search/commits", (call) => {
    const terms = parseSearch(call.query["q"], commitKeys);
    const tests = terms
      .filter(({ key }) => !placeKeys.includes(key))
      .map((term) => negated(term, commitTest(call, term)));
    const found = repositoriesFor(call, terms).flatMap((place) =>
      // The oldest first: of those that fit alike the last one is shown first.
      [...log(place.git, place.head)]
        .reverse()
        .map((oid): FoundCommit => ({ ...place, oid }))
        .filter((commit) => tests.every((test) => test(commit))),
    );
    const role = call.query["sort"] === "author-date" ? "author" : "committer";
    const inOrder = sorted(call, found, ({ git, oid }) => readCommit(git, oid)[role].time);
    return results(call, inOrder, (commit) => {
      const json = commitToJson({ ...call, ...commit }, commit.oid);
      const texts = { message: json.commit.message };
      return {
        ...json,
        repository: simpleRepositoryToJson(call.world, commit.repository, call.urls),
        ...textMatches(call, { url: json.url, type: "Commit", texts }),
      };
    });
  }),
];

/**
 * Code alone is searched by a server of its own, which takes no page that is no number.
 *
 * @see https://github.com/brekkylab/backlot/pull/144
 */
function pageRefusal({ query }: Call): Answer | undefined {
  const wrong = ["page", "per_page"].find((name) => !/^\d*$/u.test(query[name] ?? ""));
  if (wrong === undefined) return undefined;
  return {
    status: 400,
    body: `Failed to deserialize query string: ${wrong}: invalid digit found in string`,
    headers: { "content-type": "text/plain; charset=utf-8" },
  };
}

/** Those with a commit. */
function repositoriesFor(call: Call, terms: readonly SearchTerm[]): Found[] {
  return call.world.repositories
    .all()
    .filter(placeTest(call, terms, "contents"))
    .flatMap((repository) => {
      const git = call.services.git.repository(repository.id);
      const head = git.ref(`refs/heads/${repository.defaultBranch}`);
      return head === undefined ? [] : [{ repository, git, head }];
    });
}

function filesIn(place: Found): FoundFile[] {
  const { git, head } = place;
  const entries = walkTree(git, readCommit(git, head).tree).take(mostEntries);
  return [...entries].flatMap(({ path, ...entry }) => {
    if (modeToKind(entry.mode) !== "blob") return [];
    const content = git.read(entry.oid)?.content;
    return content === undefined || content.length >= mostFileBytes || isBinary(content)
      ? []
      : [{ ...place, path, entry, content }];
  });
}

function negated<T>({ isNegated }: SearchTerm, test: (found: T) => boolean): (found: T) => boolean {
  return isNegated ? (found) => !test(found) : test;
}

/** Whether words may stand in the file, or in its path. */
function placesIn(terms: readonly SearchTerm[]): readonly string[] {
  const named = terms
    .filter(({ key }) => key === "in")
    .flatMap(({ value }) => value.toLowerCase().split(","));
  return named.length === 0 ? ["file", "path"] : named;
}

/** @throws {Refusal} 422 */
function fileTest({ key, value }: SearchTerm, places: readonly string[]): (file: FoundFile) => boolean {
  const wanted = value.toLowerCase();
  const sizeIs = key === "size" ? countTest(value) : undefined;
  return ({ path, content, entry: { name } }) => {
    switch (key) {
      case "filename":
        return name.toLowerCase().includes(wanted);
      case "extension":
        return name.toLowerCase().endsWith(`.${wanted.replace(/^\./u, "")}`);
      case "path":
        return isInFolder(path.toLowerCase(), wanted.replaceAll(/^\/+|\/+$/gu, ""));
      case "size":
        return sizeIs!(content.length);
      default:
        return (
          (places.includes("file") && hasWords(content.toString("utf8"), value)) ||
          (places.includes("path") && hasWords(path, value))
        );
    }
  };
}

/** @param folder empty for the root itself, without the folders in it */
function isInFolder(path: string, folder: string): boolean {
  return folder === "" ? !path.includes("/") : path.startsWith(`${folder}/`);
}

/** @throws {Refusal} 422 */
function commitTest(call: Call, { key, value }: SearchTerm): (found: FoundCommit) => boolean {
  const wanted = value.toLowerCase();
  const timeIs = key?.endsWith("-date") === true ? timeTest(value) : undefined;
  const role = key?.startsWith("author") === true ? "author" : "committer";
  const isAccount = (signature: Signature) =>
    accountOfEmail(call.world, signature.email)?.id === (searchedAccountId(call, value) ?? -1);
  return ({ git, oid, repository }) => {
    const commit = readCommit(git, oid);
    switch (key) {
      case "hash":
        return oid.startsWith(wanted);
      case "parent":
        return commit.parents.some((parent) => parent.startsWith(wanted));
      case "tree":
        return commit.tree.startsWith(wanted);
      case "merge":
        return commit.parents.length > 1 === (wanted === "true");
      case "is":
        return repository.visibility === wanted;
      case "author":
      case "committer":
        return isAccount(commit[role]);
      case "author-name":
      case "committer-name":
        return hasWords(commit[role].name, value);
      case "author-email":
      case "committer-email":
        return commit[role].email.toLowerCase() === wanted;
      case "author-date":
      case "committer-date":
        return timeIs!(commit[role].time * 1_000);
      default:
        return hasWords(commit.message, value);
    }
  };
}

/** `code-search-result-item`. */
function fileToJson(call: Call, { repository, head, path, entry, content }: FoundFile) {
  const { world, urls } = call;
  const byId = urls.api(`/repositories/${repository.id}`);
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const url = `${byId}/contents/${encoded}?ref=${head}`;
  return {
    name: entry.name,
    path,
    sha: entry.oid,
    url,
    git_url: `${byId}/git/blobs/${entry.oid}`,
    html_url: urls.html(`/${fullNameOf(world, repository)}/blob/${head}/${encoded}`),
    repository: simpleRepositoryToJson(world, repository, urls),
    ...textMatches(call, { url, type: "FileContent", texts: { content: content.toString("utf8"), path } }),
  };
}
