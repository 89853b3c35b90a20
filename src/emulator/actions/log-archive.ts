/**
 * @module The logs of a run as GitHub packs them: the whole log of each job, and a file for each of its steps.
 */
import type { JobRow } from "../world/action-rows.ts";
import { writeZip, type ZipFile } from "./zip.ts";

/** @param startedAt milliseconds since 1970, for the times before lines */
export function logOfJob({ log, steps, startedAt, createdAt }: JobRow): string {
  const text = [log, ...steps.map((step) => step.log)].filter((part) => part !== "").join("\n");
  return stamped(text, startedAt ?? createdAt);
}

export function packLogs(jobs: readonly JobRow[]): Buffer {
  const files = jobs.flatMap((job, at): ZipFile[] => {
    const name = fileName(job.name);
    const from = job.startedAt ?? job.createdAt;
    return [
      { name: `${at}_${name}.txt`, content: Buffer.from(logOfJob(job)) },
      ...job.steps.map((step) => ({
        name: `${name}/${step.number}_${fileName(step.name)}.txt`,
        content: Buffer.from(stamped(step.log, from)),
      })),
    ];
  });
  return writeZip(files);
}

/** Names of jobs are anybody's: what could lead out of a folder is left out, as on GitHub. */
function fileName(name: string): string {
  const clean = name.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, "").slice(0, 90);
  return /^\.*$/u.test(clean) ? "_" : clean;
}

function stamped(text: string, fromMs: number): string {
  if (text === "") return "";
  const time = new Date(fromMs).toISOString().replace("Z", "0000Z");
  return text
    .replace(/\n$/u, "")
    .split("\n")
    .map((line) => `${time} ${line}\n`)
    .join("");
}
