/**
 * @module What a JSON Schema validator finds, as people read it.
 */
import type { OutputUnit } from "@cfworker/json-schema";

export interface JsonSchemaIssue {
  readonly message: string;
  readonly path: readonly string[];
}

/** Errors as people read them: the innermost ones, and of alternatives only that none fits. */
export function errorsToIssues(errors: readonly OutputUnit[]): JsonSchemaIssue[] {
  const choices = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const shown = errors.filter((error) => {
    const insideChoice = choices.some(
      (choice) => choice !== error && isInside(error.keywordLocation, choice.keywordLocation),
    );
    if (insideChoice) return false;
    return (
      !wrappers.has(error.keyword) || !errors.some((other) => other !== error && goesDeeper(other, error))
    );
  });
  const issues = (shown.length === 0 ? errors : shown).map(errorToIssue);
  return issues.filter(
    ({ message, path }, index) =>
      index ===
      issues.findIndex((other) => other.message === message && other.path.join("/") === path.join("/")),
  );
}

/** Keywords whose error only says that one below has another. */
const wrappers = new Set([
  "properties",
  "patternProperties",
  "additionalProperties",
  "unevaluatedProperties",
  "propertyNames",
  "items",
  "prefixItems",
  "unevaluatedItems",
  "allOf",
  "$ref",
  "if",
  "dependentSchemas",
]);

function isInside(location: string, outer: string): boolean {
  return location.startsWith(`${outer}/`);
}

function goesDeeper(other: OutputUnit, { keyword, keywordLocation, instanceLocation }: OutputUnit): boolean {
  if (keyword === "if")
    return (
      isInside(other.keywordLocation, keywordLocation.replace(/if$/u, "then")) ||
      isInside(other.keywordLocation, keywordLocation.replace(/if$/u, "else"))
    );
  // A schema `false` has no location of its own: the validator gives that of the value.
  return (
    isInside(other.keywordLocation, keywordLocation) ||
    (other.keyword === "false" && isInside(other.instanceLocation, instanceLocation))
  );
}

function errorToIssue({ keyword, error, instanceLocation }: OutputUnit): JsonSchemaIssue {
  const path = locationToPath(instanceLocation);
  const quoted = /"(.*)"/su.exec(error)?.[1];
  switch (keyword) {
    case "required":
      return { message: "is missing", path: [...path, quoted ?? ""] };
    case "false":
      return { message: "is not allowed here", path };
    case "type": {
      const [, found, expected] = /^Instance type "(.*)" is invalid\. Expected (.*)\.$/su.exec(error) ?? [];
      return {
        message:
          found === undefined ? error : `is ${withArticle(found)}, not ${expected!.replaceAll('"', "")}`,
        path,
      };
    }
    case "enum":
    case "const":
      return {
        message: error
          .replace(/^Instance does not match any of \[(.*)\]\.$/su, "is none of $1")
          .replace(/^Instance does not match (.*)\.$/su, "is not $1"),
        path,
      };
    default:
      return { message: error.replace(/^Instance /u, "").replace(/\.$/u, ""), path };
  }
}

function withArticle(type: string): string {
  return type === "null" ? type : `${/^[aio]/u.test(type) ? "an" : "a"} ${type}`;
}

/** `#/a~1b%20c` → `a/b c`. */
function locationToPath(location: string): string[] {
  return location
    .split("/")
    .slice(1)
    .map((segment) => decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~"));
}
