/**
 * @module Branches and tags as git's refs: read, made, moved, deleted.
 *
 * @see https://docs.github.com/rest/git/refs
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import { namingNeeds } from "./needed-of.ts";
import { placeIn } from "./place.ts";
import { parseBranch, parseRef } from "./repository-place.ts";
import { type CallOptions, type Session, unlessMissing } from "./session.ts";

export interface UpdateRefOptions extends CallOptions {
  /** Whether commits may get lost from it. Default: no. */
  readonly force?: boolean;
}

/** Refs are named as git names them: `heads/main`, `refs/heads/main`, `tags/v1`. Ids are 40 hexadecimal digits. */
export interface RefMethods {
  /** @returns the id of what it points to; `undefined` where there is no such ref */
  getRef(repo: string, ref: string, options?: CallOptions): Promise<string | undefined>;
  /**
   * Makes a ref, once.
   *
   * @throws {HubsteadError} `already_exists`; `ambiguous_write` where the answer was lost and it points elsewhere now
   */
  createRef(repo: string, ref: string, sha: string, options?: CallOptions): Promise<void>;
  /** @throws {HubsteadError} `version_conflict` where commits would get lost; `not_found`; `invalid_input` for a rule that forbids it */
  updateRef(repo: string, ref: string, sha: string, options?: UpdateRefOptions): Promise<void>;
  /** @returns whether there was one */
  deleteRef(repo: string, ref: string, options?: CallOptions): Promise<boolean>;
  /** A tag of a name that is always the same: what a crash has left behind is used again. @param tag `v1` */
  createOrResetTag(repo: string, tag: string, sha: string, options?: CallOptions): Promise<void>;
  /** @returns `false` also where there is no such branch or commit */
  branchContainsCommit(repo: string, branch: string, sha: string, options?: CallOptions): Promise<boolean>;
}

export function refMethods(session: Session): RefMethods {
  const methods: RefMethods = {
    async getRef(repo, ref, options) {
      const name = parseFullRef(ref);
      const { api, place } = await placeIn(session, repo, name, options);
      const reading = api.request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...place, ref: name });
      const found = await unlessMissing(reading.catch(emptyIsMissing));
      return found?.data.object.sha;
    },
    createRef: (repo, ref, sha, options = {}) => createRef(session, methods, { repo, ref, sha }, options),
    updateRef: (repo, ref, sha, options = {}) => updateRef(session, methods, { repo, ref, sha }, options),
    async deleteRef(repo, ref, options) {
      const name = parseFullRef(ref);
      const { api, place } = await placeIn(session, repo, name, options);
      const deleting = api.request("DELETE /repos/{owner}/{repo}/git/refs/{ref}", { ...place, ref: name });
      try {
        return (await unlessMissing(deleting.catch(emptyIsMissing))) !== undefined;
      } catch (error) {
        if (isAbsence(error)) return false;
        // An earlier attempt may have done it.
        if (isUncertain(error) && (await methods.getRef(repo, ref, options)) === undefined) return true;
        throw error;
      }
    },
    async createOrResetTag(repo, tag, sha, options) {
      const ref = `tags/${tag.replace(/^refs\/tags\//u, "")}`;
      try {
        await methods.createRef(repo, ref, sha, options);
      } catch (error) {
        const isThere = error instanceof HubsteadError && error.code === "already_exists";
        if (!isThere && !isUncertain(error)) throw error;
        await methods.updateRef(repo, ref, sha, { ...options, force: true });
      }
    },
    async branchContainsCommit(repo, branch, sha, options) {
      const [name, id] = [parseBranch(branch), parseSha(sha)];
      const { api, place } = await placeIn(session, repo, `${name} and ${id}`, options);
      const comparing = api.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
        ...place,
        basehead: `${id}...${name}`,
        per_page: 1,
      });
      const compared = await unlessMissing(comparing);
      return compared?.data.status === "ahead" || compared?.data.status === "identical";
    },
  };
  return namingNeeds(methods);
}

interface Target {
  readonly repo: string;
  readonly ref: string;
  readonly sha: string;
}

async function createRef(
  session: Session,
  { getRef }: RefMethods,
  { repo, ref, sha }: Target,
  call: CallOptions,
): Promise<void> {
  const [name, id] = [parseFullRef(ref), parseSha(sha)];
  const { owner, repo: short } = session.repo(repo);
  const marker = `refs/${name} of ${owner}/${short}`;
  const recovery = {
    marker,
    async find(signal: AbortSignal) {
      const found = await getRef(repo, name, { lane: "interactive-write", ...call, signal });
      if (found === undefined) return undefined;
      if (found === id) return Response.json({}, { status: 201 });
      throw new HubsteadError("ambiguous_write", `${marker} is there, and points to ${found}`, {
        data: { marker, found },
      });
    },
  };
  const { api, place } = await placeIn(session, repo, name, { ...call, recovery });
  await api.request("POST /repos/{owner}/{repo}/git/refs", { ...place, ref: `refs/${name}`, sha: id });
}

async function updateRef(
  session: Session,
  { getRef }: RefMethods,
  { repo, ref, sha }: Target,
  { force = false, ...call }: UpdateRefOptions,
): Promise<void> {
  const [name, id] = [parseFullRef(ref), parseSha(sha)];
  const { api, place, about } = await placeIn(session, repo, name, call);
  try {
    await api.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", { ...place, ref: name, sha: id, force });
  } catch (error) {
    if (isUncertain(error) && (await getRef(repo, name, call)) === id) return;
    if (isAbsence(error)) {
      throw new HubsteadError("not_found", `there is no ${about}`, {
        hint: "Make it with createRef.",
        data: error.data,
        cause: error,
      });
    }
    throw error;
  }
}

/** GitHub answers 422, not 404, to writes to a ref that there is not. */
function isAbsence(error: unknown): error is HubsteadError {
  return error instanceof HubsteadError && /reference does not exist/iu.test(error.message);
}

function isUncertain(error: unknown): boolean {
  return error instanceof HubsteadError && error.code === "ambiguous_write";
}

/** A repository without commits has no refs; GitHub calls that a conflict. */
function emptyIsMissing(error: unknown): never {
  if (error instanceof HubsteadError && error.code === "version_conflict" && /is empty/iu.test(error.message))
    throw new HubsteadError("not_found", error.message, { cause: error });
  throw error;
}

/** @returns without `refs/` @throws {HubsteadError} `invalid_input` */
function parseFullRef(ref: string): string {
  const name = parseRef(ref).replace(/^refs\//u, "");
  if (/^[^/]+\/./u.test(name)) return name;
  throw invalidInput(
    `${JSON.stringify(ref)} does not say what kind of ref it is`,
    "Write heads/main for a branch, tags/v1 for a tag.",
    { path: "ref" },
  );
}

/** @throws {HubsteadError} `invalid_input` for what is no whole id */
function parseSha(sha: string): string {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u.test(sha)) return sha;
  throw invalidInput(`${JSON.stringify(sha)} is no id of a commit`, "Give all of its 40 digits.", {
    path: "sha",
  });
}
