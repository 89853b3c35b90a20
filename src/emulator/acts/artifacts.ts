/**
 * @module What is done to the artifacts of runs.
 *
 * @see https://docs.github.com/actions/concepts/workflows-and-actions/workflow-artifacts
 */
import { createHash } from "node:crypto";
import { invalidInput } from "../../errors.ts";
import { writeZip } from "../actions/zip.ts";
import type { RunRow } from "../world/action-rows.ts";
import type { Act } from "./act.ts";

export interface NewArtifact {
  readonly name: string;
  /** By path, with `/` between folders. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/** How long GitHub keeps them where nobody says otherwise. */
export const retentionDays = 90;
const mostBytes = 104_857_600; // they are kept in memory
const mostOfRun = 500; // GitHub: artifacts of a job

/** One of a name takes the place of an earlier one. @throws {HubsteadError} `invalid_input` */
export function putArtifacts(
  { services: { world }, nowMs }: Act,
  { id: runId, repositoryId }: RunRow,
  artifacts: readonly NewArtifact[],
): void {
  if (artifacts.length > mostOfRun) {
    throw invalidInput(`${artifacts.length} artifacts are too many`, `A run has at most ${mostOfRun}.`);
  }
  const packed = artifacts.map(({ name, files }) => ({ name: checkedName(name), zip: pack(name, files) }));
  for (const { name, zip } of packed) {
    const known = world.artifacts.by("run", runId).find((row) => row.name === name);
    if (known !== undefined) world.artifacts.remove(known.id);
    world.artifacts.put({
      id: world.artifacts.nextId(),
      repositoryId,
      runId,
      name,
      zip: zip.toString("base64"),
      sizeBytes: zip.length,
      digest: `sha256:${createHash("sha256").update(zip).digest("hex")}`,
      createdAt: nowMs,
      expiresAt: nowMs + retentionDays * 86_400_000,
    });
  }
}

function pack(name: string, files: NewArtifact["files"]): Buffer {
  const sizeBytes = Object.values(files).reduce((sum, file) => sum + Buffer.byteLength(file), 0);
  if (sizeBytes > mostBytes) {
    throw invalidInput(`the artifact ${name} has ${sizeBytes} bytes`, `The emulator keeps ${mostBytes}.`);
  }
  return writeZip(
    Object.entries(files).map(([path, content]) => {
      const isInside = path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
      if (!isInside || path.includes("\\") || path.includes("\0")) {
        throw invalidInput(
          `the artifact ${name} has no file ${JSON.stringify(path)}`,
          "Paths of files go on from the artifact, with a slash between folders.",
        );
      }
      return { name: path, content: Buffer.from(content) };
    }),
  );
}

/** @see https://github.com/actions/upload-artifact#inputs */
function checkedName(name: string): string {
  if (name !== "" && !/["\\/:<>|*?\r\n]/u.test(name)) return name;
  throw invalidInput(
    `${JSON.stringify(name)} is no name of an artifact`,
    'Names have none of " : < > | * ? and no slashes or line ends.',
  );
}
