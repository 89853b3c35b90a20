/**
 * @module A store of objects in a repository's issues, as gh-store keeps them.
 */
import { randomUUID } from "node:crypto";
import { checkJson, type Json } from "../base/json.ts";
import { HubsteadError, invalidInput } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { CallOptions } from "../github/client/session.ts";
import { createAlias, findAliases, followAliases, noObject, type StoreParts } from "./aliases.ts";
import { type AuditEntry, readAudit } from "./audit.ts";
import { checkEdit, checkLabels, checkObjectId, mustBeTime } from "./check-input.ts";
import { createObject } from "./create-object.ts";
import { deduplicate, findDuplicates } from "./duplicates.ts";
import { findIssues, findLive, liveById, liveOf, type StorePlace } from "./find-object.ts";
import { importLane, importObjects } from "./import-objects.ts";
import { readReader } from "./issue-record.ts";
import type { IssueStore, IssueStoreOptions, UpdateOptions, UpdateResult } from "./issue-store.ts";
import { createKeptList } from "./kept-list.ts";
import { listIssues, toList } from "./list-objects.ts";
import { entryAt, type HistoryEntry } from "./object-history.ts";
import { deleteObject, deprecateObject, exists, restoreObject } from "./object-life.ts";
import { processAll } from "./process-all.ts";
import { type Processed, processObject } from "./process-object.ts";
import { readHistory } from "./read-history.ts";
import { toReadOnlyStore } from "./read-only-store.ts";
import { createKeyReader, type ReadKeys } from "./registered-keys.ts";
import { createSigner, keylessSigner, type Signer } from "./signer.ts";
import { parseWriterKey } from "./signing/writer-key.ts";
import { updatedSince, updateSnapshot, writeSnapshot } from "./snapshot.ts";
import { namesOfStore } from "./store-labels.ts";
import { type StoredObject, statusPrefix, toStoredObject } from "./stored-object.ts";
import { type Account, createTrust, type Trust } from "./trust.ts";
import { createUpdateQueue, type KnownIssue } from "./update-queue.ts";
import { watchObjects } from "./watch-objects.ts";
import type { Edit } from "./wire/edits.ts";

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
