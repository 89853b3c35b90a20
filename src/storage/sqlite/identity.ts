/**
 * @module Which replica this file is. A file that was copied, restored or rolled back must not go on writing under
 * the name of the original: a nonce in the file and one beside it disagree then, and it takes a new replica id.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { parseReplicaId, type ReplicaId } from "../../entity/id.ts";
import { toHubsteadError } from "../../sqlite/open-database.ts";
import type { LogBook } from "./log-book.ts";
import type { Session } from "./session.ts";

/** What stands beside the file. Two nonces, because file and neighbour cannot change in one step. */
interface Neighbour {
  readonly nonces: readonly string[];
  /** The file's own number: a copy of the whole folder has another one. */
  readonly inode: string;
  /** Changes that the replica had at least; a file with fewer was rolled back. */
  readonly seq: number;
}

export interface Identity {
  /**
   * The replica id to write under. The first call of a process checks it and renews the nonce, so it must be made
   * inside a write transaction.
   */
  claim(): ReplicaId;
  /** The replica id as it stands in the file; nothing is checked or written. */
  read(): string;
  /**
   * First of all in every write transaction: what was claimed in an earlier one is committed, so that only it counts.
   * Again once a second, so that a copy made meanwhile is known as older even when this process never leaves.
   */
  confirm(): void;
  /** True when this process has written changes that are not noted yet. */
  isBehind(): boolean;
  /** Notes how far the replica has come. Inside a write transaction. */
  leave(): void;
  /** The transaction was undone, and with it a claim made in it. */
  forget(): void;
}

const never = Number.NEGATIVE_INFINITY;
const noteEveryMs = 1_000;

export function createIdentity(session: Session, log: LogBook): Identity {
  const beside = session.path === ":memory:" ? undefined : `${session.path}-replica`;
  let claimed: ReplicaId | undefined;
  let notedAtMs = never;
  let behind = false;

  const readMeta = (key: string) => session.get<[string]>("SELECT value FROM meta WHERE key = ?", key)?.[0];
  const writeMeta = (key: string, value: string) =>
    session.run(
      "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
      key,
      value,
    );

  const isOurs = (replica: string, neighbour: Neighbour | undefined): boolean =>
    neighbour !== undefined &&
    neighbour.inode === inodeOf(session.path) &&
    neighbour.nonces.includes(readMeta("nonce") ?? "") &&
    log.lastSeqOf(replica) >= neighbour.seq;

  /** Only the committed nonce counts from now on, and a file that has come less far was rolled back. */
  const note = (): void => {
    const neighbour = beside === undefined ? undefined : readNeighbour(beside);
    const nonce = readMeta("nonce");
    if (neighbour === undefined || nonce === undefined || !neighbour.nonces.includes(nonce)) return;
    writeNeighbour(beside!, {
      ...neighbour,
      nonces: [nonce],
      seq: log.lastSeqOf(readMeta("replica") ?? ""),
    });
    behind = false;
  };

  return {
    claim() {
      behind = true;
      if (claimed !== undefined) return claimed;
      const known = readMeta("replica");
      const neighbour = beside === undefined ? undefined : readNeighbour(beside);
      const same = known !== undefined && (beside === undefined || isOurs(known, neighbour));
      const replica = same ? parseReplicaId(known) : newReplicaId();
      const nonce = randomBytes(12).toString("hex");
      if (beside !== undefined) {
        const nonces = same ? [readMeta("nonce") ?? "", nonce] : [nonce];
        writeNeighbour(beside, {
          nonces,
          inode: inodeOf(session.path),
          seq: same ? (neighbour?.seq ?? 0) : 0,
        });
      }
      writeMeta("nonce", nonce);
      if (!same) writeMeta("replica", replica);
      claimed = replica;
      notedAtMs = never;
      return replica;
    },
    confirm() {
      const nowMs = performance.now();
      if (claimed === undefined || nowMs - notedAtMs < noteEveryMs) return;
      note();
      notedAtMs = nowMs;
    },
    read: () => readMeta("replica") ?? "",
    isBehind: () => behind,
    leave: () => note(),
    forget() {
      if (notedAtMs === never) claimed = undefined;
    },
  };
}

/** 80 random bits as 16 characters of base 32. */
export function newReplicaId(): ReplicaId {
  const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  return parseReplicaId(Array.from(randomBytes(16), (byte) => alphabet[byte & 31]).join(""));
}

function inodeOf(path: string): string {
  return String(statSync(path, { bigint: true }).ino);
}

/** Unreadable is the same as absent: both mean a new replica id, which is always safe. */
function readNeighbour(path: string): Neighbour | undefined {
  try {
    const { nonces, inode, seq } = JSON.parse(readFileSync(path, "utf8")) as Partial<Neighbour>;
    if (!Array.isArray(nonces) || typeof inode !== "string" || typeof seq !== "number") return undefined;
    return { nonces, inode, seq };
  } catch {
    return undefined;
  }
}

function writeNeighbour(path: string, neighbour: Neighbour): void {
  const fresh = `${path}.${process.pid}`;
  try {
    writeFileSync(fresh, `${JSON.stringify(neighbour)}\n`, { mode: 0o600 });
    renameSync(fresh, path);
  } catch (cause) {
    rmSync(fresh, { force: true });
    throw toHubsteadError(cause, path);
  }
}
