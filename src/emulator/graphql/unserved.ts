/**
 * @module Tells what GitHub's schema has and the emulator's has not, by its name. graphql-js finds that it is missing.
 */
import type { GraphQLError } from "graphql";
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

/** @param error what graphql-js says @returns the name of what GitHub would take; `undefined` for a true error */
export function unservedName({ message }: GraphQLError): string | undefined {
  for (const { pattern, nameOf } of missing) {
    const found = pattern.exec(message);
    if (found !== null) return nameOf(found.slice(1));
  }
  return undefined;
}
