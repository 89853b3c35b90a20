/**
 * @module What an import has to do: for each object whether it is made, finished, replaced or left as it is. Pure, but for the one
 * listing that it goes by.
 */
import { checkJson, type Json } from "../base/json.ts";
import { HubsteadError, invalidInput } from "../errors.ts";
import { checkLabels, checkObjectId } from "./check-input.ts";
import { type CreateParts, checkSize, type NewObject } from "./create-object.ts";
import { liveOf } from "./find-object.ts";
import { type ListedIssue, type ObjectIssue, statusPrefix } from "./stored-object.ts";
import { type Document, orderedText, readDocument } from "./wire/document.ts";
import { hashedObjectLabel, objectLabel } from "./wire/object-label.ts";

/** An object as it comes from elsewhere. */
export interface ImportedObject {
  readonly id: string;
  readonly data: Json;
  /** The user's own. */
  readonly labels?: readonly string[];
  readonly status?: string;
  /** Where the id does not begin with it. */
  readonly type?: string;
  /** ISO 8601: when it was made there. Its issue is made now; its initial state keeps the time. */
  readonly createdAt?: string;
}

/** One that is left alone, because it is there with other data. */
export interface DifferingObject {
  readonly id: string;
  readonly issueNumber: number;
}

export interface FailedObject {
  readonly id: string;
  /** What is wrong with it, and what to do. */
  readonly error: unknown;
}

export interface ImportTasks {
  readonly create: readonly NewObject[];
  /** Their issues were opened by an import that did not come to close them. */
  readonly finish: readonly UnfinishedObject[];
  readonly replace: readonly (DifferingObject & { readonly data: Json })[];
  readonly differing: readonly DifferingObject[];
  /** With equal data. */
  readonly unchanged: number;
  readonly failed: readonly FailedObject[];
}

export interface UnfinishedObject {
  readonly issue: ListedIssue;
  readonly object: Pick<NewObject, "id" | "data" | "label" | "type" | "createdAt">;
}

interface PlanParts extends Pick<CreateParts, "names" | "clientVersion" | "now"> {
  /** Whether objects that are there with other data are replaced. */
  readonly update: boolean;
  /** The number of the newest issue of the repository. */
  readonly newest: number;
}

/** @param issues all live ones of the store, in order of their numbers */
export function planImport(
  objects: readonly ImportedObject[],
  issues: readonly ObjectIssue[],
  parts: PlanParts,
): ImportTasks {
  const { names, update, newest } = parts;
  const byId = Map.groupBy(issues, ({ id }) => id);
  const labels = takenLabels(issues, names.uidPrefix);
  const seen = new Map<string, string>();
  const create: NewObject[] = [];
  const finish: UnfinishedObject[] = [];
  const replace: (DifferingObject & { data: Json })[] = [];
  const differing: DifferingObject[] = [];
  const failed: FailedObject[] = [];
  let unchanged = 0;

  const place = (object: ImportedObject): void => {
    checkImported(object);
    const { id, data } = object;
    const text = orderedText(data as Document);
    if (!isFirst(id, text, seen)) {
      unchanged++;
      return;
    }
    const live = liveOf(byId.get(id) ?? []);
    const label = labelOf(id, live, labels, names.uidPrefix);
    const made = toNewObject(object, label, newest);
    checkSize(made, parts);
    if (live === undefined) {
      labels.set(label.toLowerCase(), id);
      create.push(made);
      return;
    }
    const { issue } = live;
    const body = readDocument(issue.body ?? "") as { value?: Document };
    const isSame = body.value !== undefined && orderedText(body.value) === text;
    // Its initial state is what it was opened with.
    if (isUnfinished(live) && body.value !== undefined)
      finish.push({ issue, object: { ...made, data: body.value } });
    else if (isSame) unchanged++;
    if (isSame) return;
    if (update) replace.push({ id, data, issueNumber: issue.number });
    else differing.push({ id, issueNumber: issue.number });
  };

  for (const object of objects) {
    try {
      place(object);
    } catch (error) {
      if (!(error instanceof HubsteadError)) throw error;
      failed.push({ id: String((object as { id?: unknown }).id).slice(0, 200), error });
    }
  }
  return { create, finish, replace, differing, unchanged, failed };
}

/** @throws {HubsteadError} `invalid_input` */
function checkImported({ id, data, labels = [], status, createdAt }: ImportedObject): void {
  checkObjectId(id);
  checkJson(data);
  checkLabels(labels);
  if (status !== undefined) checkLabels([statusPrefix + status]);
  if (createdAt !== undefined && Number.isNaN(Date.parse(createdAt)))
    throw invalidInput(`${JSON.stringify(createdAt)} is no time`, "Write ISO 8601: 2026-11-20T10:00:00Z.", {
      path: "createdAt",
    });
}

/** @returns false where it stood there before, just so @throws {HubsteadError} `invalid_input` where it said something else */
function isFirst(id: string, text: string, seen: Map<string, string>): boolean {
  const before = seen.get(id);
  if (before === undefined) {
    seen.set(id, text);
    return true;
  }
  if (before === text) return false;
  throw invalidInput(
    `${JSON.stringify(id)} is there twice, with other data`,
    "The first one counts: leave one of them out.",
    { path: "id" },
  );
}

/** By label, in lower case as GitHub compares them: the id that has it. */
function takenLabels(issues: readonly ObjectIssue[], prefix: string): Map<string, string> {
  const start = prefix.toLowerCase();
  return new Map(
    issues.flatMap(({ id, labels }) =>
      labels
        .map((label) => label.toLowerCase())
        .filter((label) => label.startsWith(start))
        .map((label) => [label, id] as const),
    ),
  );
}

function labelOf(
  id: string,
  live: ObjectIssue | undefined,
  taken: ReadonlyMap<string, string>,
  prefix: string,
): string {
  const plain = objectLabel(prefix, id);
  const hashed = hashedObjectLabel(prefix, id);
  const own = live?.labels.find((label) =>
    [plain, hashed].some((one) => one.toLowerCase() === label.toLowerCase()),
  );
  if (own !== undefined) return own;
  return (taken.get(plain.toLowerCase()) ?? id) === id ? plain : hashed;
}

function toNewObject(
  { id, data, labels = [], status, type, createdAt }: ImportedObject,
  label: string,
  after: number,
): NewObject {
  return {
    id,
    data: data as Document,
    label,
    after,
    labels: [...new Set([...labels, ...(status === undefined ? [] : [statusPrefix + status])])],
    ...(type === undefined ? {} : { type }),
    ...(createdAt === undefined ? {} : { createdAt: new Date(createdAt).toISOString() }),
  };
}

/** Opened, and nothing more: whoever creates an object closes its issue with the first comment. */
function isUnfinished({ issue }: ObjectIssue): boolean {
  return issue.state === "open" && issue.comments === 0;
}
