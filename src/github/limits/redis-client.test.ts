import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

test("a Redis URL without the package ioredis is refused with the command that installs it", () => {
  const hide = `
    import { registerHooks } from "node:module";
    registerHooks({
      resolve(name, context, next) {
        if (name !== "ioredis") return next(name, context);
        throw Object.assign(new Error("Cannot find package 'ioredis'"), { code: "ERR_MODULE_NOT_FOUND" });
      },
    });`;
  const script = `
    import { createRedisLimiterStore } from ${JSON.stringify(new URL("./redis-limiter-store.ts", import.meta.url).href)};
    const options = { redis: "redis://localhost", onStoreError: "local-conservative", clock: Date };
    createRedisLimiterStore(options).catch((error) => console.log(JSON.stringify(error)));`;
  const words = [
    "--import",
    `data:text/javascript,${encodeURIComponent(hide)}`,
    "--input-type=module",
    "-e",
    script,
  ];
  const env = { ...process.env, NODE_NO_WARNINGS: "1" };
  const error: unknown = JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8", env }));
  expect(error).toMatchObject({ code: "invalid_input", hint: "Run: npm install ioredis" });
});
