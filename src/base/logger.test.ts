import { expect, test } from "vitest";
import { createLogger, type LoggerOptions, silentLogger } from "./logger.ts";

function linesOf(
  options: Partial<LoggerOptions>,
  use: (logger: ReturnType<typeof createLogger>) => void,
): string[] {
  const lines: string[] = [];
  use(createLogger({ write: (line) => lines.push(line), now: () => 0, ...options }));
  return lines;
}

test("a message is one line for people", () => {
  expect(
    linesOf({}, (log) => log.info("synced", { changes: 3, remote: "origin", ok: true, at: { a: [1] } })),
  ).toEqual(['1970-01-01T00:00:00.000Z info synced changes=3 remote=origin ok=true at={"a":[1]}']);
  expect(linesOf({}, (log) => log.warn("two\nlines", { text: "a\r\nb" }))).toEqual([
    "1970-01-01T00:00:00.000Z warn two lines text=a b",
  ]);
});

test("or one JSON object a line", () => {
  const lines = linesOf({ format: "json" }, (log) =>
    log.error("failed", { error: new TypeError("no"), n: 1n }),
  );
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      time: "1970-01-01T00:00:00.000Z",
      level: "error",
      message: "failed",
      error: { name: "TypeError", message: "no" },
      n: "1",
    },
  ]);
});

test("messages below the level are dropped", () => {
  const all = (options: Partial<LoggerOptions>) =>
    linesOf(options, (log) => {
      log.debug("a");
      log.info("b");
      log.warn("c");
      log.error("d");
    }).map((line) => line.split(" ")[1]);
  expect(all({})).toEqual(["info", "warn", "error"]);
  expect(all({ level: "debug" })).toEqual(["debug", "info", "warn", "error"]);
  expect(all({ level: "error" })).toEqual(["error"]);
});

test("secrets are taken out of every line", () => {
  const token = `ghp_${"x".repeat(36)}`;
  for (const format of ["text", "json"] as const) {
    const [line] = linesOf({ format }, (log) =>
      log.info(token, { url: `https://a:b@c/${token}`, password: "lovelace" }),
    );
    expect(line).not.toMatch(/xxxx|a:b@|lovelace/u);
  }
});

test("what JSON cannot hold does no harm", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  for (const format of ["text", "json"] as const) {
    const [line] = linesOf({ format }, (log) =>
      log.info("x", { cycle, nothing: undefined, f: () => 1, s: Symbol("q") }),
    );
    expect(line).toContain("[again]");
  }
});

test("the silent logger says nothing", () => {
  for (const level of ["debug", "info", "warn", "error"] as const)
    expect(silentLogger[level]("x")).toBeUndefined();
});
