/**
 * @module One file of a project that is to be written: what it is now, what it becomes, and whether that may be. A checkout is not
 * trusted: nothing is written through links that lie in it.
 */
import { lstatSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HubsteadError } from "../../errors.ts";
import { replaceFile } from "../replace-file.ts";

export interface ProjectFile {
  /** From the project's root, with slashes. */
  readonly path: string;
  /** `undefined` where there is none. */
  readonly before: string | undefined;
  readonly after: string;
  /** `kept`: a person has changed it, and it stays as it is. */
  readonly action: "created" | "changed" | "unchanged" | "kept";
}

/** @throws {HubsteadError} `forbidden` where a link or something else that is no file stands there */
export function readProjectFile(root: string, path: string): string | undefined {
  const parts = path.split("/");
  for (const [index] of parts.entries()) {
    const part = join(root, ...parts.slice(0, index + 1));
    const stats = lstatSync(part, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    const isLast = index === parts.length - 1;
    if (isLast ? !stats.isFile() : !stats.isDirectory())
      throw new HubsteadError("forbidden", `${part} is no ${isLast ? "file" : "folder"}`, {
        hint: "Put a plain one in its place: nothing is written through links.",
        data: { path: part, needed: "write" },
      });
  }
  return readFileSync(join(root, path), "utf8");
}

/** @param mayReplace whether what is there may be overwritten */
export function planFile(
  root: string,
  path: string,
  after: (before: string | undefined) => string,
  mayReplace: (before: string) => boolean = () => true,
): ProjectFile {
  const before = readProjectFile(root, path);
  const wanted = after(before);
  const isSame = before?.replaceAll("\r\n", "\n") === wanted.replaceAll("\r\n", "\n");
  if (before === undefined) return { path, before, after: wanted, action: "created" };
  if (isSame) return { path, before, after: before, action: "unchanged" };
  return mayReplace(before)
    ? { path, before, after: wanted, action: "changed" }
    : { path, before, after: wanted, action: "kept" };
}

/** Writes it whole or not at all. @throws {HubsteadError} `forbidden` where it cannot be written */
export async function writeProjectFile(root: string, { path, after, action }: ProjectFile): Promise<void> {
  if (action === "unchanged" || action === "kept") return;
  const target = join(root, path);
  try {
    mkdirSync(dirname(target), { recursive: true });
    await replaceFile(target, after);
  } catch (cause) {
    throw new HubsteadError("forbidden", `${target} cannot be written`, {
      hint: "Give yourself write permission on it and its folder.",
      data: { path: target, needed: "write" },
      cause,
    });
  }
}
