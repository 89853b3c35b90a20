/**
 * @module The architecture: which folder may import what. Denied by default; a change to the layers begins in this
 * table. The graph in ARCHITECTURE.md is drawn from it.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

interface Rule {
  /** Folders or files of ours, from `src/`. A folder stands for everything in it. */
  readonly ours: readonly string[];
  readonly packages: readonly string[];
  /** Modules of Node's own. */
  readonly node: boolean;
}

/**
 * By the longest prefix of a file's path. `errors.ts` and `base` may be imported by all.
 * `storage/sqlite` and later drivers never meet; `store` chooses one in `store/open.ts`.
 */
const rules: Readonly<Record<string, Rule>> = {
  "index.ts": {
    ours: ["entity", "storage/query.ts", "storage/storage.ts", "store"],
    packages: [],
    node: false,
  },
  "errors.ts": { ours: [], packages: [], node: false },
  base: { ours: [], packages: ["canonicalize"], node: false },
  sqlite: { ours: [], packages: [], node: true },
  config: { ours: ["entity/define-type.ts"], packages: ["yaml", "zod", "@cfworker/json-schema"], node: true },
  crypto: { ours: [], packages: ["libsodium-wrappers-sumo"], node: false },
  entity: { ours: [], packages: [], node: false },
  storage: { ours: ["entity"], packages: [], node: false },
  "storage/sqlite": {
    ours: [
      "entity",
      "sqlite",
      "storage/query.ts",
      "storage/storage.ts",
      "storage/search-words.ts",
      "storage/field-path.ts",
    ],
    packages: [],
    node: true,
  },
  store: { ours: ["entity", "config", "storage/storage.ts", "storage/query.ts"], packages: [], node: true },
  "store/open.ts": {
    ours: ["entity", "config", "storage/storage.ts", "storage/sqlite"],
    packages: [],
    node: true,
  },
  // Knows nothing of entities. How limits are counted knows nothing of who asks, and where credentials come from knows
  // nothing of how requests are sent.
  github: {
    ours: ["sqlite", "crypto/sealed-box.ts"],
    // `yaml`: a project's specification is a file for people, and is compared whatever way they have written it.
    packages: ["@octokit/core", "@octokit/plugin-paginate-rest", "fflate", "yaml"],
    node: true,
  },
  "github/limits": { ours: ["github/clock.ts", "sqlite"], packages: ["ioredis"], node: true },
  "github/auth": {
    ours: ["github/clock.ts", "github/digest.ts"],
    packages: [],
    node: true,
  },
  "github/metrics": { ours: ["github"], packages: ["prom-client", "@opentelemetry/api"], node: true },
  // Objects in issues; their wire format knows nothing of GitHub's API.
  issues: { ours: ["github", "config"], packages: ["zod"], node: true },
  "issues/wire": { ours: [], packages: [], node: true },
  // What a signature says and which ones hold: decided without GitHub.
  "issues/signing": { ours: ["issues/wire"], packages: ["zod"], node: true },
  // A program of its own: it knows nothing of entities, and nothing of ours knows it but the command line.
  emulator: {
    ours: ["sqlite", "crypto/sealed-box.ts", "config/nearest-name.ts"],
    packages: ["hono", "@hono/node-server", "graphql", "zod", "yaml", "@cfworker/json-schema"],
    node: true,
  },
  cli: {
    ours: [
      "emulator",
      "entity",
      "config",
      "github",
      "issues",
      "sqlite",
      "storage/storage.ts",
      "storage/query.ts",
      "storage/field-path.ts",
      "store",
    ],
    packages: ["commander"],
    node: true,
  },
};

const root = resolve(import.meta.dirname, "..");
const src = join(root, "src");

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) =>
        entry.isFile() && entry.name.endsWith(".ts") && !/\.(test|conformance)\.ts$/u.test(entry.name),
    )
    .map((entry) => relative(src, join(entry.parentPath, entry.name)));
}

