/**
 * @module A store over a storage: each method checks, plans, commits and tells the observers.
 */
import { setImmediate as breathe } from "node:timers/promises";
import { isJsonObject } from "../base/json.ts";
import type { Logger } from "../base/logger.ts";
import { showValue } from "../base/show-value.ts";
import type { TypeDefinition } from "../entity/define-type.ts";
import type { Entity } from "../entity/entity.ts";
import { checkId } from "../entity/id.ts";
import type { TypesByName } from "../entity/validate.ts";
import { invalidInput } from "../errors.ts";
import type { Filter, Query } from "../storage/query.ts";
import type { Outcome, Plan, Storage } from "../storage/storage.ts";
import { listAudit } from "./audit.ts";
import { createBackup, listBackups, restoreBackup, type StoreFiles } from "./backup.ts";
import { runBatch } from "./batch.ts";
import { stateToEntity } from "./entity-view.ts";
import { createFeed } from "./feed.ts";
import { importRecords } from "./import.ts";
import { createIndexFiller } from "./index-filler.ts";
import { asMoment, differenceBetween, historyOf, stateAt } from "./moments.ts";
import {
  type Circumstances,
  checkCircumstances,
  checkEdit,
  notFound,
  planCreate,
  planDelete,
  planPut,
  planReplace,
  planRestore,
  planRevert,
  planUpdate,
} from "./plans.ts";
import type { EditFunction, EntityEdit, Store, WriteOptions } from "./store.ts";
import { ofType } from "./typed-entities.ts";

export interface StoreParts {
  readonly path: string;
  readonly storage: Storage;
  readonly types: TypesByName;
  readonly author: string | undefined;
  readonly logger: Logger;
  readonly now: () => number;
  readonly files: StoreFiles;
}

/** Rows of one page of {@link Store.iterate}. */
const pageSize = 500;

