/**
 * @module The names in GitHub's published schema, as `scripts/list-published-schema.js` lists them. Loaded only when
 * a request names what the emulator does not have.
 */
import published from "./published.json" with { type: "json" };

export interface Published {
  /** What it was listed from, with its version. */
  readonly source: string;
  /** For each type, with spaces between: `&Node` it implements, `|Issue` it may be, `field(argument)`, `VALUE`. */
  readonly types: Readonly<Record<string, string>>;
}

export function isPublishedType(type: string): boolean {
  return Object.hasOwn(published.types, type);
}

/** Whether a type has a field, an input field, or a value of this name. */
export function isPublishedMember(type: string, member: string): boolean {
  return argumentsOf(type, member) !== undefined;
}

export function isPublishedArgument(type: string, field: string, argument: string): boolean {
  return argumentsOf(type, field)?.includes(argument) ?? false;
}

/** Whether something can be of both types. */
export function mayBeBoth(one: string, other: string): boolean {
  const others = new Set(objectsOf(other));
  return objectsOf(one).some((name) => others.has(name));
}

/** @returns the names of a member's arguments; `undefined` where there is no such member */
function argumentsOf(type: string, member: string): readonly string[] | undefined {
  const entries = isPublishedType(type)
    ? published.types[type]!.matchAll(/(?<=^| )(\w+)(?:\(([^)]*)\))?/gu)
    : [];
  for (const [, name, args = ""] of entries) if (name === member) return args.split(" ");
  return undefined;
}

let objectsByType: ReadonlyMap<string, readonly string[]> | undefined;

/** The types that something of a type is of: those of a union, those that implement an interface, or itself. */
function objectsOf(type: string): readonly string[] {
  objectsByType ??= listObjects();
  return objectsByType.get(type) ?? [type];
}

function listObjects(): ReadonlyMap<string, readonly string[]> {
  const objects = new Map<string, string[]>();
  const add = (type: string, object: string) => objects.set(type, [...(objects.get(type) ?? []), object]);
  for (const [type, words] of Object.entries(published.types)) {
    for (const [, sign, name] of words.matchAll(/([&|])(\w+)/gu)) {
      if (sign === "|") add(type, name!);
      else add(name!, type);
    }
  }
  return objects;
}
