/**
 * @module A store of objects in a repository's issues, as gh-store keeps them.
 */
import { randomUUID } from "node:crypto";
import { checkJson, type Json, type JsonObject } from "../base/json.ts";
import { showValue } from "../base/show-value.ts";
import { HubsteadError, invalidInput } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { GitHubApi } from "../github/client/session.ts";
import { checkEdit, checkLabels, checkObjectId } from "./check-input.ts";
import { createObject } from "./create-object.ts";
import { findIssues, findLive, liveOf, type StorePlace } from "./find-object.ts";
import { readIssue, readReader } from "./issue-record.ts";
import { listIssues, type ObjectList, toList } from "./list-objects.ts";
import { entryAt, type HistoryEntry, toHistory } from "./object-history.ts";
import { readObject } from "./object-state.ts";
import { type ProcessAllOptions, type ProcessedAll, processAll } from "./process-all.ts";
import { type Processed, processObject } from "./process-object.ts";
import { type Snapshot, updatedSince, updateSnapshot, writeSnapshot } from "./snapshot.ts";
import { ghStoreLabels } from "./store-labels.ts";
import {
  type ListedIssue,
  type ObjectIssue,
  type StoredObject,
  statusPrefix,
  toObjectIssue,
  toStoredObject,
} from "./stored-object.ts";
import { type Account, createTrust, type Trust, type TrustLists } from "./trust.ts";
import { createUpdateQueue, type KnownIssue, type UpdateSent } from "./update-queue.ts";
import type { Edit } from "./wire/edits.ts";

export interface IssueStoreOptions {
  /** `OWNER/REPO`. */
  readonly repo: string;
  readonly github: GitHubClient;
  /** Who may change objects besides those who may write to the repository. */
  readonly trust?: TrustLists;
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
  /** The newest one that was deleted, as it was. @throws {HubsteadError} `not_found`; `already_exists` where there is another one now */
  restore(id: string): Promise<StoredObject>;
  /** Those that have all of these labels of the user's own: queues, say. */
  find(labels: readonly string[]): Promise<ObjectList>;
  /** All objects, the oldest first. */
  list(): Promise<ObjectList>;
  /** @param time ISO 8601; changed then or later, to the second */
  listUpdatedSince(time: string): Promise<ObjectList>;
  /** @param at a version, or ISO 8601 @throws {HubsteadError} `not_found` where the object had none such */
  getAt(id: string, at: number | string): Promise<HistoryEntry>;
  /** All that happened to it, and what did not count, the oldest first. */
  history(id: string): Promise<readonly HistoryEntry[]>;
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
  const { repo, github, now = Date.now } = options;
  const place = placeOf(repo);
  const names = ghStoreLabels;
  const about = `objects in ${repo}`;
  const known = new Map<string, KnownIssue>();
  const queue = createUpdateQueue({ github, names, clientVersion, now });
  let trust: Trust | undefined;

  const mustFind = async (id: string): Promise<KnownIssue> => {
    const cached = known.get(id);
    if (cached !== undefined) return cached;
    const live = await findLive(await github.api(about), place, id, names);
    if (live === undefined) throw notFound(id, repo);
    const found = { nodeId: live.issue.node_id, number: live.issue.number };
    known.set(id, found);
    return found;
  };

