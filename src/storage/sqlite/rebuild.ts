/**
 * @module Makes all that is derived anew from the log, in one transaction: entities, links, runs, the search index,
 * views and triggers.
 */
import { mergeVectors, type VersionVector } from "../../base/version-vector.ts";
import { parseChange } from "../../entity/change.ts";
import { HubsteadError } from "../../errors.ts";
import type { Finding } from "../storage.ts";
import { insertEntity, stateToCells } from "./entity-rows.ts";
import { foldRow } from "./fold-row.ts";
import { damagedLog, isIntact, type LogBook, parseBody } from "./log-book.ts";
import { listSchema } from "./schema.ts";
import type { SearchIndex } from "./search-index.ts";
import type { Session } from "./session.ts";
import { eachRow, verifyLog } from "./verify.ts";

/**
 * Inside a write transaction.
 *
 * @throws {HubsteadError} `corrupt` where the log itself is damaged: nothing is changed then
 */
export function rebuildStore(
  session: Session,
  log: LogBook,
  index: SearchIndex,
): { entities: number; changes: number } {
  for (const { type, name, sql } of listSchema()) {
    if (type === "trigger" || type === "view")
      session.database.exec(`DROP ${type} IF EXISTS ${name}; ${sql};`);
  }
  session.database.exec("DELETE FROM entity; DELETE FROM run;");
  const changes = relink(session);
  log.forget();
  log.refresh(session.turns.stampInTurn());
  const fill = session.prepare(
    "UPDATE entity SET id = ?, type = ?, status = ?, data = ?, version = ?, created = ?, updated = ?, deleted = ?, newest = ?, conflicts = ? WHERE row = ?",
  );
  let entities = 0;
  for (const [row, newest] of eachRow<[number, number]>(
    session,
    "SELECT row, newest FROM entity WHERE row > ? ORDER BY row LIMIT ?",
  )) {
    fill.run(...foldRow(session, log, newest), row);
    entities++;
  }
  index.clear();
  // Where pages are damaged, emptying a table may have freed some that are the log's: then it is all undone.
  const [finding] = verifyLog(session, log, index);
  if (finding !== undefined) throw beyondRebuild(session.path, finding);
  return { entities, changes };
}

function beyondRebuild(path: string, { where, problem }: Finding): HubsteadError {
  return new HubsteadError(
    "corrupt",
    `${path} is damaged where a rebuild cannot mend it: ${where}: ${problem}`,
    {
      hint: "Nothing was changed; `hubstead backup restore` brings a backup back.",
      data: { path },
    },
  );
}

/** Walks the log once: gives entities rows in the order of their first change, links changes, marks runs. */
function relink(session: Session): number {
  const insert = session.prepare(insertEntity);
  const setNewest = session.prepare("UPDATE entity SET newest = ? WHERE row = ?");
  const find = session.prepare("SELECT row, newest FROM entity WHERE id = ?");
  const link = session.prepare(
    "UPDATE change SET entity = ?, previous = ? WHERE position = ? AND (entity <> ? OR previous <> ?)",
  );
  const vectors = new Map<string, VersionVector>();
  const lastSeq = new Map<string, number>();
  let writer = "";
  let changes = 0;
  const rows = eachRow<[number, string, number]>(
    session,
    "SELECT position, body, checksum FROM change WHERE position > ? ORDER BY position LIMIT ?",
  );
  for (const [position, body, checksum] of rows) {
    if (position !== changes + 1 || !isIntact(body, checksum)) throw damagedLog(session.path, changes + 1);
    const change = parseChange(parseBody(session.path, position, body));
    const known = find.get(change.entity) as unknown as [number, number] | undefined;
    const row = known?.[0] ?? Number(insert.run(...emptyCells(change.entity, position)).lastInsertRowid);
    if (known !== undefined) setNewest.run(position, row);
    const previous = known?.[1] ?? 0;
    link.run(row, previous, position, row, previous);
    const { replica, seq } = change;
    if ((lastSeq.get(replica) ?? 0) + 1 !== seq) throw damagedLog(session.path, position);
    lastSeq.set(replica, seq);
    const seen = mergeVectors(
      mergeVectors(vectors.get(replica) ?? {}, change.seen ?? {}),
      seq === 1 ? {} : { [replica]: seq - 1 },
    );
    vectors.set(replica, seen);
    if (replica !== writer || change.seen !== undefined) {
      session.run(
        "INSERT INTO run(first_position, replica, first_seq, seen) VALUES (?, ?, ?, ?)",
        position,
        replica,
        seq,
        JSON.stringify(seen),
      );
    }
    writer = replica;
    changes++;
  }
  return changes;
}

/** A row that only holds the place until all links stand. */
function emptyCells(id: string, newest: number): (string | number | null)[] {
  const state = {
    id,
    type: "",
    status: "",
    data: {},
    version: 0,
    createdAt: "1970-01-01T00:00:00Z",
    updatedAt: "1970-01-01T00:00:00Z",
    deleted: true,
    conflicts: [],
  };
  return stateToCells(state, "{}", newest);
}
