/**
 * @module Git's objects and refs as objects of the schema.
 */
import type { GraphQLResolveInfo } from "graphql";
import { wholeSeconds } from "../../clock.ts";
import { isRefName } from "../../git/folder-git-store.ts";
import type { GitRepository } from "../../git/git-store.ts";
import {
  type Commit,
  modeToKind,
  parseCommit,
  parseTag,
  parseTree,
  type Signature,
  type TreeEntry,
} from "../../git/objects.ts";
import { nodeId } from "../../shapes/node-id.ts";
import { fullNameOf } from "../../shapes/repository-json.ts";
import { commitVerification } from "../../shapes/verification.ts";
import { accountOfEmail } from "../../world/account-emails.ts";
import type { IssueRow } from "../../world/issue-rows.ts";
import type { RepositoryRow } from "../../world/repository-rows.ts";
import { connect, connectRows, type PageArguments } from "../connection.ts";
import { type Order, sortRows } from "../order.ts";
import { connectPulls, type PullArguments } from "../pull-connection.ts";
import { checkReads, type Fields, type View } from "../view.ts";
import { rollupToNode } from "./check-node.ts";
import { filterHistory, findObject, type HistoryFilter, historyOf } from "./git-lookup.ts";
import { protectionOf } from "./protection-node.ts";
import { pullsOfCommit } from "./pull-node.ts";
import { signatureToNode } from "./signature-node.ts";

/** Longer texts are cut. */
const mostTextBytes = 512_000;
/** GitHub, like git, looks for a zero in the beginning to tell what is no text. */
const sniffedBytes = 8_000;

type Info = GraphQLResolveInfo;

interface RefArguments extends PageArguments {
  readonly refPrefix: string;
  readonly query?: string | null;
  readonly direction?: "ASC" | "DESC" | null;
  readonly orderBy?: { readonly direction: "ASC" | "DESC" } | null;
}

/** What a repository tells of its files. */
export function gitFields(view: View, repository: RepositoryRow): Fields {
  const { nodes } = view;
  const git = (): GitRepository => {
    checkReads(view, repository, "contents");
    return view.services.git.repository(repository.id);
  };
  const refOf = (name: string): Fields | null => {
    const oid = isRefName(name) ? git().ref(name) : undefined;
    return oid === undefined ? null : nodes.ref(repository, name, oid);
  };
  return {
    isEmpty: () => view.services.git.repository(repository.id).isEmpty(),
    defaultBranchRef: () => refOf(`refs/heads/${repository.defaultBranch}`),
    object({ expression, oid }: { readonly expression?: string | null; readonly oid?: string | null }) {
      const found = oid ?? (expression == null ? undefined : findObject(git(), repository, expression));
      return found === undefined ? null : nodes.gitObject(repository, found);
    },
    ref: ({ qualifiedName: name }: { readonly qualifiedName: string }) =>
      name.startsWith("refs/") ? refOf(name) : (refOf(`refs/heads/${name}`) ?? refOf(`refs/tags/${name}`)),
    refs(args: RefArguments, _: unknown, info: Info) {
      const prefix = args.refPrefix.endsWith("/") ? args.refPrefix : `${args.refPrefix}/`;
      if (!prefix.startsWith("refs/")) return null;
      const all = git()
        .refs(prefix)
        .filter(({ name }) => args.query == null || name.slice(prefix.length).includes(args.query));
      return connect({
        all: (args.orderBy?.direction ?? args.direction) === "DESC" ? all.toReversed() : all,
        args,
        info,
        keyOf: ({ name }) => name,
        toNode: ({ name, oid }) => nodes.ref(repository, name, oid),
      });
    },
  };
}

export function refToNode(view: View, repository: RepositoryRow, name: string, oid: string): Fields {
  const { nodes } = view;
  const prefix = /^refs\/[^/]+\//u.exec(name)?.[0] ?? "refs/";
  return {
    __typename: "Ref",
    id: nodeId("ref", repository.id, name),
    name: name.slice(prefix.length),
    prefix,
    repository: () => nodes.repository(repository),
    target: () => nodes.gitObject(repository, oid),
    // Of those that begin here, as GitHub does.
    associatedPullRequests: (args: PullArguments, _: unknown, info: Info) =>
      connectPulls(view, repository, args, info, ({ pull }) => `refs/heads/${pull.head}` === name),
    branchProtectionRule: () => protectionOf(view, repository, name),
  };
}

/** @returns `null` for what there is not */
export function gitObjectToNode(view: View, repository: RepositoryRow, oid: string): Fields | null {
  checkReads(view, repository, "contents");
  const git = view.services.git.repository(repository.id);
  const object = git.read(oid);
  if (object === undefined) return null;
  const { kind, content } = object;
  const fields = {
    id: nodeId(kind, repository.id, oid),
    oid,
    abbreviatedOid: oid.slice(0, 7),
    repository: () => view.nodes.repository(repository),
  };
  switch (kind) {
    case "blob":
      return { ...fields, ...blobFields(content) };
    case "tree":
      return { ...fields, ...treeFields(view, repository, parseTree(content), "") };
    case "commit":
      return { ...fields, ...commitFields(view, repository, oid, content) };
    case "tag": {
      const { name, message, tagger, object: target } = parseTag(content);
      return {
        ...fields,
        __typename: "Tag",
        name,
        message,
        tagger: tagger === undefined ? null : signatureToFields(view, tagger),
        target: () => view.nodes.gitObject(repository, target),
      };
    }
  }
}

