/**
 * @module Entities of about 300 bytes in any number, each computed from its number alone: a million of them need no
 * memory, and every process makes the same ones.
 */
import type { Data, NewEntity } from "../engines/engine.ts";
import type { Dataset } from "./dataset.ts";
import { createRandom } from "./random.ts";

const types = ["task", "bug", "feature", "note", "release", "paper", "metric"];
const statuses = ["open", "active", "blocked", "paused", "completed"];
const rareWord = "quincunx";
const commonWord = "harbour";
const rareEntities = 10;
const commonShare = 0.2;

const vocabulary = createVocabulary(3_000); // About what the issues of a large project use often.

function createVocabulary(size: number): string[] {
  const random = createRandom(1);
  const syllables = "ba de fi go lu ma ne po ri su ta vo ker min sel tor wan".split(" ");
  const syllable = () => syllables[Math.floor(random() * syllables.length)];
  const words = new Set<string>();
  while (words.size < size) {
    words.add(Array.from({ length: 2 + Math.floor(random() * 2) }, syllable).join(""));
  }
  return [...words];
}

/** Early words of the vocabulary are drawn more often, as in real text. */
function drawWords(random: () => number, count: number): string[] {
  return Array.from({ length: count }, () => vocabulary[Math.floor(random() ** 3 * vocabulary.length)]!);
}

export function createSyntheticDataset(size: number): Dataset {
  const rareEvery = Math.max(1, Math.floor(size / rareEntities));

  function dataAt(index: number, seed: number): Data {
    const random = createRandom(seed);
    const description = drawWords(random, 16);
    if (random() < commonShare) description[3] = commonWord;
    if (index < rareEvery * rareEntities && index % rareEvery === 0) description[7] = rareWord;
    return {
      name: drawWords(random, 3).join(" "),
      description: description.join(" "),
      priority: 1 + Math.floor(random() * 5),
      owner: `user-${Math.floor(random() * 200)}`,
      labels: drawWords(random, 2),
      estimate: Math.floor(random() * 400) / 10,
      dueOn: `2026-${1 + Math.floor(random() * 9)}-${10 + Math.floor(random() * 19)}`,
      done: random() < 0.5,
    };
  }

  function entityAt(index: number): NewEntity {
    const type = types[index % types.length]!;
    return {
      id: `${type}-${String(index).padStart(6, "0")}`,
      type,
      status: statuses[Math.floor(index / types.length) % statuses.length]!,
      data: dataAt(index, index),
    };
  }

  return {
    title: `${size.toLocaleString("en")} entities of about 300 bytes`,
    size,
    entityAt,
    otherDataAt: (index) => dataAt(index, index + 1e9),
    selections: types.flatMap((type) => statuses.map((status) => ({ type, status }))),
    rareWord,
    commonWord,
  };
}
