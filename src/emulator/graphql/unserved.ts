/**
 * @module Tells what GitHub's schema has and the emulator's has not, by its name. graphql-js finds that it is missing.
 */
import type { GraphQLError } from "graphql";
import type { Invalid, Unanswerable } from "./document-errors.ts";
import { isPublishedArgument, isPublishedMember, isPublishedType, mayBeBoth } from "./published.ts";

interface Missing {
  readonly pattern: RegExp;
  /** @returns `Repository.discussions`; `undefined` for what GitHub does not have either */
  nameOf(found: readonly string[]): string | undefined;
}

const missing: readonly Missing[] = [
  {
    pattern: /^Cannot query field "(\w+)" on type "(\w+)"/u,
    nameOf: ([field = "", type = ""]) => (isPublishedMember(type, field) ? `${type}.${field}` : undefined),
  },
  {
    pattern: /^Unknown argument "(\w+)" on field "(\w+)\.(\w+)"/u,
    nameOf: ([argument = "", type = "", field = ""]) =>
      isPublishedArgument(type, field, argument) ? `${type}.${field}(${argument}:)` : undefined,
  },
  {
    pattern: /^Unknown type "(\w+)"/u,
    nameOf: ([type = ""]) => (isPublishedType(type) ? type : undefined),
  },
  {
    pattern: /Value "(\w+)" does not exist in "(\w+)" enum/u,
    nameOf: ([value = "", type = ""]) => (isPublishedMember(type, value) ? `${type}.${value}` : undefined),
  },
  {
    pattern: /value of type "(\w+)!?" not to include unknown field "(\w+)"/u,
    nameOf: ([type = "", field = ""]) => (isPublishedMember(type, field) ? `${type}.${field}` : undefined),
  },
  {
    pattern: /^Fragment .*cannot be spread here as objects of type "(\w+)" can never be of type "(\w+)"/u,
    nameOf: ([outer = "", inner = ""]) => (mayBeBoth(outer, inner) ? `${outer} ... on ${inner}` : undefined),
  },
];

/** What is wrong for GitHub, too, is all that is told: GitHub would say nothing of the rest. */
export function explain({ wrong, say }: Invalid): Unanswerable {
  const unserved = wrong.flatMap((error) => {
    const name = unservedName(error);
    return name === undefined ? [] : [{ error, name }];
  });
  if (unserved.length === 0) return { errors: wrong.map(say) };
  // Without a node: that there is too much to tell, which is nothing of its own.
  const others = wrong.filter(
    (error) => error.nodes !== undefined && unserved.every((other) => other.error !== error),
  );
  if (others.length > 0) return { errors: others.map(say) };
  // A field comes before the type of the variable that is for it: it says more.
  const errors = unserved
    .toSorted((a, b) => Number(b.name.includes(".")) - Number(a.name.includes(".")))
    .map(({ error, name }) => {
      const { path, locations } = say(error);
      const message = `The emulator does not serve ${name}; GitHub has it. docs/emulator.md lists what is served.`;
      return { path, extensions: { code: "notServed", name }, locations, message };
    });
  return { errors, isUnserved: true };
}

/** @param error what graphql-js says @returns the name of what GitHub would take; `undefined` for a true error */
function unservedName({ message }: GraphQLError): string | undefined {
  for (const { pattern, nameOf } of missing) {
    const found = pattern.exec(message);
    if (found !== null) return nameOf(found.slice(1));
  }
  return undefined;
}
