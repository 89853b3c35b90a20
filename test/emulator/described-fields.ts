/**
 * @module Fields of an answer that its schema has not: JSON Schema itself lets any through. What a place of a schema allows is worked
 * out once, as tests look at hundreds of thousands of answers.
 */
import { isJsonObject, type Json, type JsonObject } from "../../src/base/json.ts";

/** What is allowed at one place. */
interface Place {
  /** Of the items of an array, where they are described. */
  items(): Place | undefined;
  /** @returns `undefined` for a field that may not be there */
  field(key: string): Place | undefined;
}

const anything: Place = { items: () => undefined, field: () => anything };

/** @returns for a schema and a value, the paths of fields that the schema has not */
export function createFieldCheck(
  schemas: Readonly<Record<string, Json>>,
): (schema: Json, value: Json | undefined) => string[] {
  const places = new Map<Json, Place>();
  return (schema, value) => {
    let place = places.get(schema);
    if (place === undefined) {
      place = createPlace([schema], schemas);
      places.set(schema, place);
    }
    const unknown = new Set<string>();
    visit(place, value, "", unknown);
    return [...unknown];
  };
}

function visit(place: Place, value: Json | undefined, path: string, unknown: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    const items = place.items();
    if (items !== undefined) for (const item of value) visit(items, item, `${path}/*`, unknown);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    const field = place.field(key);
    if (field === undefined) unknown.add(`${path}/${key}`);
    else visit(field, item, `${path}/${key}`, unknown);
  }
}

function createPlace(at: readonly Json[], schemas: Readonly<Record<string, Json>>): Place {
  const candidates = at.flatMap((schema) => candidatesOf(schema, schemas));
  const described = candidates.filter(({ properties }) => isJsonObject(properties));
  const isOpen =
    described.length === 0 ||
    candidates.some(
      ({ properties, additionalProperties: more, type }) =>
        isJsonObject(more) || more === true || (properties === undefined && type === "object"),
    );
  const fields = new Map<string, Place | undefined>();
  let items: Place | undefined | null = null;
  return {
    items() {
      if (items !== null) return items;
      const found = candidates.flatMap(({ items: item }) => (item === undefined ? [] : [item]));
      items = found.length === 0 ? undefined : createPlace(found, schemas);
      return items;
    },
    field(key) {
      if (fields.has(key)) return fields.get(key);
      const found = described.flatMap(({ properties }) => {
        const schema = Object.getOwnPropertyDescriptor(properties, key)?.value as Json | undefined;
        return schema === undefined ? [] : [schema];
      });
      const place = found.length > 0 ? createPlace(found, schemas) : isOpen ? anything : undefined;
      fields.set(key, place);
      return place;
    },
  };
}

/** All that a schema may stand for, without references and alternatives. */
function candidatesOf(schema: Json, schemas: Readonly<Record<string, Json>>): JsonObject[] {
  if (!isJsonObject(schema)) return [];
  const { $ref, anyOf, oneOf, allOf, ...rest } = schema;
  const target = typeof $ref === "string" ? schemas[$ref.split("/").at(-1)!] : undefined;
  const alternatives = [anyOf, oneOf, allOf].flatMap((list) => (Array.isArray(list) ? list : [])) as Json[];
  return [
    ...(Object.keys(rest).length === 0 ? [] : [rest]),
    ...(target === undefined ? [] : candidatesOf(target, schemas)),
    ...alternatives.flatMap((alternative) => candidatesOf(alternative, schemas)),
  ];
}
