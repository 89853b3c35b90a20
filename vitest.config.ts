import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // Two cores is what the smallest runner has; fault tests start processes of their own.
    maxWorkers: 2,
    // The large counts of `npm run soak` take hours.
    testTimeout: process.env["SOAK"] === "1" ? 10_800_000 : 120_000,
    hookTimeout: 120_000,
    globalSetup: ["test/build-once.ts"],
  },
});
