/** @module Whether an engine really does what is timed. A benchmark of wrong answers is fast and worthless. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { Dataset } from "./datasets/dataset.ts";
import { textOf } from "./datasets/text-of.ts";
import type { Engine, Found } from "./engines/engine.ts";

/** After the import and before any other write. Leaves one entity with one edit. */
export async function checkEngine(engine: Engine, dataset: Dataset): Promise<void> {
  const last = dataset.entityAt(dataset.size - 1);
  deepStrictEqual((await engine.get(last.id))?.data, last.data, "get returns what was imported");
  strictEqual(await engine.get(`${last.id}-absent`), undefined, "get of an unknown id");

  await engine.update({ id: last.id, field: "benchEdit", value: -1 });
  const edited = { ...last.data, benchEdit: -1 };
  deepStrictEqual((await engine.get(last.id))?.data, edited, "get returns what was updated");

  const listed = await engine.list50?.(last);
  if (listed) checkList(listed, dataset);
  const rare = await engine.searchRare?.(dataset.rareWord);
  if (rare) checkHits(rare, dataset.rareWord, 1);
  const common = await engine.searchCommonNewest?.(dataset.commonWord);
  if (common) checkHits(common, dataset.commonWord, 20);
  const history = await engine.history?.(last.id);
  if (history) strictEqual(history.length, 2, "history of an entity that was imported and updated");
}

function checkList(listed: readonly Found[], dataset: Dataset): void {
  const last = dataset.entityAt(dataset.size - 1);
  const all = Array.from({ length: dataset.size }, (_, index) => dataset.entityAt(index));
  const matching = all.filter(({ type, status }) => type === last.type && status === last.status);
  strictEqual(listed.length, Math.min(50, matching.length), "length of the list");
  strictEqual(listed[0]?.id, last.id, "the newest comes first");
  ok(
    listed.every(({ data }) => Object.keys(data).length > 0),
    "a list brings the data",
  );
}

function checkHits(hits: readonly Found[], word: string, atLeast: number): void {
  ok(hits.length >= atLeast && hits.length <= 20, `${hits.length} hits of "${word}"`);
  ok(
    hits.every(({ data }) => textOf(data).toLowerCase().includes(word)),
    `every hit holds "${word}"`,
  );
}
