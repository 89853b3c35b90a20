/**
 * @module What each of gh-store's commands does.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { JsonObject } from "../../base/json.ts";
import { HubsteadError, invalidInput } from "../../errors.ts";
import { codeOwnersPath } from "../../issues/code-owners.ts";
import type { Document } from "../../issues/wire/document.ts";
import type { Context } from "../command.ts";
import { outcomesOf } from "../commands/issues/process-outcomes.ts";
import { tellJob } from "../commands/issues/process-updates.ts";
import { readSnapshot } from "../commands/issues/snapshot.ts";
import type { StoreFlags } from "../commands/issues/store-flags.ts";
import { type Access, type OpenedIssueStore, withIssueStore } from "../commands/issues/with-issue-store.ts";
import { replaceFile } from "../replace-file.ts";
import type { GhStoreCommandName } from "./command-table.ts";
import { defaultConfig } from "./default-config.ts";
import { toHistoryList } from "./history-list.ts";
import { toIsoFormat, toPythonJson } from "./python-text.ts";
import { readJsonArgument } from "./read-json-argument.ts";

/** As it was typed, by the parameter's name. */
type Values = Readonly<Record<string, string>>;

type Run = (context: Context, values: Values) => Promise<void>;

/** In the words that gh-store logs, which people may look for. */
export const runCommand: Readonly<Record<GhStoreCommandName, Run>> = {
  "process-updates": async (context, values) => {
    const issue = readIssueNumber(values["issue"]!);
    await withStore(context, "process-updates", values, async ({ store, logger, withoutCodeOwners }) => {
      logger.info(`Processing updates for issue #${issue}`);
      const processed = await store.processUpdates(issue).catch((error: unknown) => {
        if (!isAboutCodeOwners(error)) throw error;
        // As there: a token that may only write issues reads no file of a private repository.
        logger.warn("CODEOWNERS cannot be read with this token: only those count who may write");
        return withoutCodeOwners().processUpdates(issue);
      });
      for (const { outcome, commentId, by, because } of outcomesOf(processed))
        if (outcome !== "applied")
          logger.warn(
            `Comment ${commentId ?? ""} of ${by ?? "a deleted account"}: ${outcome}, because ${because}`,
          );
      await tellJob(context, { processed: [processed], failed: [] });
      logger.info(`Successfully processed updates for ${processed.id}`);
    });
  },
  snapshot: (context, values) =>
    withStore(context, "snapshot", values, async ({ store, logger }) => {
      const { text, objectCount, unreadable } = await store.snapshot();
      for (const { id } of unreadable) logger.warn(`Skipping ${id}: its body is no JSON`);
      await replaceFile(resolve(context.io.cwd, values["output"]!), text);
      logger.info(`Snapshot written to ${values["output"]}`);
      logger.info(`Captured ${objectCount} objects`);
    }),
  "update-snapshot": async (context, values) => {
    const path = values["snapshot_path"]!;
    const text = await readSnapshot(context, path);
    await withStore(context, "update-snapshot", values, async ({ store, logger }) => {
      const updated = await store.updateSnapshot(text);
      if (updated.text === text) return logger.info("No updates found since last snapshot");
      await replaceFile(resolve(context.io.cwd, path), updated.text);
      logger.info(`Updated the snapshot: ${updated.objectCount} objects`);
    });
  },
  init: async ({ io, logger }, values) => {
    const path = resolve(io.cwd, values["config"] ?? defaultConfigPath(io.env));
    await mkdir(dirname(path), { recursive: true });
    try {
      await writeFile(path, defaultConfig, { flag: "wx" });
      logger.info(`Configuration initialized at ${path}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      logger.warn(`Configuration file already exists at ${path}`);
    }
  },
  create: async (context, values) => {
    const data = readJsonArgument(values["data"]!, "data");
    await withStore(context, "create", values, async ({ store, logger }) => {
      const { id } = await store.create(values["object_id"]!, data);
      logger.info(`Created object ${id}`);
    });
  },
  get: (context, values) =>
    withStore(context, "get", values, async (opened) => {
      await give(context, values, await readObject(opened, values["object_id"]!), "Object", opened);
    }),
  update: async (context, values) => {
    // The store refuses what is no object.
    const changes = readJsonArgument(values["changes"]!, "changes") as JsonObject;
    const id = values["object_id"]!;
    await withStore(context, "update", values, async ({ store, logger }) => {
      await store.update(id, changes);
      logger.info(`Updated object ${id}`);
    });
  },
  delete: (context, values) =>
    withStore(context, "delete", values, async ({ store, logger }) => {
      await store.delete(values["object_id"]!);
      logger.info(`Deleted object ${values["object_id"]}`);
    }),
  history: (context, values) =>
    withStore(context, "history", values, async (opened) => {
      const { store, client, repo, call } = opened;
      const id = values["object_id"]!;
      const issue = await issueNumberOf(opened, id);
      const entries = await store.history(id);
      const comments = await client.listComments(repo, issue, call);
      await give(context, values, toHistoryList(entries, comments), "History", opened);
    }),
};

const accessOf: Readonly<Partial<Record<GhStoreCommandName, Access>>> = {
  snapshot: "read-public",
  "update-snapshot": "read-public",
  get: "read-public",
  history: "read",
};

function withStore(
  context: Context,
  command: GhStoreCommandName,
  { token, repo, config }: Values,
  body: (opened: OpenedIssueStore) => Promise<void>,
): Promise<void> {
  const flags: StoreFlags = {
    // An empty one stands for none, as it does there.
    ...(token ? { token } : {}),
    ...(repo ? { repo } : {}),
    config: config || defaultConfigPath(context.io.env),
  };
  const access = accessOf[command] ?? "write";
  return withIssueStore(context, { command: `gh-store ${command}`, access, flags, asGhStore: true }, body);
}

function defaultConfigPath(env: Context["io"]["env"]): string {
  return join(env["HOME"] || env["USERPROFILE"] || ".", ".config", "gh-store", "config.yml");
}

function isAboutCodeOwners(error: unknown): boolean {
  return error instanceof HubsteadError && error.data["path"] === codeOwnersPath;
}

function readIssueNumber(text: string): number {
  const number = /^#?(\d{1,15})$/u.exec(text)?.[1];
  if (number !== undefined && Number(number) > 0) return Number(number);
  throw invalidInput("--issue is no number of an issue", "Write --issue 12.", { path: "issue" });
}

async function readObject(
  { store }: OpenedIssueStore,
  id: string,
): Promise<Readonly<Record<string, Document>>> {
  try {
    const { createdAt, updatedAt, version, data } = await store.get(id);
    return toObject({ id, createdAt, updatedAt, version, data });
  } catch (error) {
    if (!(error instanceof HubsteadError) || error.code !== "unsupported_format") throw error;
    // Numbers that JavaScript cannot hold: the history has them as they stand.
    const versions = (await store.history(id)).filter(({ version }) => version !== undefined);
    const [first, last] = [versions[0]!, versions.at(-1)!];
    return toObject({
      id,
      createdAt: first.at,
      updatedAt: last.at,
      version: last.version!,
      data: last.data,
    });
  }
}

interface Shown {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
  readonly data: Document;
}

function toObject({ id, createdAt, updatedAt, version, data }: Shown): Readonly<Record<string, Document>> {
  return {
    object_id: id,
    created_at: toIsoFormat(createdAt),
    updated_at: toIsoFormat(updatedAt),
    version,
    data,
  };
}

async function issueNumberOf({ store }: OpenedIssueStore, id: string): Promise<number> {
  try {
    return (await store.get(id)).issueNumber;
  } catch (error) {
    if (error instanceof HubsteadError && error.code === "unsupported_format")
      return Number(error.data["issueNumber"]);
    throw error;
  }
}

/** To the standard output, or to the file of `--output`. */
async function give(
  { output, io }: Context,
  { output: path }: Values,
  value: Document,
  what: string,
  { logger }: OpenedIssueStore,
): Promise<void> {
  const text = toPythonJson(value);
  if (!path) return output.write(`${text}\n`);
  await replaceFile(resolve(io.cwd, path), text);
  logger.info(`${what} written to ${path}`);
}
