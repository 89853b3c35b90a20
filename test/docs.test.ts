/**
 * @module Every snippet of the README and of docs/ is run as it stands, in a folder of its own. What `docs/cli.md`
 * shows is run by `src/cli/start.test.ts`.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./temporary-folder.ts";

const root = resolve(import.meta.dirname, "..");
const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter(
  (page) => page.endsWith(".md") && page !== "docs/cli.md",
);

interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gmu)].map((match) => ({
    language: match[1]!,
    text: match[2]!,
    line: text.slice(0, match.index).split("\n").length + 1,
  }));
}

/** Snippets import the package and its companions by name; here they get the source and the checkout's own copies. */
function withRealImports(code: string): string {
  const source = pathToFileURL(join(root, "src", "index.ts")).href;
  return code
    .replaceAll('from "hubstead"', `from ${JSON.stringify(source)}`)
    .replaceAll(/from "(zod)"/gu, (_, name: string) => `from ${JSON.stringify(import.meta.resolve(name))}`);
}

/** What the comments after `console.log` promise, in order; "…" stands for what is not shown. */
function promisedOutput(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\);(?: \/\/ (.+)|\n\/\/ (.+))/gu)].map(
    (match) => (match[1] ?? match[2])!,
  );
}

function expectInOrder(output: string, promised: readonly string[]): void {
  const text = output.replaceAll(/\s+/gu, " ");
  let at = 0;
  for (const promise of promised) {
    const part = promise.split("…").at(-1)!.trim();
    const found = text.indexOf(part, at);
    expect(found, `${JSON.stringify(part)} in ${JSON.stringify(text.slice(at))}`).toBeGreaterThanOrEqual(0);
    at = found + part.length;
  }
}

/** A folder whose PATH has the built command line as `hubstead`, and what the pages take for granted. */
function workplace(): { folder: string; env: NodeJS.ProcessEnv } {
  const folder = temporaryFolder();
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(
    join(bin, "hubstead"),
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, "bin", "hubstead.cjs")}" "$@"\n`,
  );
  chmodSync(join(bin, "hubstead"), 0o755);
  const home = join(folder, "home");
  mkdirSync(join(home, ".chora"), { recursive: true });
  makeChoraStore(join(home, ".chora", "chora.db"));
  const project = join(folder, "project");
  mkdirSync(join(project, ".git"), { recursive: true });
  const PATH = [bin, dirname(process.execPath), process.env["PATH"]].join(delimiter);
  return { folder: project, env: { ...process.env, HOME: home, PATH, NO_COLOR: "1" } };
}

/** The tables of chora-store with one entity of two versions. */
function makeChoraStore(path: string): void {
  const database = new DatabaseSync(path);
  database.exec(`
    CREATE TABLE entities(id TEXT PRIMARY KEY, type TEXT, status TEXT, data TEXT, version INTEGER, created_at TEXT, updated_at TEXT);
    CREATE TABLE entity_versions(id TEXT PRIMARY KEY, entity_id TEXT, version INTEGER, change_type TEXT, changed_at TEXT, data_snapshot TEXT);
    INSERT INTO entities VALUES ('feature-auth', 'feature', 'active', '{"name":"Auth"}', 2, '2025-01-01T00:00:00', '2025-01-02T00:00:00');
    INSERT INTO entity_versions VALUES ('feature-auth:1', 'feature-auth', 1, 'create', '2025-01-01T00:00:00', '{"name":"Au"}');
    INSERT INTO entity_versions VALUES ('feature-auth:2', 'feature-auth', 2, 'update', '2025-01-02T00:00:00', '{"name":"Auth"}');
  `);
  database.close();
}

describe.each(pages)("%s", (page) => {
  const blocks = blocksOf(page);
  const code = blocks.filter(({ language }) => language === "ts");
  const commands = blocks.filter(({ language }) => language === "sh");

  test("holds only snippets that are run", () => {
    expect(blocks.length).toBeGreaterThan(0);
    expect(
      blocks.filter(({ language }) => !["ts", "sh", "mermaid", "json", "yaml"].includes(language)),
    ).toEqual([]);
  });

  test.each(code)("line $line: the code runs and prints what it says", ({ text }) => {
    const { folder, env } = workplace();
    const file = join(folder, "snippet.ts");
    writeFileSync(file, withRealImports(text));
    const output = execFileSync(process.execPath, ["--disable-warning=ExperimentalWarning", file], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    expectInOrder(output, promisedOutput(text));
  });

  if (commands.length === 0) return;
  test("its commands run, in their order", () => {
    const { folder, env } = workplace();
    // `npm ci && npm test` is what runs this; the rest stands as a reader types it.
    const script = commands
      .flatMap(({ text }) => text.trim().split("\n"))
      .map((line) => line.replace(/^npm ci && /u, "").replace(/^npx hubstead/u, "hubstead"))
      .filter((line) => line !== "npm test");
    expect(script.length).toBeGreaterThan(0);
    const output = execFileSync("bash", ["-e", "-c", script.join("\n")], {
      cwd: folder,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(output.length).toBeGreaterThan(0);
  });
});