export function createStore({ path, storage, types, author, logger, now, files }: StoreParts): Store {
  const feed = createFeed(storage, (error) => logger.error("an observer failed", { error }));
  const filler = createIndexFiller(storage, logger);
  let closed = false;

  const commit = async (plans: readonly Plan[]): Promise<readonly Outcome[]> => {
    const outcomes = await storage.commit(plans);
    await feed.announce(outcomes);
    filler.fillWhenIdle();
    return outcomes;
  };

  const commitOne = async (target: Plan["target"], plan: Plan["plan"]): Promise<Outcome> =>
    (await commit([{ target, plan }]))[0]!;

  const write = async (id: string, plan: Plan["plan"]): Promise<Entity> =>
    stateToEntity((await commitOne({ id }, plan)).after!);

  const checkOpen = (): void => {
    if (closed) throw invalidInput(`${path} is closed`, "Open it again.", { path });
  };

  const circumstances = (options: WriteOptions = {}): Circumstances => {
    if (!isJsonObject(options as unknown))
      throw invalidInput("the options of a write are an object", 'Write { author: "ada", note: "why" }.');
    const who = options.author ?? author;
    const about: Circumstances = {
      ...(who === undefined ? {} : { author: who }),
      ...(options.note === undefined ? {} : { note: options.note }),
    };
    checkCircumstances(about);
    return about;
  };

  const store: Store = {
    path,

    async create(entity, options) {
      const plan = planCreate(entity, circumstances(options), types);
      return write(entity.id, plan);
    },
    async update(
      first: string | Entity,
      second?: EntityEdit | EditFunction | WriteOptions,
      third?: WriteOptions,
    ): Promise<Entity> {
      if (typeof first !== "string") {
        const plan = planReplace(first, circumstances(second as WriteOptions), types);
        return write(first.id, plan);
      }
      checkId(first, undefined);
      const edit = second === undefined ? {} : (second as EntityEdit | EditFunction);
      return write(first, planUpdate(first, edit, circumstances(third), types));
    },
    async put(entity, options) {
      const plan = planPut(entity, circumstances(options), types);
      return write(entity.id, plan);
    },
    delete: async (id, options = {}) =>
      (await commitOne({ id }, planDelete(id, options, circumstances(options)))).logged !== undefined,
    restore: async (id, options = {}) => write(id, planRestore(id, options, circumstances(options))),
    async revert(id, to, options = {}) {
      const target = await stateAt(storage, id, asMoment(to));
      if (target === undefined || target.deleted) {
        throw invalidInput(
          `${id} was deleted at ${showValue(to)}`,
          "Use `delete`, or choose another version.",
        );
      }
      return write(id, planRevert(target, options, circumstances(options), types));
    },
    async batch(operations, options) {
      checkOpen();
      return runBatch(operations, { about: circumstances(options), types, commit });
    },
    async claim(query, edit, options) {
      const about = circumstances(options);
      checkQuery(query);
      checkEdit(edit);
      const { after } = await commitOne({ first: query }, (current) => {
        if (current === undefined) return undefined;
        const draft = planUpdate(current.id, edit, about, types)(current);
        if (draft !== undefined) return draft;
        throw invalidInput(
          `claiming ${current.id} would change nothing: the next caller would get it too`,
          'Ask for what the edit changes: claim({ status: "open" }, { status: "in_progress" }).',
          { id: current.id },
        );
      });
      return after === undefined ? undefined : stateToEntity(after);
    },

    get: async (id) => (typeof id === "string" ? storage.getAlive(id) : undefined),
    async mustGet(id) {
      const state = typeof id === "string" ? await storage.get(id) : undefined;
      if (state === undefined || state.deleted) throw notFound(id, state?.deleted);
      return stateToEntity(state);
    },
    async getAt(id, moment) {
      const state = await stateAt(storage, id, moment);
      return state === undefined || state.deleted ? undefined : stateToEntity(state);
    },
    history: async (id, options) => historyOf(storage, id, options?.limit),
    diff: async (id, from, to) => differenceBetween(storage, id, from, to),
    conflicts: async (id) => (typeof id === "string" ? ((await storage.get(id))?.conflicts ?? []) : []),

    list: async (query = {}) => storage.list(query),
    async *iterate(query: Query = {}) {
      const { limit, offset, ...rest } = query;
      let left = limit ?? Number.POSITIVE_INFINITY;
      let page = await storage.list({
        ...rest,
        limit: Math.min(pageSize, left),
        ...(offset === undefined ? {} : { offset }),
      });
      for (;;) {
        yield* page.entities;
        left -= page.entities.length;
        if (page.cursor === undefined || left <= 0) return;
        await breathe();
        page = await storage.list({ ...rest, limit: Math.min(pageSize, left), cursor: page.cursor });
      }
    },
    count: async (filter: Filter = {}) => storage.count(filter),
    facets: async (fields = ["type", "status"], filter: Filter = {}) => storage.facets(fields, filter),
    async search(text, query = {}) {
      if (typeof text !== "string") throw invalidInput("the text of a search is text");
      return storage.search(text, query);
    },
    explain: async (query) => storage.explain(query),
    of<Data>(type: TypeDefinition<Data>) {
      if (typeof type?.name === "string" && types.get(type.name) === type) return ofType(store, type);
      throw invalidInput(
        `the store does not know the type ${showValue(type?.name)}`,
        "Name it when the store is opened: openStore(path, { types: [task] }).",
      );
    },

    observe(observer) {
      checkOpen();
      return feed.observe(observer);
    },
    changes(options = {}) {
      checkOpen();
      return feed.changes(options);
    },

    async import(records, options = {}) {
      checkOpen();
      try {
        return await importRecords(records, {
          storage,
          types,
          options,
          author: circumstances(options).author,
          commit,
        });
      } finally {
        filler.fillAll();
      }
    },
    backup: {
      async create(folder) {
        if (path === ":memory:")
          throw invalidInput(
            "a store in memory has no file to back up",
            "Open a store in a file, or export it.",
          );
        const info = await createBackup(storage, folder, files, now);
        await store.audit.append({ what: "backup.create", target: info.path });
        return info;
      },
      list: (folder) => listBackups(folder),
      restore: (file, target) => restoreBackup(file, target, files),
    },
    audit: {
      async append(record) {
        const { who = author ?? "", what, target, why = "" } = isJsonObject(record as unknown) ? record : {};
        const texts = [who, what, target, why];
        const areTexts = texts.every(
          (text) => typeof text === "string" && text.isWellFormed() && !text.includes("\0"),
        );
        if (!areTexts || !what || !target) {
          throw invalidInput(
            "an audit record says what was done to what",
            'Write { what: "token.rotate", target: "github", why: "it leaked" }.',
          );
        }
        await storage.appendAudit({ at: new Date(now()).toISOString(), who, what, target, why });
      },
      list: async (options = {}) => listAudit(storage, options),
    },

    status: async () => storage.status(),
    verify: async () => storage.verify(),
    async rebuild() {
      const counts = await storage.rebuild();
      await store.audit.append({ what: "rebuild", target: path });
      filler.fillAll();
      return counts;
    },
    stateHash: async () => storage.stateHash(),
    async close() {
      if (closed) return;
      closed = true;
      feed.close();
      await filler.close();
      await storage.close();
    },
    async [Symbol.asyncDispose]() {
      await store.close();
    },
  };
  return Object.freeze(store);
}

function checkQuery(query: Query): void {
  if (!isJsonObject(query as unknown))
    throw invalidInput("a query is an object", 'Write { type: "task", status: "open" }.');
}
