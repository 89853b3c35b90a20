import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createVirtualClock } from "../../test/github/virtual-clock.ts";
import { createLogger } from "../base/logger.ts";
import { HubsteadError } from "../errors.ts";
import { GitHubClient } from "../github/client/github-client.ts";
import { type GhStoreConfig, parseGhStoreConfig, readGhStoreConfig } from "./gh-store-config.ts";

const parse = (text: string): GhStoreConfig =>
  parseGhStoreConfig(new TextEncoder().encode(text), "config.yml");

function refusalOf(read: () => unknown): HubsteadError {
  try {
    read();
  } catch (error) {
    if (error instanceof HubsteadError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

const readmeText = `store:
  # Label identifying store issues
  base_label: "stored-object"
  # Prefix for object ID labels
  uid_prefix: "UID:"
  # Reaction marking processed comments
  processed_reaction: "+1"
  # API retry settings
  retries:
    max_attempts: 3
    backoff_factor: 2
  # Rate limiting
  rate_limit:
    max_requests_per_hour: 1000
  # Logging
  log:
    level: "INFO"
    format: "{time} | {level} | {message}"
`;

test("the configuration of gh-store's README is read, every key of it", () => {
  const { store, client, log } = parse(readmeText);
  expect(store).toEqual({
    names: { base: "stored-object", uidPrefix: "UID:" },
    reactions: { processed: "+1" },
  });
  expect(client).toEqual({
    retry: { attempts: 3, firstPauseMs: 1_000, pauseFactor: 2 },
    limits: { maxRequestsPerHour: 1_000 },
  });
  expect(log.level).toBe("info");
});

test("the newer form is read, and the sign in gh-store's first defaults that GitHub has no reaction for", () => {
  const reactions = (text: string) => parse(`store:\n  reactions:\n${text}`).store.reactions;
  expect(reactions("    processed: eyes\n    initial_state: rocket\n")).toEqual({
    processed: "eyes",
    initialState: "rocket",
  });
  expect(reactions('    processed: "+1"\n    initial_state: "🔰"\n')).toEqual({ processed: "+1" });
  expect(reactions('    processed: "👀"\n')).toEqual({ processed: "eyes" });
});

test("what the file leaves out is absent", () => {
  for (const text of ["", "store: {}\n", "# nothing\n"])
    expect(parse(text)).toEqual({ store: {}, client: {}, log: {} });
});

test.each([
  ["INFO", "info"],
  ["debug", "debug"],
  ["TRACE", "debug"],
  ["SUCCESS", "info"],
  ["WARNING", "warn"],
  ["CRITICAL", "error"],
])("the level %s of loguru's is %s here", (name, level) =>
  expect(parse(`store:\n  log:\n    level: ${name}\n`).log.level).toBe(level),
);

test("a log is laid out as the file says", () => {
  const lines: string[] = [];
  const { log } = parse('store:\n  log:\n    level: WARNING\n    format: "{time} | {level} | {message}"\n');
  const logger = createLogger({
    ...log,
    write: (line) => lines.push(line),
    now: () => Date.UTC(2026, 10, 20, 9, 56, 38, 604),
  });
  logger.info("not told");
  logger.warn("two\nlines", { issue: 7 });
  logger.error("token ghp_0123456789abcdefghijklmnopqrstuvwxyz");
  expect(lines[0]).toBe("2026-11-20T09:56:38.604000+0000 | WARNING | two lines issue=7");
  expect(lines[1]).toMatch(/^2026-\S+ \| ERROR \| token /u);
  expect(lines[1]).not.toContain("0123456789abcdef");
  expect(lines).toHaveLength(2);
});

test("requests are sent as often, and after such pauses, as the file says", async () => {
  const { client } = parse("store:\n  retries:\n    max_attempts: 4\n    backoff_factor: 3\n");
  const sentAt: number[] = [];
  const clock = createVirtualClock(0, () => {
    sentAt.push(clock.now());
    return Promise.resolve(new Response("", { status: 502 }));
  });
  const options = {
    ...client,
    clock,
    fetch: clock.fetch,
    token: "ghs_not_a_real_one",
    apiUrl: "https://api.github.com",
  };
  await using github = new GitHubClient({ ...options, chance: () => 0.999_999_999 });
  const api = await github.api("a repository");
  await expect(api.request("GET /repos/ada/data")).rejects.toMatchObject({ code: "remote_unavailable" });
  expect(sentAt.map((at) => Math.round(at))).toEqual([0, 1_000, 4_000, 13_000]);
});

describe("what cannot be used is named, with its line and what to do", () => {
  test.each([
    ["an unknown key", "stroe: {}\n", 1, '"stroe" is not known', '"store"'],
    [
      "a key near to another",
      "store:\n  base_lable: x\n",
      2,
      '"store.base_lable" is not known',
      '"base_label"',
    ],
    [
      "a key deep down",
      "store:\n  retries:\n    max_attemps: 3\n",
      3,
      '"store.retries.max_attemps"',
      '"max_attempts"',
    ],
    [
      "where requests would go",
      "store:\n  base_url: https://evil.example\n",
      2,
      '"store.base_url" is not known',
      "base_label",
    ],
    ["a credential", "store:\n  token: x\n", 2, '"store.token" is not known', "Use base_label"],
    ["a number as a label", "store:\n  base_label: 1\n", 2, '"store.base_label" is not a text', "quotes"],
    [
      "a label that GitHub cannot be asked for",
      'store:\n  base_label: "a,b"\n',
      2,
      '"store.base_label" does not do',
      "no comma",
    ],
    ["no prefix", 'store:\n  uid_prefix: ""\n', 2, '"store.uid_prefix" does not do', "1 to 30"],
    [
      "a prefix that leaves no room",
      `store:\n  uid_prefix: "${"x".repeat(31)}"\n`,
      2,
      '"store.uid_prefix"',
      "1 to 30",
    ],
    [
      "a prefix that another label begins with",
      "store:\n  base_label: thing\n  uid_prefix: TH\n",
      3,
      '"store.uid_prefix"',
      "like none of the others",
    ],
    [
      "the label of what is deleted",
      "store:\n  base_label: Archived\n",
      2,
      '"store.base_label"',
      "like none of the others",
    ],
    [
      "a reaction near to another",
      "store:\n  processed_reaction: rokcet\n",
      2,
      '"store.processed_reaction"',
      '"rocket"',
    ],
    [
      "a reaction that GitHub lacks",
      "store:\n  reactions:\n    processed: tada\n",
      3,
      '"store.reactions.processed"',
      "+1, -1",
    ],
    [
      "the same twice, differently",
      "store:\n  processed_reaction: eyes\n  reactions:\n    processed: heart\n",
      2,
      "says eyes",
      "Keep one",
    ],
    [
      "no attempt at all",
      "store:\n  retries:\n    max_attempts: 0\n",
      3,
      '"store.retries.max_attempts"',
      "from 1 to 100",
    ],
    [
      "pauses that shrink",
      "store:\n  retries:\n    backoff_factor: 0.5\n",
      3,
      '"store.retries.backoff_factor"',
      "from 1 to 60",
    ],
    [
      "half a request",
      "store:\n  rate_limit:\n    max_requests_per_hour: 0.5\n",
      3,
      '"store.rate_limit.max_requests_per_hour"',
      "whole number",
    ],
    ["a level that loguru lacks", "store:\n  log:\n    level: LOUD\n", 3, '"store.log.level"', "INFO"],
    [
      "a field that logs lack",
      'store:\n  log:\n    format: "{mesage}"\n',
      3,
      '"store.log.format"',
      '"{message}"',
    ],
    ["a brace alone", 'store:\n  log:\n    format: "{message"\n', 3, '"store.log.format"', "{{"],
    ["a key twice", "store: {}\nstore: {}\n", 2, "a second time", "Keep one"],
  ])("%s", (_, text, line, message, hint) => {
    const error = refusalOf(() => parse(text));
    expect(error.code).toBe("invalid_input");
    expect(error.message).toContain(`config.yml line ${line}: `);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
    expect(error.data["line"]).toBe(line);
  });

  test("hostile YAML is refused in a moment", () => {
    const bomb = `a: &a [x]\n${Array.from({ length: 500 }, () => "- *a").join("\n")}`;
    expect(refusalOf(() => parse(bomb)).code).toBe("invalid_input");
    expect(refusalOf(() => parse("store: !!js/function x\n")).code).toBe("invalid_input");
    expect(refusalOf(() => parse(`store: "${"x".repeat(70_000)}"`)).message).toContain("65536");
    expect(refusalOf(() => parse("store:\n  __proto__: {}\n")).message).toContain("__proto__");
    expect(Object.prototype).not.toHaveProperty("polluted");
  });
});

describe("the file", () => {
  test("is read where it is named", () => {
    const folder = mkdtempSync(join(tmpdir(), "hubstead-config-"));
    const path = join(folder, "config.yml");
    writeFileSync(path, readmeText);
    expect(readGhStoreConfig(path).client.limits).toEqual({ maxRequestsPerHour: 1_000 });
    rmSync(folder, { recursive: true });
  });

  test("that is named and missing is an error that says so, and none is written", () => {
    const error = refusalOf(() => readGhStoreConfig("/nowhere/config.yml"));
    expect(error).toMatchObject({ code: "not_found", data: { path: "/nowhere/config.yml" } });
    expect(error.hint).toContain("leave it out");
  });
});
