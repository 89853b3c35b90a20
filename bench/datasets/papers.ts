/** @module The real dataset: papers and reading sessions as someone keeps them in GitHub issues with gh-store. */
import { readFileSync } from "node:fs";
import type { Data, NewEntity } from "../engines/engine.ts";
import type { Dataset } from "./dataset.ts";
import { textOf } from "./text-of.ts";

const snapshot = new URL("../../test/fixtures/papers-gh-store-snapshot.json", import.meta.url);
const status = "open"; // gh-store has no status; one list index wants one.

export function readPapersDataset(): Dataset {
  const { objects } = JSON.parse(readFileSync(snapshot, "utf8")) as {
    objects: Record<string, { data: Data }>;
  };
  const entities = Object.entries(objects).map(([id, { data }]): NewEntity => {
    return { id, type: id.slice(0, id.indexOf(":")), status, data };
  });
  const sampleAt = (index: number) => entities[index % entities.length]!;
  return {
    title: `${entities.length} real entities`,
    size: entities.length,
    entityAt(index) {
      const entity = sampleAt(index);
      return index < entities.length ? entity : { ...entity, id: `${entity.type}:bench.${index}` };
    },
    otherDataAt: (index) => sampleAt(index + 1).data,
    selections: [...new Set(entities.map(({ type }) => type))].map((type) => ({ type, status })),
    rareWord: wordFoundIn(entities, 10),
    commonWord: wordFoundIn(entities, entities.length / 5),
  };
}

/** The word whose number of entities is nearest to the one asked for. */
function wordFoundIn(entities: readonly NewEntity[], wanted: number): string {
  const entitiesByWord = new Map<string, number>();
  for (const { data } of entities) {
    const words = new Set(
      textOf(data)
        .toLowerCase()
        .match(/\b[a-z]{6,}\b/g),
    );
    for (const word of words) entitiesByWord.set(word, (entitiesByWord.get(word) ?? 0) + 1);
  }
  const distance = ([, count]: [string, number]) => Math.abs(count - wanted);
  const [nearest] = [...entitiesByWord].sort((a, b) => distance(a) - distance(b));
  return nearest![0];
}