function blobFields(content: Buffer): Fields {
  const isBinary = content.subarray(0, sniffedBytes).includes(0);
  return {
    __typename: "Blob",
    byteSize: content.length,
    isBinary,
    isTruncated: !isBinary && content.length > mostTextBytes,
    text: () => (isBinary ? null : content.subarray(0, mostTextBytes).toString("utf8")),
  };
}

function treeFields(
  view: View,
  repository: RepositoryRow,
  entries: readonly TreeEntry[],
  path: string,
): Fields {
  const git = view.services.git.repository(repository.id);
  return {
    __typename: "Tree",
    entries: () =>
      entries.map(({ mode, name, oid }) => ({
        name,
        nameRaw: Buffer.from(name).toString("base64"),
        path: `${path}${name}`,
        mode: Number.parseInt(mode, 8),
        type: modeToKind(mode),
        oid,
        extension: /.(\.[^.]+)$/u.exec(name)?.[1] ?? "",
        size: () => (modeToKind(mode) === "blob" ? (git.read(oid)?.content.length ?? 0) : 0),
        repository: () => view.nodes.repository(repository),
        object: () => view.nodes.gitObject(repository, oid),
      })),
  };
}

function commitFields(view: View, repository: RepositoryRow, oid: string, content: Buffer): Fields {
  const { nodes, urls, world } = view;
  const commit = parseCommit(content);
  const [headline = "", ...rest] = commit.message.split("\n");
  const path = `/${fullNameOf(world, repository)}/commit/${oid}`;
  const list = (oids: readonly string[]) => (args: PageArguments, _: unknown, info: Info) =>
    connect({
      all: oids,
      args,
      info,
      keyOf: (id) => id,
      toNode: (id) => nodes.gitObject(repository, id),
    });
  return {
    __typename: "Commit",
    message: commit.message,
    messageHeadline: headline,
    messageBody: rest.join("\n").trim(),
    author: signatureToFields(view, commit.author),
    authoredByCommitter: commit.author.email === commit.committer.email,
    authors: (args: PageArguments, _: unknown, info: Info) =>
      connect({
        all: authorsOf(commit),
        args,
        info,
        keyOf: ({ email }) => email,
        toNode: (author) => signatureToFields(view, author),
      }),
    committer: signatureToFields(view, commit.committer),
    authoredDate: wholeSeconds(commit.author.time * 1000),
    committedDate: wholeSeconds(commit.committer.time * 1000),
    url: urls.html(path),
    resourcePath: path,
    signature: () => signatureToNode(view, commit.committer, commitVerification(world, content)),
    statusCheckRollup: () => rollupToNode(view, repository, oid),
    tree: () => nodes.gitObject(repository, commit.tree),
    parents: list(commit.parents),
    history(args: PageArguments & HistoryFilter, context: unknown, info: Info) {
      const git = view.services.git.repository(repository.id);
      return list(filterHistory(git, historyOf(git, oid), args))(args, context, info);
    },
    associatedPullRequests: (args: AssociatedArguments, _: unknown, info: Info) =>
      connectRows(
        sortRows(pullsOfCommit(view, repository, oid), args.orderBy, pullKeys),
        args,
        info,
        nodes.issue,
      ),
  };
}

interface AssociatedArguments extends PageArguments {
  readonly orderBy?: Order<"CREATED_AT" | "UPDATED_AT"> | null;
}

const pullKeys = {
  CREATED_AT: ({ createdAt }: IssueRow) => createdAt,
  UPDATED_AT: ({ updatedAt }: IssueRow) => updatedAt,
};

/** Who wrote it, and whom its message names beside. */
function authorsOf({ author, message }: Commit): Signature[] {
  const named = [...message.matchAll(/^co-authored-by: *([^<\n]*?) *<([^>\n]+)>$/gimu)];
  const others = named.map(([, name = "", email = ""]) => ({ ...author, name, email }));
  return [...new Map([...others.toReversed(), author].map((one) => [one.email, one])).values()].reverse();
}

function signatureToFields({ world, nodes }: View, { name, email, time }: Signature): Fields {
  return {
    name,
    email,
    date: wholeSeconds(time * 1000),
    user() {
      const [, id] = /^(\d{1,15})\+.*@users\.noreply\.github\.com$/u.exec(email) ?? [];
      const account = id === undefined ? accountOfEmail(world, email) : world.accounts.get(Number(id));
      return account === undefined || account.kind !== "User" ? null : nodes.account(account);
    },
  };
}
