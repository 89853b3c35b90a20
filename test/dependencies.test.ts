/**
 * @module What users install with the package: few dependencies, none native, no install script, not large.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

interface LockedPackage {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly peer?: boolean;
  readonly hasInstallScript?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
}

const root = resolve(import.meta.dirname, "..");
const readJson = <T>(file: string) => JSON.parse(readFileSync(join(root, file), "utf8")) as T;
const manifest = readJson<{
  dependencies: Record<string, string>;
  version: string;
  engines: { node: string };
}>("package.json");
const lock = readJson<{ packages: Record<string, LockedPackage> }>("package-lock.json");
const shipped = Object.entries(lock.packages).filter(([name, { dev, peer }]) => name !== "" && !dev && !peer);

/** Each once: other versions for the tests push some aside. */
const shippedNames = [...new Set(shipped.map(([name]) => name.replace(/^.*node_modules\//u, "")))].sort();

let folder = "";
let tarball = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hubstead-pack-"));
  tarball = pack(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", [...args], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, npm_config_loglevel: "error" },
  });
}

function pack(target: string): string {
  const [info] = JSON.parse(
    npm(["pack", "--json", "--ignore-scripts", "--pack-destination", target], root),
  ) as [{ filename: string }];
  return join(target, info.filename);
}

function sizeOf(path: string): number {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

test("the runtime dependencies are the ones that were decided", () => {
  expect(Object.keys(manifest.dependencies).sort()).toEqual([
    "@cfworker/json-schema",
    "@hono/node-server",
    "@octokit/core",
    "@octokit/plugin-paginate-rest",
    "canonicalize",
    "commander",
    "fflate",
    "graphql",
    "hono",
    "libsodium-wrappers-sumo",
    "yaml",
    "zod",
  ]);
});

test("they bring nothing else but what Octokit is made of, and the library that a wrapper wraps", () => {
  const brought = [
    "@octokit/auth-token",
    "@octokit/endpoint",
    "@octokit/graphql",
    "@octokit/openapi-types",
    "@octokit/request",
    "@octokit/request-error",
    "@octokit/types",
    "before-after-hook",
    "content-type",
    "json-with-bigint",
    "libsodium-sumo",
    "universal-user-agent",
  ];
  expect(shippedNames).toEqual([...Object.keys(manifest.dependencies), ...brought].sort());
});

/** All packages that a built file reaches, through whatever it imports. */
function packagesBehind(entry: string): string[] {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, name = ""] of readFileSync(file, "utf8").matchAll(
      /\b(?:from|import)\s*\(?\s*"([^"\n]+)"/gu,
    )) {
      if (name.startsWith(".")) visit(resolve(file, "..", name));
      else if (!name.startsWith("node:")) packages.add(name);
    }
  };
  visit(join(root, entry));
  expect(seen.size).toBeGreaterThan(5);
  return [...packages].sort();
}

test("who imports the store alone needs one package, and 25 are the most in all", () => {
  expect(packagesBehind("dist/index.js")).toEqual(["canonicalize"]);
  expect(packagesBehind("dist/emulator/index.js")).toContain("hono");
  expect(shippedNames.length).toBeLessThanOrEqual(25);
});

test("none of them has an install script or is built for one machine", () => {
  expect(shipped.filter(([, { hasInstallScript, os, cpu }]) => hasInstallScript || os || cpu)).toEqual([]);
});

test("of all packages only the one that brings Node 24 runs an install script", () => {
  const scripts = Object.entries(lock.packages).filter(
    ([, { hasInstallScript, optional }]) => hasInstallScript && !optional,
  );
  expect(scripts.map(([name]) => name)).toEqual(["node_modules/node"]);
});

test("the lockfile names no registry", () => {
  expect(Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test("the tarball holds what users need and nothing else", () => {
  const files = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).trim().split("\n");
  const foreign = files.filter(
    (file) =>
      !/^package\/(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|bin\/(?:hubstead|gh-store)\.cjs|docs\/[\w-]+\.md|examples\/[\w-]+\/[\w.-]+|dist\/.+\.(?:js|cjs|d\.ts|br)|dist\/emulator\/(?:description\/described|graphql\/published)\.json|dist\/github\/fetch\/described-routes\.json)$/u.test(
        file,
      ),
  );
  expect(foreign).toEqual([]);
  expect(files.filter((file) => /^package\/dist\/.*(?:\.test\.|conformance|fixture)/u.test(file))).toEqual(
    [],
  );
});

test("two packs of one commit are the same bytes", () => {
  const second = mkdtempSync(join(tmpdir(), "hubstead-pack-"));
  expect(readFileSync(pack(second)).equals(readFileSync(tarball))).toBe(true);
  rmSync(second, { recursive: true });
});

test("an install without scripts has at most 35 MB, most of it Octokit's types, and works", () => {
  npm(["init", "-y"], folder);
  npm(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", tarball], folder);
  expect(sizeOf(join(folder, "node_modules"))).toBeLessThan(35_000_000);
  const native = readdirSync(join(folder, "node_modules"), { recursive: true }).filter((name) =>
    String(name).endsWith(".node"),
  );
  expect(native).toEqual([]);
  const script =
    'import("hubstead").then(async ({ openStore }) => { const store = await openStore(":memory:"); console.log((await store.create({ id: "task-1" })).version); })';
  expect(execFileSync(process.execPath, ["-e", script], { cwd: folder, encoding: "utf8" }).trim()).toBe("1");
  const bin = join(folder, "node_modules", ".bin", "hubstead");
  expect(execFileSync(process.execPath, [bin, "--version"], { cwd: folder, encoding: "utf8" }).trim()).toBe(
    manifest.version,
  );
});
