/** @module Datasets by name, as they pass from process to process. */
import type { Dataset } from "./dataset.ts";
import { readPapersDataset } from "./papers.ts";
import { createSyntheticDataset } from "./synthetic.ts";

export const datasetNames = ["synthetic", "papers"] as const;
export type DatasetName = (typeof datasetNames)[number];

/** @param size of the synthetic one; the real one has the size it has */
export function datasetOf(name: string, size: number): Dataset {
  return name === "papers" ? readPapersDataset() : createSyntheticDataset(size);
}
