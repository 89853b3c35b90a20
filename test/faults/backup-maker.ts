/**
 * @module A process that makes one backup after the other.
 */
import { openStore } from "../../src/store/open.ts";
import { readTask, tell, told } from "./told.ts";

export interface BackupMakerTask {
  readonly path: string;
  readonly folder: string;
}

const { path, folder } = readTask<BackupMakerTask>();
const store = await openStore(path);
await tell({ ready: path });
while (!told.toStop) {
  await store.backup.create(folder);
  await tell({ made: true });
}
await store.close();
process.exit(0);
