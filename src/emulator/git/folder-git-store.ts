/**
 * @module Bare git repositories in a folder, written and read without starting git: loose objects and loose refs. Git
 * itself serves them to its clients; it is told to unpack what is pushed and never to pack.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import type { GitObject, GitObjectKind, GitRepository, GitStore } from "./git-store.ts";
import { objectId } from "./objects.ts";

const config = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[receive]
\tunpackLimit = 1000000000
\tautogc = false
\tdenyDeleteCurrent = ignore
\tadvertisePushOptions = true
[gc]
\tauto = 0
[http]
\treceivepack = true
[uploadpack]
\tallowAnySHA1InWant = true
\tallowFilter = true
`;

/** Objects that are read again and again, folders above all. */
const mostKept = 4_000;
const largestKept = 65_536;

/** @param folder absent: a temporary one, made when the first repository needs it, and removed at the end */
export function createFolderGitStore(folder?: string): GitStore {
  const opened = new Map<number, GitRepository>();
  let root = folder;
  const rootFolder = (): string => {
    root ??= mkdtempSync(join(tmpdir(), "hubstead-emulator-"));
    return root;
  };
  return {
    repository(id) {
      const known = opened.get(id);
      if (known !== undefined) return known;
      const repository = openRepository(() => join(rootFolder(), `${id}.git`));
      opened.set(id, repository);
      return repository;
    },
    copyObjects(from, to) {
      const folders = [from, to].map((id) => join(this.repository(id).folder(), "objects"));
      cpSync(folders[0]!, folders[1]!, { recursive: true });
    },
    noteRef: () => undefined,
    remove(id) {
      opened.delete(id);
      if (root !== undefined) rmSync(join(root, `${id}.git`), { recursive: true, force: true });
    },
    keepOnly(isThere) {
      if (root === undefined || !existsSync(root)) return;
      for (const name of readdirSync(root)) {
        const [, id] = /^(\d+)\.git$/u.exec(name) ?? [];
        if (id !== undefined && !isThere(Number(id))) this.remove(Number(id));
      }
    },
    close() {
      opened.clear();
      if (folder === undefined && root !== undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}

function openRepository(where: () => string): GitRepository {
  const kept = new Map<string, GitObject>();
  let made: string | undefined;

  const folder = (): string => {
    if (made !== undefined) return made;
    const path = where();
    if (!existsSync(join(path, "HEAD"))) {
      mkdirSync(join(path, "objects", "info"), { recursive: true });
      mkdirSync(join(path, "refs", "heads"), { recursive: true });
      mkdirSync(join(path, "refs", "tags"), { recursive: true });
      writeFileSync(join(path, "config"), config);
      writeFileSync(join(path, "HEAD"), "ref: refs/heads/main\n");
    }
    made = path;
    return path;
  };

  const objectPath = (oid: string) => join(folder(), "objects", oid.slice(0, 2), oid.slice(2));

  const keep = (oid: string, object: GitObject): GitObject => {
    if (object.content.length <= largestKept) {
      if (kept.size >= mostKept) kept.clear();
      kept.set(oid, object);
    }
    return object;
  };

  const readRef = (name: string): string | undefined => {
    if (!isRefName(name)) return undefined;
    try {
      const text = readFileSync(join(folder(), name), "latin1").trim();
      return /^[0-9a-f]{40}$/u.test(text) ? text : undefined;
    } catch {
      return undefined;
    }
  };

  const refs: GitRepository["refs"] = (prefix) => {
    const base = join(folder(), "refs");
    return readdirSync(base, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".lock"))
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder().length + 1)
          .replaceAll("\\", "/"),
      )
      .filter((name) => name.startsWith(prefix))
      .sort((a, b) => (a < b ? -1 : 1))
      .flatMap((name) => {
        const oid = readRef(name);
        return oid === undefined ? [] : [{ name, oid }];
      });
  };

  return {
    folder,
    read(oid) {
      if (!/^[0-9a-f]{40}$/u.test(oid)) return undefined;
      const known = kept.get(oid);
      if (known !== undefined) return known;
      let bytes: Buffer;
      try {
        bytes = inflateSync(readFileSync(objectPath(oid)));
      } catch {
        return undefined;
      }
      const end = bytes.indexOf(0);
      const kind = bytes.toString("latin1", 0, bytes.indexOf(0x20)) as GitObjectKind;
      return keep(oid, { kind, content: bytes.subarray(end + 1) });
    },
    write(kind, content) {
      const oid = objectId(kind, content);
      const path = objectPath(oid);
      keep(oid, { kind, content });
      if (existsSync(path)) return oid;
      mkdirSync(dirname(path), { recursive: true });
      const part = `${path}.${process.pid}.part`;
      writeFileSync(part, deflateSync(Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content])));
      renameSync(part, path);
      return oid;
    },
    ref: readRef,
    refs,
    setRef(name, oid) {
      const path = join(folder(), name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.lock`, `${oid}\n`);
      renameSync(`${path}.lock`, path);
    },
    removeRef(name) {
      const path = join(folder(), name);
      if (existsSync(path) && statSync(path).isFile()) unlinkSync(path);
      // An empty folder would be in the way of a ref of its name.
      for (
        let above = dirname(path);
        /\/refs\/(?:heads|tags)\//u.test(`${above}/`) && above.split("/refs/")[1]!.includes("/");
        above = dirname(above)
      ) {
        if (readdirSync(above).length > 0) break;
        rmSync(above, { recursive: true });
      }
    },
    setHead(branch) {
      const path = join(folder(), "HEAD");
      const text = `ref: refs/heads/${branch}\n`;
      if (readFileSync(path, "utf8") !== text) writeFileSync(path, text);
    },
    isEmpty: () => refs("refs/heads/").length === 0,
  };
}

/** Names of branches and tags that GitHub refuses, since they look like a commit's. */
export function looksLikeCommit(ref: string): boolean {
  return /^refs\/(?:heads|tags)\/[0-9a-f]{40}$/iu.test(ref);
}

const longestPartBytes = 250; // a file's name has 255 bytes, and git adds ".lock"
const longestRef = 1_024; // of 4,096 bytes that a path may have

/**
 * Whether git takes a name for a ref, and the file system takes its file.
 *
 * @see https://git-scm.com/docs/git-check-ref-format
 */
export function isRefName(name: string): boolean {
  if (name.length > longestRef) return false;
  if (!name.startsWith("refs/") || name.split("/").length < 3) return false;
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$/u.test(name)) return false;
  return name
    .split("/")
    .every(
      (part) =>
        part !== "" &&
        !part.startsWith(".") &&
        !part.endsWith(".lock") &&
        Buffer.byteLength(part) <= longestPartBytes,
    );
}
