/**
 * @module What `node:fs` throws, turned into errors that say what to do. Knows nothing of databases.
 */
import { HubsteadError } from "../errors.ts";

/** Passes on what is no error of the file system. @param path the file or folder that was to be written */
export function toFileError(cause: unknown, path: string): unknown {
  switch ((cause as NodeJS.ErrnoException).code) {
    case "ENOSPC":
    case "EDQUOT":
      return new HubsteadError("busy", `the disk of ${path} is full`, {
        hint: "Free some space, then try again.",
        data: { path, reason: "disk_full", retryAfterMs: 60_000 },
        cause,
      });
    case "EIO":
    case "EFBIG":
      return new HubsteadError("busy", `the disk of ${path} reports an error`, {
        hint: "Check the disk, then try again.",
        data: { path, reason: "io_error", retryAfterMs: 60_000 },
        cause,
      });
    case "EEXIST":
    case "ENOTDIR":
      return new HubsteadError("invalid_input", `${path} is no folder`, {
        hint: "Name a folder, or a place in one.",
        data: { path },
        cause,
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new HubsteadError("forbidden", `${path} cannot be written`, {
        hint: "Give yourself write permission there, or name another place.",
        data: { path, needed: "write" },
        cause,
      });
    default:
      return cause;
  }
}
