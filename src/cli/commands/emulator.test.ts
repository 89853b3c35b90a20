/**
 * @module `hubstead emulator`.
 */
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWorkbench, type Workbench } from "../captured-run.ts";

let bench: Workbench;
beforeEach(() => {
  bench = openWorkbench();
});
afterEach(() => bench.remove());

const seed = `
users: { ada: , bob: { token: ghp_chosen } }
repositories:
  ada/notes:
    issues: [{ title: Hello }]
    files: { README.md: "# Notes" }
`;

/** Runs it until `visit` is done. @returns what it printed, in the end */
async function whileServing(
  argv: readonly string[],
  visit: (line: string) => Promise<void>,
): Promise<{ readonly exitCode: number; readonly stdout: string }> {
  const program = join(import.meta.dirname, "..", "..", "..", "bin", "hubstead.cjs");
  const child = spawn(process.execPath, [program, "emulator", ...argv], { cwd: bench.folder });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  const ended = new Promise<number>((resolve) => child.on("exit", (code) => resolve(code ?? -1)));
  try {
    while (!stdout.includes("\n")) await sleep(10);
    await visit(stdout.trim());
  } finally {
    child.kill("SIGTERM");
  }
  return { exitCode: await ended, stdout };
}

const issueOf = async (url: string, token: string) =>
  (await (
    await fetch(`${url}/repos/ada/notes/issues/1`, { headers: { authorization: `Bearer ${token}` } })
  ).json()) as { title: string };

test("it prints one line, its URL and a token for each person, and serves until it is stopped", async () => {
  writeFileSync(join(bench.folder, "seed.yml"), seed);
  const { exitCode, stdout } = await whileServing(["--seed", "seed.yml"], async (line) => {
    const [, url = "", token = ""] = /^(http:\/\/127\.0\.0\.1:\d+) ada=(ghp_\w{36}) bob=ghp_chosen$/u.exec(
      line,
    )!;
    expect((await issueOf(url, token)).title).toBe("Hello");
    expect((await issueOf(`${url}/api/v3`, "ghp_chosen")).title).toBe("Hello");
  });
  expect(exitCode).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(1);
});

test("with a folder for its state the next start finds everything, tokens too", async () => {
  writeFileSync(join(bench.folder, "seed.json"), JSON.stringify({ repositories: { "ada/notes": {} } }));
  let first = "";
  await whileServing(["--seed", "seed.json", "--state", "state", "--json"], async (line) => {
    first = line;
    expect(line.split("\n")).toHaveLength(1);
    const { url, tokens } = JSON.parse(line) as { url: string; tokens: Record<string, string> };
    await fetch(`${url}/repos/ada/notes/issues`, {
      method: "POST",
      headers: { authorization: `Bearer ${tokens["ada"]}` },
      body: JSON.stringify({ title: "Kept" }),
    });
  });
  expect(existsSync(join(bench.folder, "state", "github.db"))).toBe(true);
  await whileServing(["--state", "state", "--json"], async (line) => {
    const { url, tokens } = JSON.parse(line) as { url: string; tokens: Record<string, string> };
    expect(tokens).toEqual((JSON.parse(first) as { tokens: unknown }).tokens);
    expect((await issueOf(url, tokens["ada"]!)).title).toBe("Kept");
  });
});

test("faults, lag, clock and limits come from flags, and programs drive it", async () => {
  writeFileSync(
    join(bench.folder, "faults.yml"),
    "- { operation: meta/*, times: 1, does: { kind: status, status: 502 } }",
  );
  writeFileSync(join(bench.folder, "limits.json"), '{ "core": { "anonymous": 1 } }');
  const argv = [
    "--faults",
    "faults.yml",
    "--limits",
    "limits.json",
    "--lag",
    "10",
    "--clock",
    "2030-01-31T12:00:00Z",
  ];
  await whileServing(argv, async (line) => {
    const url = line.split(" ")[0]!;
    const first = await fetch(`${url}/zen`);
    // What a fault hits costs nothing.
    expect(first.status).toBe(502);
    expect(first.headers.get("date")).toContain("Thu, 31 Jan 2030 12:0");
    expect((await fetch(`${url}/zen`)).status).toBe(200);
    expect((await fetch(`${url}/zen`)).status).toBe(403);
    expect(await (await fetch(`${url}/_emulator/lag`)).json()).toEqual({ listsMs: 10_000, readsMs: 0 });
    const asked = (await (await fetch(`${url}/_emulator/requests`)).json()) as { requests: unknown[] };
    expect(asked.requests).toHaveLength(3);
  });
});

test.each([
  [
    "faults.yml",
    "- { operation: meta/zen, does: { kind: reset } }",
    "--faults",
    "there is no operation meta/zen",
  ],
  ["faults.yml", "lists: []", "--faults", '"lists", which is not known'],
  ["limits.yml", "core: { users: 1 }", "--limits", 'Did you mean "user"?'],
])("a mistake in %s is refused: %s", async (name, text, flag, said) => {
  writeFileSync(join(bench.folder, name), text);
  expect(await bench.refused(2, "emulator", flag, name)).toContain(said);
});

test.each([
  ["a lag of more than a minute", ["--lag", "61"], 2, "from 0 to 60"],
  ["a time that is none", ["--clock", "noon"], 2, "is not a time"],
  ["limits that are not there", ["--limits", "nothing.yml"], 10, "does not exist"],
  ["a port that is none", ["--port", "many"], 2, "is not a port"],
  ["a seed that is not there", ["--seed", "nothing.yml"], 10, "does not exist"],
])("%s is refused", async (_, argv, exitCode, text) => {
  expect(await bench.refused(exitCode, "emulator", ...argv)).toContain(text);
});

test("a seed with a mistake is refused with the place", async () => {
  writeFileSync(join(bench.folder, "seed.yml"), "repositories: { ada/notes: { visibilty: private } }");
  expect(await bench.refused(2, "emulator", "--seed", "seed.yml")).toContain('"repositories.ada/notes"');
});