  /** One for all, so that nobody is asked about twice within minutes; who reads is who may process. */
  const trustFor = (reader: Account): Trust => {
    trust ??= createTrust({ github, repo, lists: options.trust ?? {}, clock: { now }, self: reader });
    return trust;
  };
  const history = async (id: string): Promise<readonly HistoryEntry[]> => {
    const { number } = await mustFind(id);
    const issue = await readIssue(await github.api(about), { ...place, number });
    const state = await readObject(issue, trustFor(issue.reader), names.uidPrefix, "start");
    if ("because" in state)
      throw new HubsteadError("forbidden", `${JSON.stringify(id)} has no history, because ${state.because}`, {
        hint: `Look at issue ${number}: who opened it may not write here.`,
        data: { id, issueNumber: number },
      });
    return toHistory(issue, state, names.uidPrefix);
  };
  const processUpdates = (number: number): Promise<Processed> =>
    processObject({ ...place, number }, { github, trustFor, uidPrefix: names.uidPrefix });

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
    return process ? { ...sent, processed: await processUpdates(sent.issueNumber) } : sent;
  };

  const create: IssueStore["create"] = async (id, data, { labels = [], status, type } = {}) => {
    checkObjectId(id);
    checkJson(data);
    const own = [...labels, ...(status === undefined ? [] : [statusPrefix + status])];
    checkLabels(labels);
    checkLabels(own);
    const { issues, label } = await findIssues(await github.api(about), place, id, names);
    const live = liveOf(issues);
    if (live !== undefined) throw exists(id, repo, live);
    const made = await createObject(
      {
        id,
        data,
        label,
        after: issues.at(-1)?.issue.number ?? 0,
        labels: own,
        ...(type === undefined ? {} : { type }),
      },
      { github, place, names, clientVersion, now },
    );
    known.set(id, { nodeId: made.issue.node_id, number: made.issue.number });
    return toStoredObject(made, names) as StoredObject;
  };

  return {
    create,
    async get(id) {
      checkObjectId(id);
      const live = await findLive(await github.api(about), place, id, names);
      if (live === undefined) throw notFound(id, repo);
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
      const api = await github.api(about);
      const { issues } = await findIssues(api, place, id, names);
      const live = liveOf(issues);
      if (live === undefined) throw notFound(id, repo);
      known.delete(id);
      const labels = live.labels.map((label) => (isName(label, names.base) ? names.archived : label));
      await setLabels(api, place, live, labels);
    },
    async restore(id) {
      const api = await github.api(about);
      const { issues } = await findIssues(api, place, id, names);
      const live = liveOf(issues);
      if (live !== undefined) throw exists(id, repo, live);
      const deleted = issues.findLast(({ life }) => life === "deleted");
      if (deleted === undefined) throw notFound(id, repo);
      const labels = deleted.labels.filter(
        (label) => !isName(label, names.archived) && !isName(label, names.base),
      );
      const issue = await setLabels(api, place, deleted, [...labels, names.base]);
      return toStoredObject(toObjectIssue(issue, names)!, names) as StoredObject;
    },
    async find(labels) {
      checkLabels(labels);
      return toList((await listIssues(await github.api(about), place, names, { labels })).issues, names);
    },
    list: async () => toList((await listIssues(await github.api(about), place, names)).issues, names),
    async listUpdatedSince(time) {
      const since = new Date(mustBeTime(time)).toISOString();
      return toList((await listIssues(await github.api(about), place, names, { since })).issues, names);
    },
    async snapshot() {
      const { issues, asOf } = await listIssues(await github.api(about), place, names);
      return writeSnapshot(issues, { repo, names, time: asOf });
    },
    async updateSnapshot(text) {
      const since = updatedSince(text);
      const { issues, asOf } = await listIssues(await github.api(about), place, names, { since });
      return updateSnapshot(text, issues, { repo, names, time: asOf });
    },
    history,
    async getAt(id, at) {
      const entry = entryAt(await history(id), at);
      if (entry !== undefined) return entry;
      throw new HubsteadError("not_found", `${JSON.stringify(id)} has no version ${at}`, {
        hint: "Look at its history for the versions that it had.",
        data: { id, at },
      });
    },
    processUpdates,
    async processAll(which = {}) {
      const api = await github.api(about);
      const judge = trust ?? trustFor(await readReader(api));
      const mayWrite = async (account: Account) => (await judge.verdictOn(account)).may;
      return processAll(api, place, names, { ...which, process: processUpdates, mayWrite });
    },
  };
}

function placeOf(repo: string) {
  const [owner, name, more] = repo.split("/");
  if (!owner || !name || more !== undefined)
    throw invalidInput(`${JSON.stringify(repo)} is no repository's name`, "Write OWNER/REPO.", {
      path: "repo",
    });
  return { owner, repo: name };
}

function mustBeTime(time: string): number {
  const parsed = Date.parse(time);
  if (Number.isNaN(parsed))
    throw invalidInput(`${showValue(time)} is no time`, "Write ISO 8601: 2026-11-20T10:00:00Z.", {
      path: "time",
    });
  return parsed;
}

const isName = (label: string, name: string) => label.toLowerCase() === name.toLowerCase();

async function setLabels(
  api: GitHubApi,
  place: StorePlace,
  { issue }: ObjectIssue,
  labels: readonly string[],
): Promise<ListedIssue> {
  const { data } = await api.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    ...place,
    issue_number: issue.number,
    state: "closed",
    labels: [...labels],
  });
  return data as ListedIssue;
}

function exists(id: string, repo: string, live: ObjectIssue): HubsteadError {
  return new HubsteadError("already_exists", `${JSON.stringify(id)} exists in ${repo} already`, {
    hint: "Change it with `update`, or make sure of it with `put`.",
    data: { id, issueNumber: live.issue.number },
  });
}

function notFound(id: string, repo: string): HubsteadError {
  return new HubsteadError("not_found", `there is no object ${JSON.stringify(id)} in ${repo}`, {
    hint: "Create it, or look with `list` for how it is written.",
    data: { id },
  });
}
