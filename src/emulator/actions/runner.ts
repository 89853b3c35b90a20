/**
 * @module A runner that is attached to the emulator: a function, or a program that is started, with the environment that
 * Actions gives to jobs. Its result becomes the run's.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { HubsteadError } from "../../errors.ts";
import type { Act } from "../acts/act.ts";
import type { NewArtifact } from "../acts/artifacts.ts";
import { completeRun, setRunStatus } from "../acts/run-life.ts";
import type { Services } from "../services.ts";
import type { Urls } from "../shapes/urls.ts";
import type { RunConclusion, RunRow } from "../world/action-rows.ts";
import { artifactsVariable } from "./runner-environment.ts";
import { jobFor, jobToken, type RunnerJob } from "./runner-job.ts";
import { maskSecrets } from "./runner-secrets.ts";

export interface RunnerResult {
  /** `success` where absent. */
  readonly conclusion?: RunConclusion;
  /** Secrets in it become `***`. */
  readonly log?: string;
  readonly artifacts?: readonly NewArtifact[];
}

/** A function whose error is a failure, or a program whose exit code other than 0 is one. */
export type Runner =
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing has succeeded
  | ((job: RunnerJob) => RunnerResult | void | Promise<RunnerResult | void>)
  | { readonly command: readonly [program: string, ...args: string[]]; readonly cwd?: string };

export interface RunnerLine {
  attach(runner: Runner): () => void;
  drive(): void;
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface RunnerParts {
  readonly services: Services;
  readonly urls: () => Urls;
  readonly actFor: (run: RunRow) => Act;
  readonly settle: () => void;
}

const mostLogBytes = 4_194_304;

export function createRunnerLine({ services, urls, actFor, settle }: RunnerParts): RunnerLine {
  const { world } = services;
  const taken = new Map<string, { readonly controller: AbortController; readonly work: Promise<void> }>();
  let attached: Runner | undefined;
  let isClosed = false;

  const keyOf = ({ id, attempt }: RunRow) => `${id}/${attempt}`;
  const isLive = (run: RunRow) => {
    const now = world.runs.get(run.id);
    return now !== undefined && now.attempt === run.attempt && now.status !== "completed";
  };

  const carryOut = async (runner: Runner, { id, attempt }: RunRow, signal: AbortSignal): Promise<void> => {
    const queued = world.runs.get(id);
    // In the meantime somebody may have cancelled it, or taken it on by hand.
    if (isClosed || queued?.status !== "queued" || queued.attempt !== attempt) return;
    const folder = mkdtempSync(join(tmpdir(), "hubstead-run-"));
    const token = jobToken(services, queued);
    try {
      const run = setRunStatus(actFor(queued), queued, "in_progress");
      settle();
      const job = jobFor(services, run, { urls: urls(), folder, token, signal });
      const result = typeof runner === "function" ? await call(runner, job) : await start(runner, job);
      if (isClosed || !isLive(run)) return;
      const { conclusion = "success", log = "", artifacts = [] } = result ?? {};
      const shown = maskSecrets(log, [token.token, ...Object.values(job.secrets)]);
      const current = world.runs.get(run.id)!;
      try {
        completeRun(actFor(run), current, conclusion, { log: shown, artifacts });
      } catch (error) {
        // It has left what can be no artifact.
        if (!(error instanceof HubsteadError)) throw error;
        completeRun(actFor(run), current, "failure", { log: `${shown}\n${error.message}` });
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
      if (!isClosed) world.tokens.put({ ...token, isRevoked: true });
    }
  };

  const take = (runner: Runner, run: RunRow): void => {
    const controller = new AbortController();
    // Begins when the request that led to it was answered.
    const work = nextTurn()
      .then(() => carryOut(runner, run, controller.signal))
      .finally(() => {
        taken.delete(keyOf(run));
        if (!isClosed) settle();
      });
    taken.set(keyOf(run), { controller, work });
  };

  const line: RunnerLine = {
    attach(runner) {
      attached = runner;
      line.drive();
      return () => {
        if (attached === runner) attached = undefined;
      };
    },
    drive() {
      for (const [key, { controller }] of taken) {
        const [id, attempt] = key.split("/").map(Number);
        const run = world.runs.get(id!);
        if (run?.attempt !== attempt || run?.status === "completed") controller.abort();
      }
      if (attached === undefined || isClosed) return;
      for (const run of world.runs.all()) {
        if (run.status === "queued" && !taken.has(keyOf(run))) take(attached, run);
      }
    },
    async settled() {
      while (taken.size > 0) await Promise.all([...taken.values()].map(({ work }) => work));
    },
    async close() {
      isClosed = true;
      for (const { controller } of taken.values()) controller.abort();
      const { promise: stopped, resolve } = Promise.withResolvers<void>();
      // It holds the process: that must not end before what comes after.
      const timer = setTimeout(resolve, 1_000);
      // A function that does not listen is not waited for.
      await Promise.race([line.settled(), stopped]);
      clearTimeout(timer);
    },
  };
  return line;
}

async function call(runner: Extract<Runner, (...args: never) => unknown>, job: RunnerJob) {
  try {
    return await runner(job);
  } catch (error) {
    return {
      conclusion: job.signal.aborted ? "cancelled" : "failure",
      log: error instanceof Error ? (error.stack ?? error.message) : String(error),
    } as const;
  }
}

/** What this machine's own tools reach github.com with. */
const notInherited = ["GH_TOKEN", "GH_HOST", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];

/** The program inherits the environment; the job's variables come on top. */
async function start(
  { command: [program, ...args], cwd }: Extract<Runner, { readonly command: unknown }>,
  { env, signal }: RunnerJob,
): Promise<RunnerResult> {
  const inherited = Object.entries(process.env).filter(([name]) => !notInherited.includes(name));
  const child = spawn(program, args, {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
    ...(cwd === undefined ? {} : { cwd }),
  });
  let log = "";
  const hear = (part: Buffer) => {
    if (log.length < mostLogBytes) log += part.toString("utf8");
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  return await new Promise((resolve) => {
    child.once("error", (error) => {
      // Its folder may be gone by the time the rest of it closes.
      child.removeAllListeners("close");
      resolve({ conclusion: signal.aborted ? "cancelled" : "failure", log: `${log}${error.message}` });
    });
    child.once("close", (code) => {
      const file = env["GITHUB_OUTPUT"]!;
      // It lies in the temporary folder, which a program may empty.
      const outputs = existsSync(file) ? readFileSync(file, "utf8") : "";
      const shown = outputs === "" ? log : `${log}\nOutputs:\n${outputs}`;
      resolve({
        conclusion: code === 0 ? "success" : "failure",
        log: shown,
        artifacts: artifactsIn(env[artifactsVariable]!),
      });
    });
  });
}

/** Files and folders become one each; what links lead to is not theirs. */
function artifactsIn(folder: string): readonly NewArtifact[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => {
      const path = join(folder, entry.name);
      const files = entry.isFile() ? [{ name: entry.name, path }] : filesBelow(path);
      return {
        name: entry.name,
        files: Object.fromEntries(files.map((file) => [file.name, readFileSync(file.path)])),
      };
    });
}

function filesBelow(folder: string): readonly { readonly name: string; readonly path: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: relative(folder, path).split(sep).join("/"), path };
    });
}
