/**
 * @module Builds `dist/`: the library file by file with `tsc`, the command line as a bundle.
 *
 *   node scripts/build.js            both
 *   node scripts/build.js cli        the command line only
 *   node scripts/build.js cli DIR    the command line into DIR/dist/cli
 */
import { spawnSync } from "node:child_process";
import { cpSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function buildLibrary() {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status, error } = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  if (status !== 0) throw error ?? new Error(`tsc ended with ${status}`);
  for (const data of [
    join("emulator", "description", "described.json"),
    join("emulator", "graphql", "published.json"),
    join("github", "fetch", "described-routes.json"),
  ]) {
    cpSync(join(root, "src", data), join(root, "dist", data));
  }
}

/**
 * One file for what every command needs, one for each command, loaded when it runs. CommonJS, because it starts
 * faster: an ES module that imports `node:process` or `node:crypto` makes Node read every property of it first.
 */
async function buildCommandLine(target) {
  const folder = join(target, "dist", "cli");
  const unfinished = `${folder}.new`;
  const bundle = await rolldown({
    cwd: root,
    input: { start: join(root, "src", "cli", "start.ts") },
    platform: "node",
    plugins: [withoutChildProcesses, withLazyBuiltins],
    resolve: { extensionAlias: { ".js": [".js", ".ts"] } },
    logLevel: "warn",
  });
  await bundle.write({
    dir: unfinished,
    format: "cjs",
    exports: "named",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name]-[hash].cjs",
    // Each file more costs a third of a millisecond to find and to load.
    codeSplitting: {
      groups: [
        { name: "start", test: /\/src\/cli\/(?!completion)[^/]+\.ts$/, priority: 2 },
        { name: "store", test: /\/src\/store\/open\.ts$/, priority: 1 },
      ],
    },
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  });
  await bundle.close();
  cpSync(join(root, "src", "cli", "demo", "papers.json.br"), join(unfinished, "papers.json.br"));
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
}

/** Commander can start other programs; no command of ours is one, and loading the module takes milliseconds. */
const withoutChildProcesses = {
  name: "without-child-processes",
  resolveId(source, importer) {
    return source === "node:child_process" && importer?.includes("/commander/")
      ? "\0no-child-processes"
      : undefined;
  },
  load(id) {
    return id === "\0no-child-processes" ? "export default {};" : undefined;
  },
};

/** Modules of Node that take milliseconds to load and that many commands never use: loaded at their first use. */
const lazyBuiltins = [
  "node:crypto",
  "node:fs/promises",
  "node:os",
  "node:stream",
  "node:timers/promises",
  "node:zlib",
];

const withLazyBuiltins = {
  name: "with-lazy-builtins",
  renderChunk(code) {
    return code.replaceAll(/\b(?:let|const|var) (\w+) = require\("([\w:/]+)"\);/g, (statement, name, id) =>
      lazyBuiltins.includes(id)
        ? `const ${name} = new Proxy({}, { get: (_, key) => require("${id}")[key] });`
        : statement,
    );
  },
};

const [part, target = root] = process.argv.slice(2);
if (part !== "cli") buildLibrary();
await buildCommandLine(resolve(target));
