/**
 * @module Which files may hold a private key: decided from facts about the file alone, as ssh does, and with the command
 * that puts it right. Reads nothing.
 */

/** What is known of a file, its links followed. Modes are the permission bits of `stat`. */
export interface KeyFileFacts {
  /** As a person named it, and where that leads. */
  readonly path: string;
  readonly realPath: string;
  readonly isFile: boolean;
  readonly mode: number;
  readonly uid: number;
  /** Of the folders that the file, and the link to it, lie in. */
  readonly folders: readonly FolderFacts[];
  /** Who we are; absent where the system knows no such thing. */
  readonly ourUid: number | undefined;
  /** Whether nobody here can write where the file lies: it is mounted read-only. */
  readonly isReadOnlyMount: boolean;
  /** Whether the file lies on a mount of its own, not on the machine's main file system. */
  readonly isSeparateMount: boolean;
}

export interface FolderFacts {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  /** The git work tree that it lies in. */
  readonly workTree: string | undefined;
}

export interface KeyFileRefusal {
  readonly problem: "no_file" | "other_owner" | "readable" | "writable" | "folder_writable" | "in_work_tree";
  /** To stand behind the file's name. */
  readonly message: string;
  readonly hint: string;
}

const readableByOthers = 0o044;
const writableByOthers = 0o022;
const writableByAny = 0o222;
const sticky = 0o1000;

/**
 * What a container is given stands apart from what lies about in a home folder by one of two marks, either of which
 * somebody must have set on purpose:
 * - it lies on a read-only mount: Kubernetes' and Docker's secrets, a volume with `:ro`. Modes and owners there are
 *   those of another machine, often 0644, and nothing can be changed from within.
 * - it is root's, nobody may write it, and either we are somebody else, or it lies on a mount of its own.
 *
 * @returns why the file is refused; `undefined` where it is not
 */
export function judgeKeyFile(facts: KeyFileFacts): KeyFileRefusal | undefined {
  if (!facts.isFile) {
    return {
      problem: "no_file",
      message: "is no regular file",
      hint: "Name the file that holds the key, not a folder or a pipe.",
    };
  }
  // Before the modes: a key that is moved out keeps its mode, and is judged again.
  return inWorkTree(facts) ?? (isContainerMount(facts) ? undefined : modes(facts));
}

function isContainerMount({ mode, uid, ourUid, isReadOnlyMount, isSeparateMount }: KeyFileFacts): boolean {
  if (isReadOnlyMount) return true;
  return uid === 0 && (mode & writableByAny) === 0 && (ourUid !== 0 || isSeparateMount);
}

/** Also where git ignores the file: `git add -f`, `git clean`, an archive of the folder or a changed .gitignore are one slip away. */
function inWorkTree({ realPath, folders }: KeyFileFacts): KeyFileRefusal | undefined {
  const workTree = folders.find((folder) => folder.workTree !== undefined)?.workTree;
  if (workTree === undefined) return undefined;
  const folder = "~/.config/hubstead";
  const target = `${folder}/github_app.pem`;
  return {
    problem: "in_work_tree",
    message: `lies in the git work tree ${workTree}, where one slip publishes it; that git ignores it does not suffice`,
    hint: `Move it out: mkdir -p -m 700 ${folder} && mv ${quoted(realPath)} ${target} && chmod 600 ${target}; name the new path. If it was ever committed, make a new key.`,
  };
}

function modes(facts: KeyFileFacts): KeyFileRefusal | undefined {
  const { realPath, mode, uid, ourUid, folders } = facts;
  // Windows has no such modes; what Node makes up for them says nothing. There the folder's access list must do.
  if (ourUid === undefined) return undefined;
  const takeOver = `sudo chown ${ourUid} ${quoted(realPath)} && sudo chmod 600 ${quoted(realPath)}`;
  if (uid !== ourUid && uid !== 0) {
    return {
      problem: "other_owner",
      message: `belongs to another user (uid ${uid}), who can read and change it`,
      hint: `Make it yours: ${takeOver}`,
    };
  }
  const chmod = uid === ourUid ? `chmod 600 ${quoted(realPath)}` : takeOver;
  const shown = (mode & 0o777).toString(8).padStart(4, "0");
  if ((mode & writableByOthers) !== 0)
    return {
      problem: "writable",
      message: `can be changed by other users (mode ${shown})`,
      hint: `Run: ${chmod}`,
    };
  if ((mode & readableByOthers) !== 0)
    return {
      problem: "readable",
      message: `can be read by other users (mode ${shown})`,
      hint: `Run: ${chmod}`,
    };
  return swappable(folders, ourUid);
}

/** Whoever can write the folder can put another file, or a link, in the key's place. */
function swappable(folders: readonly FolderFacts[], ourUid: number): KeyFileRefusal | undefined {
  for (const { path, mode, uid } of folders) {
    if (uid !== ourUid && uid !== 0) {
      return {
        problem: "folder_writable",
        message: `lies in a folder of another user (uid ${uid}): ${path}`,
        hint: `Move it into a folder of your own, or run: sudo chown ${ourUid} ${quoted(path)}`,
      };
    }
    if ((mode & writableByOthers) !== 0 && (mode & sticky) === 0) {
      return {
        problem: "folder_writable",
        message: `lies in a folder that other users can write: ${path}`,
        hint: `Run: chmod go-w ${quoted(path)}`,
      };
    }
  }
  return undefined;
}

/** For a POSIX shell. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/u.test(path) && !path.startsWith("-")
    ? path
    : `'${path.replaceAll("'", "'\\''")}'`;
}
