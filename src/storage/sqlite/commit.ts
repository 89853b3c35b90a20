/**
 * @module Commits: plans become changes, folded rows and index rows in one transaction.
 */
import { canonicalJson, deepFreeze, type JsonObject } from "../../base/json.ts";
import { readJson } from "../../base/json-reader.ts";
import type { Change } from "../../entity/change.ts";
import type { EntityState } from "../../entity/entity.ts";
import { foldOnto } from "../../entity/fold.ts";
import { checkDataSize } from "../../entity/validate.ts";
import type { Outcome, Plan, Target } from "../storage.ts";
import { createEntityTable, type EntityRow, type RowReader, type RowState } from "./entity-rows.ts";
import { foldChain } from "./fold-row.ts";
import type { Identity } from "./identity.ts";
import { listSql } from "./list-sql.ts";
import type { LogBook } from "./log-book.ts";
import type { Session } from "./session.ts";

export interface Committer {
  commit(plans: readonly Plan[]): Promise<readonly Outcome[]>;
}

export interface CommitterParts {
  readonly session: Session;
  readonly log: LogBook;
  readonly identity: Identity;
  readonly reader: RowReader;
  /** Wall time in milliseconds. */
  readonly now: () => number;
}

export function createCommitter({ session, log, identity, reader, now }: CommitterParts): Committer {
  const entities = createEntityTable(session, reader);

  const find = (target: Target): RowState | undefined => {
    if ("id" in target) return entities.byId(target.id);
    const { sql } = listSql(session, { ...target.first, limit: 1 });
    const row = session.get<EntityRow>(sql.text, ...sql.values);
    return row === undefined ? undefined : entities.byId(row[1]);
  };

  /** The outside events that an entity's log has; read once a commit. */
  const originsByRow = new Map<number, Set<string>>();
  const originsOf = (known: RowState | undefined): Set<string> =>
    known === undefined
      ? new Set()
      : (originsByRow.get(known.row) ??
        new Set(log.chain(known.newest).flatMap(({ change }) => change.origin ?? [])));

  const carryOut = ({ target, plan }: Plan): Outcome => {
    const known = find(target);
    const draft = plan(known?.state);
    if (draft === undefined) return { before: known?.state, after: known?.state, logged: undefined };
    const origins = draft.origin === undefined ? undefined : originsOf(known);
    if (origins?.has(draft.origin!)) return { before: known?.state, after: known?.state, logged: undefined };
    const id = "id" in target ? target.id : known!.state.id;
    const change = log.stamp(id, draft, identity.claim(), now());
    const position = log.lastPosition();
    // Everything in this file was folded before, so the writer has seen all; only open conflicts need the whole log.
    const folded =
      known !== undefined && known.state.conflicts.length > 0
        ? foldChain(session, log, [...log.chain(known.newest), log.withSeen(change)])
        : foldOnto(known?.state, change);
    const data = canonicalJson(folded.data);
    checkDataSize(data, () => (known === undefined ? undefined : canonicalJson(known.state.data)));
    const row = known?.row ?? entities.insert(folded, data, position);
    if (known !== undefined) entities.update(known, folded, data, position);
    log.append(change, row, known?.newest ?? 0, setTextOf(change, known, data));
    if (origins !== undefined) originsByRow.set(row, origins.add(draft.origin!));
    return new Written(known?.state, folded, data, { position, change });
  };

  return {
    commit: (plans) =>
      session.turns.run(
        () => {
          log.refresh(session.turns.stampInTurn());
          identity.confirm();
          originsByRow.clear();
          return plans.map(carryOut);
        },
        () => {
          log.forget();
          identity.forget();
        },
      ),
  };
}

/** What a change sets, as canonical text: for a beginning it is the data itself. */
function setTextOf({ kind, set }: Change, known: RowState | undefined, data: string): string {
  if (set === undefined) return "";
  return kind === "create" && (known === undefined || known.state.deleted) ? data : canonicalJson(set);
}

/** An import looks at no entity that it has written: what callers get is made when they ask for it. */
class Written implements Outcome {
  readonly before: EntityState | undefined;
  readonly logged: Outcome["logged"];
  readonly #folded: EntityState;
  readonly #data: string;
  #after: EntityState | undefined;

  /** @param data canonical JSON of the folded data */
  constructor(before: EntityState | undefined, folded: EntityState, data: string, logged: Outcome["logged"]) {
    this.before = before;
    this.logged = logged;
    this.#folded = folded;
    this.#data = data;
  }

  get after(): EntityState {
    this.#after ??= Object.freeze({
      ...this.#folded,
      data: deepFreeze(readJson(this.#data) as JsonObject),
    });
    return this.#after;
  }
}
