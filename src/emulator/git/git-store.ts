/**
 * @module Where the files of repositories lie: a bare git repository for each, of real objects.
 */
export type GitObjectKind = "blob" | "tree" | "commit" | "tag";

export interface GitObject {
  readonly kind: GitObjectKind;
  readonly content: Buffer;
}

export interface GitStore {
  repository(id: number): GitRepository;
  /** Gives all objects of a repository to another one, which has no ref to them yet. */
  copyObjects(from: number, to: number): void;
  /** Hears where a ref was that git itself has changed. @param before `undefined`: it did not exist */
  noteRef(id: number, name: string, before: string | undefined): void;
  /** Removes the files of a repository. */
  remove(id: number): void;
  /** Removes the files of repositories that there are not: a process that was killed may have left some. */
  keepOnly(isThere: (id: number) => boolean): void;
  /** Removes the files of all, where they were not to be kept. */
  close(): void;
}

export interface GitRepository {
  /** The folder of the bare repository. It is made where it does not exist. */
  folder(): string;
  read(oid: string): GitObject | undefined;
  /** @returns what `git hash-object` says */
  write(kind: GitObjectKind, content: Buffer): string;
  /** @param name whole: `refs/heads/main` @returns the object's id */
  ref(name: string): string | undefined;
  /** In order of their names. @param prefix `refs/heads/` */
  refs(prefix: string): readonly { readonly name: string; readonly oid: string }[];
  setRef(name: string, oid: string): void;
  removeRef(name: string): void;
  /** The branch that clones check out. */
  setHead(branch: string): void;
  /** Of what is empty, GitHub refuses most. */
  isEmpty(): boolean;
}
