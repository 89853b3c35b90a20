/**
 * @module The commands: name, one line each, and where their file is. A command's file is loaded when it runs.
 */
import type { CommandEntry } from "./command.ts";

const group = (title: string, commands: readonly CommandEntry[]) => ({ title, commands });

/** In the order of the help. */
export const commandGroups = [
  group("Write", [
    { name: "create", summary: "make an entity", load: () => import("./commands/create.ts") },
    {
      name: "update",
      summary: "change fields or the status of an entity",
      load: () => import("./commands/update.ts"),
    },
    {
      name: "put",
      summary: "make an entity, or replace its data whole",
      load: () => import("./commands/put.ts"),
    },
    {
      name: "delete",
      summary: "delete an entity; its history stays",
      load: () => import("./commands/delete.ts"),
    },
    { name: "restore", summary: "bring a deleted entity back", load: () => import("./commands/restore.ts") },
    {
      name: "revert",
      summary: "make an entity what it was, as a new change",
      load: () => import("./commands/revert.ts"),
    },
    {
      name: "claim",
      summary: "take the first match and change it; no two callers get the same",
      load: () => import("./commands/claim.ts"),
    },
  ]),
  group("Read", [
    { name: "get", summary: "show an entity, now or as it was", load: () => import("./commands/get.ts") },
    {
      name: "list",
      summary: "list entities by type, status and fields",
      load: () => import("./commands/list.ts"),
    },
    { name: "search", summary: "find entities by their words", load: () => import("./commands/search.ts") },
    {
      name: "facets",
      summary: "count entities by type, status or a field",
      load: () => import("./commands/facets.ts"),
    },
    {
      name: "history",
      summary: "list the changes of an entity",
      load: () => import("./commands/history.ts"),
    },
    {
      name: "diff",
      summary: "show what differs between two versions of an entity",
      load: () => import("./commands/diff.ts"),
    },
    { name: "audit", summary: "list who did what, and when", load: () => import("./commands/audit.ts") },
  ]),
  group("Move and keep", [
    {
      name: "import",
      summary: "read entities from NDJSON, a gh-store snapshot or a chora-store database",
      load: () => import("./commands/import.ts"),
    },
    { name: "export", summary: "write all entities as NDJSON", load: () => import("./commands/export.ts") },
    {
      name: "backup",
      summary: "make, list and restore verified backups",
      load: () => import("./commands/backup.ts"),
    },
    {
      name: "verify",
      summary: "read everything and find what is damaged",
      load: () => import("./commands/verify.ts"),
    },
    {
      name: "rebuild",
      summary: "make everything that is derived anew from the log",
      load: () => import("./commands/rebuild.ts"),
    },
    {
      name: "status",
      summary: "show the store: where, how much, how healthy",
      load: () => import("./commands/status.ts"),
    },
  ]),
  group("GitHub", [
    {
      name: "init",
      summary: "set a repository up for objects in its issues: settings and workflows",
      remote: true,
      load: () => import("./commands/init.ts"),
    },
    {
      name: "github",
      summary: "repositories, files, secrets and workflows on GitHub, within its limits",
      remote: true,
      load: () => import("./commands/github.ts"),
    },
    {
      name: "issues",
      summary: "versioned objects in a repository's issues, as gh-store keeps them",
      remote: true,
      load: () => import("./commands/issues.ts"),
    },
  ]),
  group("Start", [
    {
      name: "demo",
      summary: "show all this on real data, in a temporary store",
      load: () => import("./commands/demo.ts"),
    },
    {
      name: "emulator",
      summary: "run a GitHub on this machine, to try and to test against",
      load: () => import("./commands/emulator.ts"),
    },
    {
      name: "completion",
      summary: "print completions for bash, zsh or fish",
      load: () => import("./commands/completion.ts"),
    },
  ]),
] as const satisfies readonly { title: string; commands: readonly CommandEntry[] }[];

export const commands: readonly CommandEntry[] = commandGroups.flatMap(({ commands }) => [...commands]);
