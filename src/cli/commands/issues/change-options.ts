/**
 * @module What changes in an object: the options of `issues update`, in the order in which they are done.
 */
import { formatPointer } from "../../../base/json-pointer.ts";
import { parseJson } from "../../../base/json-text.ts";
import { invalidInput } from "../../../errors.ts";
import { checkEdit } from "../../../issues/check-input.ts";
import type { IssueStore, UpdateResult } from "../../../issues/issue-store.ts";
import type { Edit } from "../../../issues/wire/edits.ts";
import { parseFieldPath } from "../../../storage/field-path.ts";
import { readAssignment } from "../../assignments.ts";
import type { Io } from "../../io.ts";
import { readData } from "../../read-data.ts";

/** What somebody can ask for; other edits are the store's own. */
export type Change = Exclude<Edit, { readonly op: "fill" }>;

export interface ChangeFlags {
  readonly data?: string;
  readonly unset?: readonly string[];
  readonly append?: readonly string[];
  readonly increment?: readonly string[];
}

/**
 * Fields go before any are set; then lists grow and numbers are counted up.
 *
 * @throws {HubsteadError} `invalid_input` where nothing would change
 */
export async function readChanges(
  assignments: readonly string[],
  { data, unset = [], append = [], increment = [] }: ChangeFlags,
  io: Io,
): Promise<readonly Change[]> {
  const set = await readData(data, assignments, io);
  const changes: Change[] = [
    ...(unset.length === 0 ? [] : [{ op: "unset" as const, paths: unset.map(toPointer) }]),
    ...(set === undefined ? [] : [{ op: "merge" as const, data: set }]),
    ...readAppends(append),
    ...increment.map(readIncrement),
  ];
  if (changes.length > 0) return changes;
  throw invalidInput(
    "there is nothing to change",
    "Give key=value, --data, --unset, --append or --increment.",
  );
}

/** `/tags=new`, `tags:=["new"]`; items of one list in the order in which they were given. */
function readAppends(texts: readonly string[]): readonly Change[] {
  const items = new Map<string, ReturnType<typeof readAssignment>["value"][]>();
  for (const text of texts) {
    const { field, value } = readAssignment(text);
    const path = toPointer(field);
    items.set(path, [...(items.get(path) ?? []), value]);
  }
  return [...items].map(([path, added]) => ({ op: "append", path, items: added }));
}

/** `/count=5`, `count`: by 1. */
function readIncrement(text: string): Change {
  const equals = text.indexOf("=");
  const path = toPointer((equals === -1 ? text : text.slice(0, equals)).replace(/:$/u, ""));
  const by = equals === -1 ? 1 : parseJson(text.slice(equals + 1), `--increment ${path}`);
  if (typeof by === "number") return { op: "increment", path, by };
  throw invalidInput(`--increment ${JSON.stringify(text)} adds no number`, "Write /count=5, or /count=-1.", {
    path: "--increment",
  });
}

function toPointer(field: string): string {
  return formatPointer(parseFieldPath(field));
}

/** All at once, so that they travel in one comment. */
export async function sendChanges(
  store: IssueStore,
  id: string,
  changes: readonly Change[],
): Promise<UpdateResult> {
  // One that is refused must not leave the others sent.
  for (const change of changes) checkEdit(change);
  const sent = await Promise.all(changes.map((change) => sendChange(store, id, change)));
  return sent.at(-1)!;
}

function sendChange(store: IssueStore, id: string, edit: Change): Promise<UpdateResult> {
  switch (edit.op) {
    case "merge":
      return store.update(id, edit.data as Parameters<IssueStore["update"]>[1]);
    case "replace":
      return store.replace(id, edit.data as Parameters<IssueStore["replace"]>[1]);
    case "unset":
      return store.unset(id, edit.paths);
    case "append":
      return store.append(id, edit.path, edit.items as Parameters<IssueStore["append"]>[2]);
    case "increment":
      return store.increment(id, edit.path, edit.by);
  }
}
