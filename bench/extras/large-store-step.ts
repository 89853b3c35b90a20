/**
 * @module One step with a large store, in a process of its own, so that its memory and its caches are its own:
 * `build`, `history`, `list` or `export`. Prints one line of JSON.
 */
import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import type { Store } from "../../src/index.ts";
import { createSyntheticDataset } from "../datasets/synthetic.ts";
import type { NewEntity } from "../engines/engine.ts";
import { openStore } from "../engines/hubstead.ts";

const [step = "", file = "", size = ""] = process.argv.slice(2);
const dataset = createSyntheticDataset(Number(size));
const editedEntities = 200;
const editsEach = 9;

/** Number of the entity; spread over the whole store. */
function editedIndex(nth: number): number {
  return nth * Math.floor(dataset.size / editedEntities);
}

function* generateEntities(): Generator<NewEntity> {
  for (let index = 0; index < dataset.size; index++) yield dataset.entityAt(index);
}

const steps: Record<string, (store: Store) => Promise<object>> = {
  async build(store) {
    const start = performance.now();
    await store.import(generateEntities());
    const seconds = (performance.now() - start) / 1_000;
    for (let edit = 1; edit <= editsEach; edit++) {
      for (let nth = 0; nth < editedEntities; nth++) {
        await store.update(dataset.entityAt(editedIndex(nth)).id, { set: { benchEdit: edit } });
      }
    }
    return { perSecond: dataset.size / seconds, changes: dataset.size + editedEntities * editsEach };
  },

  /** Each entity once, so that no cache answers. */
  async history(store) {
    const timesMs: number[] = [];
    for (let nth = 0; nth < editedEntities; nth++) {
      const { id } = dataset.entityAt(editedIndex(nth));
      const start = performance.now();
      const history = await store.history(id);
      timesMs.push(performance.now() - start);
      if (history.length !== editsEach + 1) throw new Error(`history of ${id} has ${history.length} entries`);
    }
    timesMs.sort((a, b) => a - b);
    return { medianMs: timesMs[timesMs.length >> 1], slowMs: timesMs[Math.floor(timesMs.length * 0.99)] };
  },

  async list(store) {
    let entities = 0;
    let cursor: string | undefined;
    do {
      const page = await store.list({ limit: 1_000, ...(cursor !== undefined && { cursor }) });
      entities += page.entities.length;
      cursor = page.cursor;
    } while (cursor !== undefined);
    return { entities };
  },

  async export(store) {
    const lines = createWriteStream(`${file}.jsonl`);
    let entities = 0;
    for await (const entity of store.iterate({})) {
      entities++;
      if (!lines.write(`${JSON.stringify(entity)}\n`)) await once(lines, "drain");
    }
    lines.end();
    await once(lines, "finish");
    return { entities };
  },
};

/**
 * The peak of this process. `resourceUsage().maxRSS` is not it on Linux: it starts with the size of the process that
 * forked us (getrusage(2)).
 */
function peakBytes(): number {
  const status = process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "";
  const peakKib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return (peakKib === undefined ? process.resourceUsage().maxRSS : Number(peakKib)) * 1_024;
}

const run = steps[step];
if (!run) throw new Error(`no step ${step}`);
const store = await openStore(file);
const result = await run(store);
await store.close();
console.log(JSON.stringify({ ...result, peakBytes: peakBytes() }));
