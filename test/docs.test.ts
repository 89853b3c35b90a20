/**
 * @module README.md and docs/*.md are true: every `ts` block compiles, runs and prints what it says; every `sh` block runs; every
 * `sql` block runs on the views; every link leads somewhere. A block marked `ts continued` goes on where the one before it
 * on the page ended.
 */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileStore } from "./stores.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = resolve(import.meta.dirname, "..");
const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];
/** What users import, by the name that they import it by. */
const entries: Readonly<Record<string, string>> = {
  hubstead: "src/index.ts",
  "hubstead/emulator": "src/emulator/index.ts",
  "hubstead/github": "src/github/index.ts",
  "hubstead/issues": "src/issues/index.ts",
  "hubstead/github/prom-client": "src/github/metrics/prom-client.ts",
  "hubstead/github/opentelemetry": "src/github/metrics/opentelemetry.ts",
};
const textOf = (page: string) => readFileSync(join(root, page), "utf8");

interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly marks: readonly string[];
  readonly code: string;
}

function blocksOf(page: string): Block[] {
  return [...textOf(page).matchAll(/^```(\w+)?([^\n]*)\n([\s\S]*?)^```$/gmu)].map((found) => ({
    page,
    line: textOf(page).slice(0, found.index).split("\n").length,
    language: found[1] ?? "",
    marks: (found[2] ?? "").split(" ").filter((mark) => mark !== ""),
    code: found[3]!,
  }));
}

/** Blocks that run as one program. */
function programsOf(page: string): Block[] {
  const programs: Block[] = [];
  for (const block of blocksOf(page).filter(({ language }) => language === "ts")) {
    const last = programs.at(-1);
    if (block.marks.includes("continued") && last !== undefined)
      programs[programs.length - 1] = { ...last, code: last.code + block.code };
    else programs.push(block);
  }
  return programs;
}

const programs = pages.flatMap(programsOf);
const nameOf = ({ page, line }: Block) => `${page}:${line}`;
const fileOf = ({ page, line }: Block) => `${basename(page, ".md")}-${line}.ts`;

/** What stands in comments after `console.log`, on its line or the next, in order; `…` stands for anything. */
function promisedOutput(code: string): string[] {
  const lines = code.split("\n");
  return lines.flatMap((line, at) => {
    if (!line.includes("console.log(")) return [];
    const own = /\); \/\/ (.+)$/u.exec(line)?.[1];
    const next = /^\s*\/\/ (.+)$/u.exec(lines[at + 1] ?? "")?.[1];
    return own ?? (line.endsWith(");") ? next : undefined) ?? [];
  });
}

const onOneLine = (text: string) => text.replaceAll(/\s+/gu, " ").trim();

/** Each text, in order, somewhere in the output. */
function expectInOrder(output: string, promised: readonly string[]): void {
  const flat = onOneLine(output);
  let from = 0;
  for (const part of promised.flatMap((text) => text.split("…")).map(onOneLine)) {
    const at = flat.indexOf(part, from);
    expect(
      at,
      `"${part}" in the output after "${flat.slice(0, from)}": ${flat.slice(from)}`,
    ).toBeGreaterThanOrEqual(0);
    from = at + part.length;
  }
}

test("the pages and their blocks are seen", () => {
  expect(pages).toEqual(
    expect.arrayContaining([
      "README.md",
      "docs/quickstart.md",
      "docs/store.md",
      "docs/cli.md",
      "docs/emulator.md",
      "docs/issues.md",
      "docs/migrate-from-chora-store.md",
      "docs/migrate-from-gh-store.md",
    ]),
  );
  expect(programs.length).toBeGreaterThan(12);
  expect(programs.flatMap(({ code }) => promisedOutput(code)).length).toBeGreaterThan(30);
});

test("a block is of a language that is run here, or is only shown", () => {
  const known = ["ts", "sh", "sql", "json", "yaml", "mermaid", "python", ""];
  const others = pages.flatMap(blocksOf).filter(({ language }) => !known.includes(language));
  expect(others.map(nameOf)).toEqual([]);
});