/** Every import of a file, type-only and dynamic ones and re-exports included. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), "utf8").replaceAll(/^\s*(?:\*|\/\/|\/\*).*$/gmu, "");
  const found = text.matchAll(
    /^\s*(?:import|export)\b[^;"']*?\bfrom\s*["']([^"']+)["']|\bimport\s*\(\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']/gmu,
  );
  return [...found].map((match) => (match[1] ?? match[2] ?? match[3])!);
}

function ruleOf(file: string): [string, Rule] | undefined {
  const names = Object.keys(rules).filter((name) => file === name || file.startsWith(`${name}/`));
  const name = names.sort((a, b) => b.length - a.length)[0];
  return name === undefined ? undefined : [name, rules[name]!];
}

function isAllowed(file: string, target: string): boolean {
  const [name, rule] = ruleOf(file)!;
  if (target.startsWith("node:")) return rule.node;
  if (!target.startsWith("."))
    return rule.packages.includes(
      target
        .split("/")
        .slice(0, target.startsWith("@") ? 2 : 1)
        .join("/"),
    );
  const inner = relative(src, resolve(src, dirname(file), target));
  // A rule for one file inside a folder still may use that folder.
  const home = name.endsWith(".ts") ? dirname(name) : name;
  const within = home !== "." && inner.startsWith(`${home}/`) && ruleOf(inner)?.[0] !== undefined;
  return (
    within ||
    ["errors.ts", "base", ...rule.ours].some(
      (allowed) => inner === allowed || inner.startsWith(`${allowed}/`),
    )
  );
}

const files = sourceFiles(src);

test("the table sees the source", () => {
  expect(files.length).toBeGreaterThan(40);
  expect(files.flatMap(importsOf).length).toBeGreaterThan(100);
});

test("every file belongs to a folder of the table", () => {
  expect(files.filter((file) => ruleOf(file) === undefined)).toEqual([]);
});

test("no file imports what its folder may not", () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => !isAllowed(file, target))
      .map((target) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("every relative import names a file of ours, with its suffix", () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith(".") && !existsSync(resolve(src, dirname(file), target)))
      .map((target) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("nothing inside imports the public entry", () => {
  const wrong = files.filter((file) =>
    importsOf(file).some((target) => relative(src, resolve(src, dirname(file), target)) === "index.ts"),
  );
  expect(wrong).toEqual([]);
});

test("there are no cycles, type-only imports included", () => {
  const graph = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter((target) => target.startsWith("."))
        .map((target) => relative(src, resolve(src, dirname(file), target))),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    else if (!done.has(file)) {
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    }
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

test("no file is named after nothing", () => {
  expect(
    files.filter((file) => /(?:^|\/)(?:utils?|helpers?|common|types|impl|manager)(?:\.ts|\/)/u.test(file)),
  ).toEqual([]);
});

test("every file opens with what lives in it", () => {
  expect(
    files.filter(
      (file) =>
        !readFileSync(join(src, file), "utf8")
          .replace(/^#!.*\n/u, "")
          .startsWith("/**\n * @module "),
    ),
  ).toEqual([]);
});

/** The layers as a graph, from the imports that there are: an arrow for each folder that another one uses. */
function drawGraph(): string {
  const layerOf = (file: string) => ruleOf(file)![0].replace(/^store\/open\.ts$/u, "store");
  const arrows = new Set<string>();
  for (const file of files) {
    for (const target of importsOf(file).filter((name) => name.startsWith("."))) {
      const [from, to] = [layerOf(file), layerOf(relative(src, resolve(src, dirname(file), target)))];
      // Everything uses these two; their arrows would hide the others.
      if (from !== to && !["base", "errors.ts"].includes(to)) arrows.add(`  ${from} --> ${to}`);
    }
  }
  return ["```mermaid", "graph TD", ...[...arrows].sort(), "```"].join("\n");
}

/** The table as Markdown. */
function drawTable(): string {
  const rows = Object.entries(rules)
    .filter(([name]) => name !== "errors.ts")
    .map(([name, { ours, packages, node }]) => {
      const from = ["errors.ts", "base", ...ours]
        .filter((item) => item !== name)
        .map((item) => `\`${item}\``);
      return `| \`${name}\` | ${name === "base" ? "`errors.ts`" : from.join(", ")} | ${[...(node ? ["`node:*`"] : []), ...packages.map((item) => `\`${item}\``)].join(", ")} |`;
    });
  return ["| files | may import of ours | and from outside |", "|---|---|---|", ...rows].join("\n");
}

test("ARCHITECTURE.md shows the table and the graph as they are (UPDATE=1 draws them)", () => {
  const path = join(root, "ARCHITECTURE.md");
  const drawn = `<!-- imports -->\n${drawGraph()}\n\n${drawTable()}\n<!-- /imports -->`;
  const text = readFileSync(path, "utf8");
  const current = /<!-- imports -->[\s\S]*<!-- \/imports -->/u.exec(text)?.[0];
  if (process.env["UPDATE"] === "1" && current !== undefined)
    writeFileSync(path, text.replace(current, drawn));
  else expect(current).toBe(drawn);
});
