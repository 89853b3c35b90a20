/**
 * @module Entities from elsewhere as objects for a repository's issues: each as it is now. Of one that was deleted there is none.
 */
import type { ImportedObject } from "../../issues/import-plan.ts";
import type { ImportRecord } from "../../store/store.ts";

/** What an id says itself. */
const leadingType = /^[\p{L}\p{N}_]+/u;

export async function* toImportedObjects(
  records: Iterable<ImportRecord> | AsyncIterable<ImportRecord>,
): AsyncGenerator<ImportedObject> {
  for await (const record of records) {
    const { id, type, createdAt } = record;
    const last = record.history?.at(-1);
    if (last?.deleted === true) continue;
    const { data = {}, status } = last ?? record;
    const time = record.history?.[0]?.time ?? createdAt;
    yield {
      id,
      data,
      ...(status === undefined ? {} : { status }),
      ...(type === undefined || type === leadingType.exec(id)?.[0] ? {} : { type }),
      ...(time === undefined ? {} : { createdAt: time }),
    };
  }
}
