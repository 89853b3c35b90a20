/**
 * @module A store of objects in a repository's issues, as gh-store keeps them.
 */
import { randomUUID } from "node:crypto";
import { checkJson, type Json, type JsonObject } from "../base/json.ts";
import { HubsteadError, invalidInput } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { CallOptions } from "../github/client/session.ts";
import { createAlias, findAliases, followAliases, noObject, type StoreParts } from "./aliases.ts";
import { type AuditEntry, readAudit } from "./audit.ts";
import { checkEdit, checkLabels, checkObjectId, mustBeTime } from "./check-input.ts";
import { createObject } from "./create-object.ts";
import { type Deduplicated, type Duplicates, deduplicate, findDuplicates } from "./duplicates.ts";
import { findIssues, findLive, liveById, liveOf, type StorePlace } from "./find-object.ts";
import { type ImportOptions, type ImportReport, importLane, importObjects } from "./import-objects.ts";
import type { ImportedObject } from "./import-plan.ts";
import { readReader } from "./issue-record.ts";
import { createKeptList } from "./kept-list.ts";
import { listIssues, type ObjectList, toList } from "./list-objects.ts";
import type { ObjectChange } from "./object-change.ts";
import { entryAt, type HistoryEntry } from "./object-history.ts";
import {
  type DeprecationReason,
  deleteObject,
  deprecateObject,
  exists,
  restoreObject,
} from "./object-life.ts";
import { type ProcessAllOptions, type ProcessedAll, processAll } from "./process-all.ts";
import { type Processed, processObject } from "./process-object.ts";
import { readHistory } from "./read-history.ts";
import { toReadOnlyStore } from "./read-only-store.ts";
import { createKeyReader, type ReadKeys } from "./registered-keys.ts";
import { createSigner, keylessSigner, type Signer } from "./signer.ts";
import { parseWriterKey } from "./signing/writer-key.ts";
import { type Snapshot, updatedSince, updateSnapshot, writeSnapshot } from "./snapshot.ts";
import { namesOfStore, type RenamedLabels } from "./store-labels.ts";
import type { StoreReactions } from "./store-reactions.ts";
import { type StoredObject, statusPrefix, toStoredObject } from "./stored-object.ts";
import { type Account, createTrust, type Trust, type TrustLists } from "./trust.ts";
import { createUpdateQueue, type KnownIssue, type UpdateSent } from "./update-queue.ts";
import { type WatchOptions, watchObjects } from "./watch-objects.ts";
import type { Edit } from "./wire/edits.ts";

export interface IssueStoreOptions {
  /** `OWNER/REPO`. */
  readonly repo: string;
  readonly github: GitHubClient;
  /** Who may change objects besides those who may write to the repository. */
  readonly trust?: TrustLists;
  /** An Ed25519 private key, PEM: with it everything is signed that is written. Where `trust.signed` holds, writers need one. */
  readonly key?: string;
  /** What labels are called where gh-store's `config.yml` says so; gh-store itself does not go by it. */
  readonly names?: RenamedLabels;
  /** Which reactions mark what became of a comment. Default: `+1` applied, `confused` refused. */
  readonly reactions?: Partial<StoreReactions>;
  /** Whether issues of new objects are locked: who may not write then neither comments nor reacts there. Default: `false`. */
  readonly lock?: boolean;
  /** Default: the machine's clock. Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface CreateOptions {
  /** The user's own, besides the store's. */
  readonly labels?: readonly string[];
  readonly status?: string;
  /** Where the id does not begin with it. */
  readonly type?: string;
}

export interface DeprecateOptions {
  /** Default: `replaced`. */
  readonly reason?: DeprecationReason;
}

export interface UpdateOptions {
  /** Fold it at once, instead of leaving that to a processor. */
  readonly process?: boolean;
}

export interface UpdateResult extends UpdateSent {
  /** As it was processed, where that was asked for. */
  readonly processed?: Processed;
}

