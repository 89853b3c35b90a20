import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { createRedisLimiterStore } from "./redis-limiter-store.ts";

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

test.each(["localhost:6379", "http://:horse@localhost", "/run/horse.sock", ""])(
  "an address that is none of Redis is refused, and not shown: %s",
  async (redis) => {
    const error = await createRedisLimiterStore({ redis, onStoreError: "fail", clock: Date }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "invalid_input", hint: expect.stringContaining("redis://") });
    expect(JSON.stringify(error)).not.toMatch(/horse/u);
  },
);

test.each([0, 0.5, Number.NaN])("a share of one among %s processes is refused", async (processes) => {
  const options = { redis: "redis://localhost", onStoreError: "fail", clock: Date, processes } as const;
  await expect(createRedisLimiterStore(options)).rejects.toMatchObject({ code: "invalid_input" });
});
