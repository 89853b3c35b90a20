/**
 * @module What GitHub has and the emulator has not is told by name, wherever it lies.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import described from "../../src/emulator/description/described.json" with { type: "json" };
import { nameOfUnserved } from "../../src/emulator/description/description.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: { "acme/data": { files: { "README.md": "# Data\n" } } },
    },
    limits: false,
  });
  ada = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

const known: Readonly<Record<string, string>> = { owner: "acme", repo: "data", org: "acme", username: "ada" };

test("every operation that is not served answers 501 with its name, and so it does by the repository's id", async () => {
  const { id } = github.state.repositories.all()[0]!;
  const wrong: string[] = [];
  for (const [name = "", method = "", path = ""] of described.others) {
    // The older name of an operation that is served, on the same path.
    if (name === "repos/compare-commits") continue;
    const filled = path.replaceAll(/\{([^}]+)\}/gu, (_, parameter: string) => known[parameter] ?? "1");
    const byId = filled.replace(/^\/repos\/acme\/data(?=\/|$)/u, `/repositories/${id}`);
    for (const way of new Set([filled, byId])) {
      const { status, body } = await ada(`${method} ${way}`);
      // Paths that differ in the names of their parameters only are one path.
      const named = body?.errors?.[0]?.resource;
      if (status !== 501 || named !== nameOfUnserved(method, filled))
        wrong.push(`${name} ${method} ${way}: ${status} ${named}`);
    }
  }
  expect(wrong).toEqual([]);
});

test.each([["GET /orgs/acme/teams?team_type=enterprise", "teams/list?team_type"]])(
  "a filter that is not served is told by name: %s",
  async (route, name) => {
    expect(await ada(route)).toMatchObject({ status: 501, body: { errors: [{ resource: name }] } });
  },
);

test("every other documented parameter of a served list is one that the code knows", () => {
  const folder = join(import.meta.dirname, "..", "..", "src", "emulator");
  const text = ["operations", "http", "description"]
    .flatMap((part) => readdirSync(join(folder, part)).map((file) => join(folder, part, file)))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  // Parents' rulesets there are none; the other kind of search differs in what is 501 here.
  const without = ["includes_parents", "advanced_search"];
  const names = Object.values(described.served).flatMap(({ query }) => Object.keys(query));
  const unknown = [...new Set(names)].filter(
    (name) => !without.includes(name) && !new RegExp(`\\b${name}\\b`, "u").test(text),
  );
  expect(unknown).toEqual([]);
});

test.each([
  ["GET /repos/acme/data/issues", "application/vnd.github.html+json"],
  ["GET /repos/acme/data/issues", "application/vnd.github.v3.full+json"],
  ["GET /repos/acme/data/readme", "application/vnd.github.html"],
])("rendered text is told to be not served: %s as %s", async (route, accept) => {
  expect((await ada(route, undefined, { accept })).status).toBe(501);
  expect((await ada(route, undefined, { accept: "application/vnd.github+json" })).status).toBe(200);
});