export interface IssueStore {
  /** @throws {HubsteadError} `already_exists`; `invalid_input` for what no issue holds, before anything is written */
  create(id: string, data: Json, options?: CreateOptions): Promise<StoredObject>;
  /** One request. @throws {HubsteadError} `not_found`; `unsupported_format` for a body that cannot be shown without loss */
  get(id: string): Promise<StoredObject>;
  /** Merges, as gh-store does: objects at every depth, all else is replaced. */
  update(id: string, changes: JsonObject, options?: UpdateOptions): Promise<UpdateResult>;
  /** The whole object anew. */
  replace(id: string, data: Json, options?: UpdateOptions): Promise<UpdateResult>;
  /** @param paths JSON Pointers */
  unset(id: string, paths: readonly string[], options?: UpdateOptions): Promise<UpdateResult>;
  /** @param path of an array, which is made where nothing is */
  append(id: string, path: string, items: readonly Json[], options?: UpdateOptions): Promise<UpdateResult>;
  increment(id: string, path: string, by?: number, options?: UpdateOptions): Promise<UpdateResult>;
  /** Creates it, or replaces its data where it is there. */
  put(id: string, data: Json, options?: UpdateOptions): Promise<StoredObject | UpdateResult>;
  /** Its issue and its history stay. @throws {HubsteadError} `not_found` */
  delete(id: string): Promise<void>;
  /** The newest one that was deleted, or else deprecated, as it was. @throws {HubsteadError} `not_found`; `already_exists` where there is another one now */
  restore(id: string): Promise<StoredObject>;
  /**
   * Lets an id stand for another object: what is written to it from now on counts there, too.
   *
   * @throws {HubsteadError} `not_found` for an object that there is not; `already_exists` where it stands for another one already;
   *   `invalid_input` for a circle
   */
  createAlias(id: string, target: string): Promise<void>;
  /** The id of the object that this one stands for, by aliases and deprecations; its own, where it stands for itself. */
  resolve(id: string): Promise<string>;
  /** Ids by the objects that they stand for directly. @param target only those of this one */
  findAliases(target?: string): Promise<Readonly<Record<string, string>>>;
  /** Another object has taken over; its data stay where they are, and it is none any more. `restore` takes it back. */
  deprecate(id: string, target: string, options?: DeprecateOptions): Promise<void>;
  findDuplicates(): Promise<readonly Duplicates[]>;
  /** Makes one object of several of one id, the lowest number; nothing that was said is lost. @param id all, by default */
  deduplicate(id?: string): Promise<readonly Deduplicated[]>;
  /** Those that have all of these labels of the user's own: queues, say. */
  find(labels: readonly string[]): Promise<ObjectList>;
  /** All objects, the oldest first. */
  list(): Promise<ObjectList>;
  /** @param time ISO 8601; changed then or later, to the second */
  listUpdatedSince(time: string): Promise<ObjectList>;
  /**
   * Creates many, within GitHub's limits; what is there already stays. It can be interrupted anywhere, and goes on when it is called again.
   */
  import(
    source: Iterable<ImportedObject> | AsyncIterable<ImportedObject>,
    options?: ImportOptions,
  ): Promise<ImportReport>;
  /** @param at a version, or ISO 8601 @throws {HubsteadError} `not_found` where the object had none such */
  getAt(id: string, at: number | string): Promise<HistoryEntry>;
  /** All that happened to it, and what did not count, the oldest first. */
  history(id: string): Promise<readonly HistoryEntry[]>;
  /**
   * What changes, as it happens: `for await (const { kind, object } of store.watch({ signal }))`. Waits while GitHub is away or its limits
   * are reached; what else fails ends it.
   */
  watch(options?: WatchOptions): AsyncIterableIterator<ObjectChange>;
  /** Who changed it, or tried to, what became of that, and why. @param id all objects, one after the other, by default */
  audit(id?: string): Promise<readonly AuditEntry[]>;
  /** gh-store's snapshot file. */
  snapshot(): Promise<Snapshot>;
  /** @param text of a snapshot, gh-store's or ours @throws {HubsteadError} `invalid_input` for one that is none */
  updateSnapshot(text: string): Promise<Snapshot>;
  /** Folds what waits in one issue. */
  processUpdates(issueNumber: number): Promise<Processed>;
  /** Folds all that waits anywhere, also in closed issues; what fails is told with what did not. */
  processAll(options?: ProcessAllOptions): Promise<ProcessedAll>;
}

const clientVersion = "hubstead 0.1.0";

