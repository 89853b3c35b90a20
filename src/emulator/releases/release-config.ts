/**
 * @module How a repository wants its notes of releases sorted: `.github/release.yml`. Pure.
 *
 * @see https://docs.github.com/repositories/releasing-projects-on-github/automatically-generated-release-notes#configuration-options
 */
import { parse } from "yaml";
import { isJsonObject, type Json } from "../../base/json.ts";

/** Who and what has a line in the notes, all in lower case. */
export interface NotedPull {
  readonly author: string;
  readonly labels: readonly string[];
}

export interface ReleaseConfig {
  readonly categories: readonly {
    readonly title: string;
    readonly takes: (pull: NotedPull) => boolean;
  }[];
  /** Whether it has no line at all. */
  readonly leavesOut: (pull: NotedPull) => boolean;
}

/** @param text YAML @returns `undefined` for what is no such file */
export function parseReleaseConfig(text: string): ReleaseConfig | undefined {
  const changelog = changelogIn(text);
  if (!isJsonObject(changelog)) return undefined;
  const { categories } = changelog;
  return {
    leavesOut: exclusionIn(changelog["exclude"]),
    categories: (Array.isArray(categories) ? categories : []).filter(isJsonObject).map((category) => {
      const labels = namesIn(category["labels"]);
      const isExcluded = exclusionIn(category["exclude"]);
      return {
        title: String(category["title"] ?? ""),
        takes: (pull) =>
          !isExcluded(pull) && labels.some((label) => label === "*" || pull.labels.includes(label)),
      };
    }),
  };
}

function changelogIn(text: string): Json | undefined {
  try {
    const value = parse(text, { maxAliasCount: 100 }) as Json;
    return isJsonObject(value) ? value["changelog"] : undefined;
  } catch {
    return undefined;
  }
}

function exclusionIn(value: Json | undefined): ReleaseConfig["leavesOut"] {
  const { labels, authors } = isJsonObject(value) ? value : {};
  const [unwanted, ignored] = [namesIn(labels), namesIn(authors)];
  return ({ author, labels: its }) =>
    ignored.some((name) => name === author || `${name}[bot]` === author) ||
    its.some((label) => unwanted.includes(label));
}

function namesIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map((name) => String(name).toLowerCase()) : [];
}
