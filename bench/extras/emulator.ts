/** @module How fast the emulated GitHub is with 10,000 issues and 30,000 comments, as a program of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { Agent, get } from "node:http";
import { fileURLToPath } from "node:url";
import { dataPath } from "../data-path.ts";
import { judgeRate, judgeReading, type LimitResult } from "./limit.ts";

const program = fileURLToPath(new URL("../../bin/hubstead.cjs", import.meta.url));
const library = new URL("../../dist/emulator/index.js", import.meta.url);
const issues = 10_000;
const comments = 30_000;
const connections = 32;
const seconds = 3;

export async function measureEmulator(): Promise<LimitResult[]> {
  const folder = dataPath("emulator");
  const token = await fill(folder);
  const started = performance.now();
  const { child, url } = await start(folder);
  const startMs = performance.now() - started;
  try {
    const page = `${url}/repos/ada/data/issues?state=all&per_page=100&page=50`;
    const single = `${url}/repos/ada/data/issues/5000`;
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const ask = (target: string) => request(agent, target, token);
    for (let warm = 0; warm < 900; warm++) await ask(warm % 3 === 0 ? page : single);
    const pageMs: number[] = [];
    for (let round = 0; round < 300; round++) {
      const before = performance.now();
      await ask(page);
      pageMs.push(performance.now() - before);
    }
    const perSecond = await saturate(() => ask(single));
    agent.destroy();
    const median = pageMs.sort((a, b) => a - b)[pageMs.length >> 1]!;
    return [
      judgeReading({
        what: "emulator: start from the state of 10,000 issues with 30,000 comments",
        value: startMs / 1000,
        limit: 2,
        unit: "s",
      }),
      judgeReading({ what: "emulator: a page of 100 of them, median", value: median, limit: 5, unit: "ms" }),
      judgeRate({
        what: "emulator: a single issue over loopback",
        value: perSecond,
        least: 2_000,
        unit: "requests/s",
      }),
    ];
  } finally {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
}

/** @returns a token for the state */
async function fill(folder: string): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  const { startGitHub }: typeof import("../../src/emulator/index.ts") = await import(library.href);
  await using github = await startGitHub({
    stateDir: folder,
    seed: {
      users: { ada: {} },
      repositories: { "ada/data": { issues: [{ title: "A", body: "b", comments: ["c"] }] } },
    },
  });
  const { state } = github;
  const issue = state.issues.all()[0]!;
  const comment = state.comments.all()[0]!;
  const body = "A few words of what happened, and where. ".repeat(10);
  for (let number = 2; number <= issues; number++) {
    const { id } = state.issues.put({
      ...issue,
      id: state.issues.nextId(),
      number,
      title: `Issue ${number}`,
      body,
    });
    for (let made = 0; made < comments / issues; made++) {
      state.comments.put({ ...comment, id: state.comments.nextId(), issueId: id, body });
    }
  }
  return github.tokenFor("ada");
}

async function start(folder: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [program, "emulator", "--state", folder, "--no-limits"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, url: line.toString().split(" ")[0]!.trim() };
}

function request(agent: Agent, url: string, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { authorization: `Bearer ${token}`, "user-agent": "bench" } }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode}`));
      answer.resume();
      answer.on("end", resolve);
    }).on("error", reject);
  });
}

/** @returns requests a second */
async function saturate(ask: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  let made = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() - begun < seconds * 1000) {
        await ask();
        made++;
      }
    }),
  );
  return (made / (performance.now() - begun)) * 1000;
}
