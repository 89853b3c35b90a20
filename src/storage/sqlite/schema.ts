/**
 * @module The tables of a store file. `change` is the log and the truth; all others can be made anew from it.
 * The views `entities` and `changes` are the stable interface for other programs.
 */
import { DatabaseSync } from "node:sqlite";
import type { Schema } from "../../sqlite/migrate.ts";

const log = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- One row per change. \`body\` is its canonical JSON, \`checksum\` the CRC-32 of body. \`entity\` is the entity's row,
-- \`previous\` the position of the entity's change before this one: its history is read along them, without an index.
CREATE TABLE change(
  position INTEGER PRIMARY KEY,
  entity INTEGER NOT NULL,
  previous INTEGER NOT NULL,
  body TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;
CREATE TRIGGER change_is_kept BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'changes are never deleted'); END;
CREATE TRIGGER change_is_final BEFORE UPDATE OF body ON change BEGIN SELECT RAISE(ABORT, 'changes are never rewritten'); END;
-- Where in the log consecutive changes of one replica with one version vector begin. \`seen\` is the whole vector.
CREATE TABLE run(
  first_position INTEGER PRIMARY KEY,
  replica TEXT NOT NULL,
  first_seq INTEGER NOT NULL,
  seen TEXT NOT NULL
) STRICT;
`;

const entities = `
-- \`created\` and \`updated\` are milliseconds since 1970; \`newest\` is the position of the newest change.
CREATE TABLE entity(
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  data TEXT NOT NULL,
  version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  newest INTEGER NOT NULL,
  conflicts TEXT
) STRICT;
CREATE INDEX entity_list ON entity(type, status, updated) WHERE deleted = 0;
CREATE INDEX entity_conflict ON entity(row) WHERE conflicts IS NOT NULL;
CREATE TABLE type_index(type TEXT PRIMARY KEY, indexes TEXT NOT NULL, search TEXT) STRICT, WITHOUT ROWID;
CREATE VIEW entities AS
  SELECT id, type, status, data, version,
    strftime('%Y-%m-%dT%H:%M:%fZ', created / 1000.0, 'unixepoch') AS created_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated / 1000.0, 'unixepoch') AS updated_at
  FROM entity WHERE deleted = 0;
CREATE VIEW changes AS
  SELECT position,
    (body ->> '$.replica') || ':' || (body ->> '$.seq') AS id,
    body ->> '$.entity' AS entity,
    body ->> '$.kind' AS kind,
    body ->> '$.status' AS status,
    body -> '$.set' AS "set",
    body -> '$.unset' AS unset,
    coalesce(body ->> '$.time', strftime('%Y-%m-%dT%H:%M:%fZ', clock / 1000.0, 'unixepoch')) AS time,
    body ->> '$.author' AS author,
    body ->> '$.note' AS note,
    body
  FROM (SELECT position, body, (
    WITH RECURSIVE digit(at, value) AS (
      SELECT 1, 0
      UNION ALL
      SELECT at + 1, value * 16 + instr('0123456789abcdef', substr(body ->> '$.clock', at, 1)) - 1 FROM digit WHERE at <= 12
    ) SELECT value FROM digit WHERE at = 13
  ) AS clock FROM change);
`;

const search = `
-- The words come ready made from \`search-words.ts\`; \`ascii\` only splits them at the spaces.
CREATE VIRTUAL TABLE search USING fts5(words, content = '', contentless_delete = 1, tokenize = 'ascii');
-- \`doc\` is the row in \`search\`; it follows the entity's \`updated\`, so that newest first is row order.
CREATE TABLE search_doc(doc INTEGER PRIMARY KEY, entity INTEGER NOT NULL UNIQUE) STRICT;
INSERT INTO meta(key, value) VALUES ('indexed', '0');
`;

const audit = `
CREATE TABLE audit(
  position INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  target TEXT NOT NULL,
  why TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_appended BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE position = NEW.position)
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
`;

/** "HUBS" in ASCII. */
export const schema: Schema = { applicationId: 0x48554253, steps: [log, entities, search, audit] };

/** A table, trigger, view or index as a fresh file has it. */
export interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

/** All that the steps make, but for the inner tables of the search index: SQLite's versions may differ in them. */
export function listSchema(): readonly SchemaObject[] {
  const fresh = new DatabaseSync(":memory:");
  try {
    for (const step of schema.steps) {
      if (typeof step === "string") fresh.exec(step);
      else step(fresh);
    }
    const objects = fresh
      .prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND sql NOT LIKE 'CREATE TABLE ''search%'",
      )
      .all();
    return objects as unknown as SchemaObject[];
  } finally {
    fresh.close();
  }
}
