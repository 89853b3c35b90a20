/**
 * @module Facets: how many entities have which value of a field. Each element of an array counts.
 */
import type { Json } from "../../base/json.ts";
import { readJson } from "../../base/json-reader.ts";
import { invalidInput } from "../../errors.ts";
import { parseFieldPath } from "../field-path.ts";
import type { FacetCounts } from "../query.ts";
import { jsonPathLiteral, type Sql } from "./field-sql.ts";
import type { Session } from "./session.ts";

/** Where the entities to count come from. */
interface FacetSource {
  /** What stands after FROM, with the table `entity` in it. */
  readonly from: string;
  readonly where: Sql;
}

/**
 * Counts by field.
 *
 * @throws {HubsteadError} `invalid_input` for what is no field
 */
export function countFacets(
  session: Session,
  fields: readonly string[],
  source: FacetSource,
): Readonly<Record<string, FacetCounts>> {
  if (!Array.isArray(fields))
    throw invalidInput("facets are a list of fields", 'Write ["type", "status", "priority"].');
  return Object.fromEntries(fields.map((field) => [field, countFacet(session, field, source)]));
}

function countFacet(session: Session, field: string, source: FacetSource): FacetCounts {
  const { text, values } = source.where;
  if (field === "type" || field === "status") {
    return session
      .all<[string, number]>(
        `SELECT ${field}, count(*) AS n FROM ${source.from} WHERE ${text} GROUP BY 1 ORDER BY n DESC, 1`,
        ...values,
      )
      .map(([value, count]) => ({ value, count }));
  }
  const path = jsonPathLiteral(parseFieldPath(field));
  const list = `CASE json_type(data, ${path}) WHEN 'array' THEN data -> ${path} ELSE json_array(json(data -> ${path})) END`;
  const value =
    "CASE item.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'object' THEN item.value WHEN 'array' THEN item.value WHEN 'real' THEN list -> item.fullkey ELSE json_quote(item.value) END";
  return session
    .all<[string, number]>(
      `SELECT ${value} AS shown, count(DISTINCT row) AS n
       FROM (SELECT row, ${list} AS list FROM (SELECT entity.row, data FROM ${source.from} WHERE ${text}) WHERE json_type(data, ${path}) IS NOT NULL), json_each(list) AS item
       GROUP BY 1 ORDER BY n DESC, 1`,
      ...values,
    )
    .map(([shown, count]) => ({ value: readJson(shown) as Json, count }));
}
