/**
 * @module Lists the names in GitHub's published GraphQL schema: so the emulator tells what it does not serve from what
 * GitHub does not have either.
 *
 *   node scripts/list-published-schema.js
 *
 * Reads the development dependency `@octokit/graphql-schema`, writes `src/emulator/graphql/published.json`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSchema, isEnumType, isInputObjectType, isSpecifiedScalarType, isUnionType } from "graphql";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "node_modules", "@octokit", "graphql-schema");
const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const schema = buildSchema(readFileSync(join(folder, "schema.graphql"), "utf8"), { assumeValid: true });
const isOwn = (type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type);
const types = Object.values(schema.getTypeMap())
  .filter(isOwn)
  .sort((a, b) => (a.name < b.name ? -1 : 1))
  .map((type) => [type.name, namesOf(type).join(" ")]);
const published = { source: `${name} ${version}`, types: Object.fromEntries(types) };
writeFileSync(
  join(root, "src", "emulator", "graphql", "published.json"),
  `${JSON.stringify(published, null, 1)}\n`,
);

/** What a type has: `&Node` it implements, `|Issue` it may be, `field`, `field(argument argument)`, `VALUE`. */
function namesOf(type) {
  if (isEnumType(type)) return type.getValues().map((value) => value.name);
  if (isUnionType(type)) return type.getTypes().map((member) => `|${member.name}`);
  const fields = Object.values(type.getFields?.() ?? {});
  if (isInputObjectType(type)) return fields.map((field) => field.name);
  return [
    ...(type.getInterfaces?.() ?? []).map((implemented) => `&${implemented.name}`),
    ...fields.map(({ name: field, args }) =>
      args.length === 0 ? field : `${field}(${args.map((argument) => argument.name).join(" ")})`,
    ),
  ];
}
