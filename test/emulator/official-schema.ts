/**
 * @module GitHub's own GraphQL schema, as it publishes it. Read when it is first needed: that takes a second.
 */
import { readFileSync } from "node:fs";
import { buildSchema, type GraphQLSchema, parse, validate } from "graphql";

let known: GraphQLSchema | undefined;

export function officialSchema(): GraphQLSchema {
  const file = new URL("../../node_modules/@octokit/graphql-schema/schema.graphql", import.meta.url);
  known ??= buildSchema(readFileSync(file, "utf8"), { assumeValid: true });
  return known;
}

// Clients ask the same over and over, and the whole schema is large.
const problemsByQuery = new Map<string, readonly string[]>();

/** @returns why GitHub would not take a document, a line each */
export function documentProblems(query: string): string[] {
  const problems =
    problemsByQuery.get(query) ??
    validate(officialSchema(), parse(query))
      // GitHub is written in Ruby, whose library merges what graphql-js does not: `gh` relies on it.
      .filter(({ message }) => !/^Fields "\w+" conflict because .*return conflicting types/su.test(message))
      .map(({ message }) => `graphql: ${message}`);
  if (problemsByQuery.size < 1_000) problemsByQuery.set(query, problems);
  return [...problems];
}