test("every `ts` block compiles", () => {
  const folder = temporaryFolder();
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const program of programs)
    writeFileSync(join(folder, fileOf(program)), `${program.code}\nexport {};\n`);
  const options = {
    ...JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")).compilerOptions,
    noUnusedLocals: false,
    paths: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, [join(root, file)]])),
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, include: ["*.ts"] }),
  );
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", folder],
    { encoding: "utf8" },
  );
  expect(stdout).toBe("");
  expect(status).toBe(0);
});

test.each(programs.map((program) => [nameOf(program), program] as const))(
  "the `ts` block %s runs, and prints what it says",
  async (_, program) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, ".git"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const code = program.code.replaceAll(/from "(hubstead[/\w-]*)"/gu, (_, name: string) => {
      const url = pathToFileURL(join(root, entries[name]!)).href;
      return `from ${JSON.stringify(url)}`;
    });
    writeFileSync(join(folder, "program.mts"), code);
    const { stdout } = await promisify(execFile)(process.execPath, ["program.mts"], { cwd: folder });
    expectInOrder(stdout, promisedOutput(program.code));
  },
);

describe("the command line", () => {
  let install: string;

  beforeAll(() => {
    install = mkdtempSync(join(tmpdir(), "hubstead-docs-"));
    cpSync(join(root, "bin"), join(install, "bin"), { recursive: true });
    cpSync(join(root, "package.json"), join(install, "package.json"));
    execFileSync(process.execPath, [join(root, "scripts", "build.js"), "cli", install]);
    mkdirSync(join(install, "commands"));
    const launcher = `exec "${process.execPath}" "${join(install, "bin", "hubstead.cjs")}" "$@"`;
    const commands = {
      hubstead: launcher,
      npx: `[ "$1" = hubstead ] || exit 1\nshift\n${launcher}`,
      // The checkout is installed, and `npm test` is what runs this very test.
      npm: 'case "$*" in ci|test) exit 0 ;; *) echo "npm $*" >&2; exit 1 ;; esac',
    };
    for (const [name, script] of Object.entries(commands)) {
      writeFileSync(join(install, "commands", name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(install, "commands", name), 0o755);
    }
  });
  afterAll(() => rmSync(install, { recursive: true, force: true }));

  /** A project that has a chora-store database in the user's folder. */
  function makeProject(): { readonly folder: string; readonly env: NodeJS.ProcessEnv } {
    const folder = temporaryFolder();
    const home = join(folder, "home");
    mkdirSync(join(home, ".chora"), { recursive: true });
    mkdirSync(join(folder, "project", ".git"), { recursive: true });
    makeChoraDatabase(join(home, ".chora", "chora.db"));
    const { NO_COLOR: _, FORCE_COLOR: __, NODE_OPTIONS: ___, ...env } = process.env;
    return {
      folder: join(folder, "project"),
      env: {
        ...env,
        HOME: home,
        XDG_CACHE_HOME: join(install, "cache"),
        PATH: `${join(install, "commands")}${delimiter}${dirname(process.execPath)}${delimiter}${env["PATH"]}`,
      },
    };
  }

  // docs/cli.md has a test of its own, beside the command line.
  const scripted = pages.filter(
    (page) => page !== join("docs", "cli.md") && blocksOf(page).some(({ language }) => language === "sh"),
  );

  test.each(scripted)("the `sh` blocks of %s run, in their order", (page) => {
    const { folder, env } = makeProject();
    for (const block of blocksOf(page).filter(({ language }) => language === "sh")) {
      const { status, stderr } = spawnSync("sh", ["-e", "-c", block.code], {
        cwd: folder,
        env,
        encoding: "utf8",
      });
      expect(status, `${nameOf(block)}: ${stderr}`).toBe(0);
    }
  });

  test("a chora-store database comes along with its versions and times, and again with nothing new", () => {
    const { folder, env } = makeProject();
    const run = (...args: string[]) =>
      JSON.parse(execFileSync("hubstead", [...args, "--json"], { cwd: folder, env, encoding: "utf8" }));
    const file = join(env["HOME"]!, ".chora", "chora.db");
    expect(run("import", file)).toMatchObject({ format: "chora-store", records: 2, created: 2 });
    expect(run("get", "feature-voice-input")).toMatchObject({
      version: 2,
      status: "in_progress",
      createdAt: "2025-01-10T08:00:00.000Z",
      updatedAt: "2025-01-20T09:30:00.000Z",
    });
    expect(run("get", "feature-voice-input", "--at", "2025-01-15")).toMatchObject({
      version: 1,
      data: { name: "Voice" },
    });
    expect(run("history", "task-gone").map(({ kind }: { kind: string }) => kind)).toEqual([
      "create",
      "delete",
    ]);
    expect(run("import", file)).toMatchObject({ records: 2, created: 0, updated: 0, unchanged: 2 });
  });
});

/** As chora-store makes them: JSON as text, times in UTC without a zone. */
function makeChoraDatabase(path: string): void {
  const database = new DatabaseSync(path);
  database.exec(`
    CREATE TABLE entities (id TEXT PRIMARY KEY, type TEXT NOT NULL, status TEXT NOT NULL, data TEXT NOT NULL, version INTEGER NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
    CREATE TABLE entity_versions (id TEXT PRIMARY KEY, entity_id TEXT NOT NULL, version INTEGER NOT NULL, change_type TEXT NOT NULL, changed_at TEXT NOT NULL, data_snapshot TEXT);
    INSERT INTO entities VALUES ('feature-voice-input', 'feature', 'in_progress', '{"name":"Voice input"}', 2, '2025-01-10T08:00:00', '2025-01-20T09:30:00');
    INSERT INTO entity_versions VALUES ('feature-voice-input:1', 'feature-voice-input', 1, 'create', '2025-01-10T08:00:00', '{"id":"feature-voice-input","type":"feature","status":"planned","data":{"name":"Voice"}}');
    INSERT INTO entity_versions VALUES ('feature-voice-input:2', 'feature-voice-input', 2, 'update', '2025-01-20T09:30:00', '{"id":"feature-voice-input","type":"feature","status":"in_progress","data":{"name":"Voice input"}}');
    INSERT INTO entity_versions VALUES ('task-gone:1', 'task-gone', 1, 'create', '2025-01-11T08:00:00', '{"id":"task-gone","type":"task","status":"planned","data":{}}');
    INSERT INTO entity_versions VALUES ('task-gone:2', 'task-gone', 2, 'delete', '2025-01-12T08:00:00', NULL);
  `);
  database.close();
}

test("every `sql` block runs on the views of a store, read-only", async () => {
  const store = await fileStore();
  await store.batch(
    [1, 2, 3].map((priority) => ({
      op: "create" as const,
      id: `task-${priority}`,
      data: { title: `Number ${priority}`, priority },
    })),
  );
  const reader = new DatabaseSync(store.path, { readOnly: true });
  const blocks = pages.flatMap(blocksOf).filter(({ language }) => language === "sql");
  expect(blocks.length).toBeGreaterThan(0);
  for (const { code } of blocks) expect(reader.prepare(code).all().length).toBeGreaterThan(0);
  reader.close();
});

test("every link of the pages leads somewhere", () => {
  const anchorOf = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-");
  const anchorsOf = (text: string) => [...text.matchAll(/^#+ (.+)$/gmu)].map((found) => anchorOf(found[1]!));
  const broken = pages.flatMap((page) =>
    [
      ...textOf(page)
        .replaceAll(/^```[\s\S]*?^```$/gmu, "")
        .matchAll(/\]\(([^)\s]+)\)/gu),
    ]
      .map((found) => found[1]!)
      .filter((link) => !/^https?:/u.test(link))
      .filter((link) => {
        const [file = "", anchor] = link.split("#");
        const path = file === "" ? join(root, page) : resolve(dirname(join(root, page)), file);
        return (
          !existsSync(path) ||
          (anchor !== undefined && !anchorsOf(readFileSync(path, "utf8")).includes(anchor))
        );
      })
      .map((link) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
});