export function openIssueStore(options: IssueStoreOptions): IssueStore {
  const { repo, github, now = Date.now, lock = false } = options;
  const place = placeOf(repo);
  const names = namesOfStore(options.names, options.reactions);
  const about = `objects in ${repo}`;
  const signing = signingOf(options, { place, now });
  const { signer } = signing;
  const known = new Map<string, KnownIssue>();
  const queue = createUpdateQueue({
    github,
    names,
    clientVersion,
    now,
    makeRoom: (number) => processIssue(number, { isFull: true }),
    forget: (id) => known.delete(id),
    signer,
  });
  const kept = createKeptList(place, names, now);
  const partsNow = async (): Promise<StoreParts> => ({ api: await github.api(about), place, names });
  let trust: Trust | undefined;

  const mustFind = async (id: string): Promise<KnownIssue> => {
    const cached = known.get(id);
    if (cached !== undefined) return cached;
    const live = await findLive(await github.api(about), place, id, names);
    if (live === undefined) throw noObject(id, place);
    const found = { nodeId: live.issue.node_id, number: live.issue.number };
    known.set(id, found);
    return found;
  };

  /** One for all, so that nobody is asked about twice within minutes; who reads is who may process. */
  const trustFor = (reader: Account): Trust => {
    trust ??= createTrust({
      github,
      repo,
      lists: options.trust ?? {},
      clock: { now },
      self: reader,
      ...signing.forTrust,
    });
    return trust;
  };
  const processIssue = (number: number, more: { readonly isFull?: boolean } = {}): Promise<Processed> =>
    processObject(
      { ...place, number },
      { github, trustFor, names, lock, clientVersion, now, signer, ...more },
    );
  const history = async (id: string): Promise<readonly HistoryEntry[]> => {
    checkObjectId(id);
    const { number } = await mustFind(id);
    return readHistory(number, { ...(await partsNow()), trustFor });
  };

  const send = async (
    id: string,
    edit: Edit,
    { process = false }: UpdateOptions = {},
  ): Promise<UpdateResult> => {
    checkObjectId(id);
    checkEdit(edit);
    const step = { operation: randomUUID(), time: new Date(now()).toISOString(), edits: [edit] };
    const sent = await queue
      .send(id, step, () => mustFind(id))
      .catch((error: unknown) => {
        // It may have been deleted, and made anew.
        known.delete(id);
        throw error;
      });
    return process ? { ...sent, processed: await processIssue(sent.issueNumber) } : sent;
  };

  const creating = { github, place, names, lock, clientVersion, now, signer };
  const create: IssueStore["create"] = async (id, data, { labels = [], status, type } = {}) => {
    checkObjectId(id);
    checkJson(data);
    const own = [...labels, ...(status === undefined ? [] : [statusPrefix + status])];
    checkLabels(labels);
    checkLabels(own);
    const { issues, label } = await findIssues(await github.api(about), place, id, names);
    const live = liveOf(issues);
    if (live !== undefined) throw exists(id, place, live);
    const made = await createObject(
      {
        id,
        data,
        label,
        after: issues.at(-1)?.issue.number ?? 0,
        labels: own,
        ...(type === undefined ? {} : { type }),
      },
      creating,
    );
    known.set(id, { nodeId: made.issue.node_id, number: made.issue.number });
    return toStoredObject(made, names) as StoredObject;
  };

  const store: IssueStore = {
    create,
    async get(id) {
      checkObjectId(id);
      const live = await findLive(await github.api(about), place, id, names);
      if (live === undefined) throw noObject(id, place);
      known.set(id, { nodeId: live.issue.node_id, number: live.issue.number });
      const object = toStoredObject(live, names);
      if ("data" in object) return object;
      throw new HubsteadError(
        "unsupported_format",
        `${JSON.stringify(id)} cannot be shown, because ${object.because}`,
        {
          hint: `Look at issue ${object.issueNumber}: \`data.body\` holds it as it stands there.`,
          data: { ...object },
        },
      );
    },
    update: (id, changes, sending) => send(id, { op: "merge", data: changes }, sending),
    replace: (id, data, sending) => send(id, { op: "replace", data }, sending),
    unset: (id, paths, sending) => send(id, { op: "unset", paths }, sending),
    append: (id, path, items, sending) => send(id, { op: "append", path, items }, sending),
    increment: (id, path, by = 1, sending = {}) => send(id, { op: "increment", path, by }, sending),
    async put(id, data, sending) {
      checkJson(data);
      const { issues } = await findIssues(await github.api(about), place, id, names);
      return liveOf(issues) === undefined ? create(id, data) : send(id, { op: "replace", data }, sending);
    },
    async delete(id) {
      checkObjectId(id);
      known.delete(id);
      await deleteObject(id, await partsNow());
    },
    async restore(id) {
      checkObjectId(id);
      return restoreObject(id, await partsNow());
    },
    async createAlias(id, target) {
      for (const one of [id, target]) checkObjectId(one);
      await createAlias(id, target, await partsNow());
    },
    async resolve(id) {
      checkObjectId(id);
      return (await followAliases(id, await partsNow())).at(-1)!;
    },
    findAliases: async (target) => findAliases(await partsNow(), target),
    async deprecate(id, target, { reason = "replaced" } = {}) {
      for (const one of [id, target]) checkObjectId(one);
      known.delete(id);
      await deprecateObject(id, target, { ...(await partsNow()), reason });
    },
    async audit(id) {
      const parts = { ...(await partsNow()), trustFor };
      if (id !== undefined) {
        checkObjectId(id);
        return readAudit(id, (await mustFind(id)).number, parts);
      }
      const entries: AuditEntry[] = [];
      for (const [one, { object }] of liveById((await listIssues(parts.api, place, names)).issues))
        entries.push(...(await readAudit(one, object.issue.number, parts)));
      return entries;
    },
    findDuplicates: async () => findDuplicates(await partsNow()),
    async deduplicate(id) {
      // All that it writes may be written again.
      const api = await github.api(about, { again: true });
      return deduplicate(id, { api, place, names, trustFor, process: processIssue, signer });
    },
    async find(labels) {
      checkLabels(labels);
      return toList((await listIssues(await github.api(about), place, names, { labels })).issues, names);
    },
    list: async () => toList((await kept.read(await github.api(about))).issues, names),
    async listUpdatedSince(time) {
      const since = new Date(mustBeTime(time)).toISOString();
      return toList((await listIssues(await github.api(about), place, names, { since })).issues, names);
    },
    async snapshot() {
      const { issues, asOf } = await kept.read(await github.api(about));
      return writeSnapshot(issues, { repo, names, time: asOf });
    },
    async updateSnapshot(text) {
      const since = updatedSince(text);
      const { issues, asOf } = await listIssues(await github.api(about), place, names, { since });
      return updateSnapshot(text, issues, { repo, names, time: asOf });
    },
    watch: (watching) => watchObjects({ github, place, names, now }, watching),
    history,
    import(source, importing = {}) {
      // Nobody waits for each of its requests.
      const patient: GitHubClient = Object.create(github, {
        api: {
          value: (about: string, call?: CallOptions) => github.api(about, { lane: importLane, ...call }),
        },
      });
      const updating = openIssueStore({ ...options, github: patient });
      const replace = (id: string, data: Json) => updating.replace(id, data, { process: true });
      return importObjects(source, importing, { ...creating, github: patient, replace });
    },
    async getAt(id, at) {
      const entry = entryAt(await history(id), at);
      if (entry !== undefined) return entry;
      throw new HubsteadError("not_found", `${JSON.stringify(id)} has no version ${at}`, {
        hint: "Look at its history for the versions that it had.",
        data: { id, at },
      });
    },
    processUpdates: (number) => processIssue(number),
    async processAll(which = {}) {
      const api = await github.api(about);
      const judge = trust ?? trustFor(await readReader(api));
      const mayWrite = async (account: Account) => (await judge.verdictOn(account)).may;
      return processAll(api, place, names, { ...which, process: processIssue, mayWrite });
    },
  };
  return github.isAnonymous ? toReadOnlyStore(store, repo) : store;
}

/** Who has a key signs; where changes have to be signed, who has none writes nothing. */
function signingOf(
  { github, repo, key, trust }: IssueStoreOptions,
  { place, now }: { readonly place: StorePlace; readonly now: () => number },
): { readonly signer?: Signer; readonly forTrust: { readonly readKeys?: ReadKeys } } {
  const isSigned = trust?.signed === true;
  if (key === undefined && !isSigned) return { forTrust: {} };
  const readKeys = createKeyReader(github, repo, { now });
  const signer =
    key === undefined
      ? keylessSigner(repo)
      : createSigner({ github, place, key: parseWriterKey(key), readKeys, now });
  return { signer, forTrust: isSigned ? { readKeys } : {} };
}

function placeOf(repo: string) {
  const [owner, name, more] = repo.split("/");
  if (!owner || !name || more !== undefined)
    throw invalidInput(`${JSON.stringify(repo)} is no repository's name`, "Write OWNER/REPO.", {
      path: "repo",
    });
  return { owner, repo: name };
}
