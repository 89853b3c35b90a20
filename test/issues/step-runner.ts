/**
 * @module Carries out the steps of workflows as a machine of GitHub's would, as the emulator's runner: conditions, checkouts, scripts of
 * bash, and what the runner obeys of what they print. `npx` is a program that knows one version of hubstead, the built one.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
import { execFile, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import type { JsonObject } from "../../src/base/json.ts";
import { fillIn } from "../../src/emulator/actions/expression.ts";
import type { RunnerResult } from "../../src/emulator/actions/runner.ts";
import type { RunnerJob } from "../../src/emulator/actions/runner-job.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { callAs } from "../emulator/call.ts";

/** What one run has come to. */
interface StepReport {
  readonly workflow: string;
  readonly event: string;
  readonly conclusion: "success" | "failure" | "skipped";
  readonly log: string;
  /** Commands that the runner has obeyed, but for the one that makes it obey no more. */
  readonly obeyed: readonly string[];
  /** Names of steps that were carried out. */
  readonly steps: readonly string[];
}

export interface StepRunner {
  readonly reports: readonly StepReport[];
  /** For `github.actions.attach`. */
  carryOut(job: RunnerJob): Promise<RunnerResult>;
}

export interface StepRunnerOptions {
  /** Reads workflows, whatever the job may. */
  readonly readerToken: string;
  /** Which `npx` finds. */
  readonly version: string;
  /** Instead of the job's own. */
  readonly token?: string;
  /** Programs besides those of this machine, in front of them. */
  readonly programs?: Readonly<Record<string, string>>;
}

type Step = JsonObject & { readonly env?: Record<string, string>; readonly with?: Record<string, string> };

const root = resolve(import.meta.dirname, "../..");

export function createStepRunner(
  github: Pick<EmulatedGitHub, "url">,
  { readerToken, version, token, programs = {} }: StepRunnerOptions,
): StepRunner {
  const reports: StepReport[] = [];
  const bin = programFolder({ npx: npxOf(version), ...programs });

  const readWorkflow = async ({ env, path }: RunnerJob): Promise<JsonObject> => {
    const file = `/repos/${env["GITHUB_REPOSITORY"]}/contents/${path}?ref=${env["GITHUB_SHA"]}`;
    const { body } = await callAs(github, readerToken)(`GET ${file}`);
    return parse(Buffer.from(body.content, "base64").toString("utf8")) as JsonObject;
  };

  return {
    reports,
    async carryOut(job) {
      const { jobs } = (await readWorkflow(job)) as unknown as {
        jobs: Record<string, { if?: string; steps: Step[] }>;
      };
      const [{ if: condition = "true", steps }] = Object.values(jobs) as [{ if?: string; steps: Step[] }];
      const ofJob = Object.entries(job.env).filter(([name]) => /^(?:GITHUB_|RUNNER_|CI$)/u.test(name));
      // A job has its token only where a step asks for it.
      const own = Object.fromEntries(ofJob.filter(([name]) => name !== "GITHUB_TOKEN"));
      const github = Object.entries(own).map(([name, value]) => [name.slice(7).toLowerCase(), value]);
      const contexts = {
        github: {
          ...Object.fromEntries(github),
          event: job.payload,
          token: token ?? job.env["GITHUB_TOKEN"],
        },
        inputs: job.inputs,
        secrets: {},
      } as JsonObject;
      const report = { log: "", obeyed: [] as string[], steps: [] as string[] };
      const end = (conclusion: StepReport["conclusion"]): RunnerResult => {
        reports.push({ workflow: job.workflow, event: job.event, conclusion, ...report });
        return { conclusion, log: report.log };
      };
      if (!/^(?!false$|0$).+/su.test(fillIn(`\${{ ${condition} }}`, contexts))) return end("skipped");
      const home = mkdtempSync(join(job.env["RUNNER_TEMP"]!, "home-"));
      const base = { ...own, HOME: home, PATH: `${bin}:${dirname(process.execPath)}:${process.env["PATH"]}` };
      for (const step of steps) {
        report.steps.push(String(step["name"]));
        const env = Object.fromEntries(
          Object.entries(step.env ?? {}).map(([name, text]) => [name, fillIn(String(text), contexts)]),
        );
        if (step["uses"] !== undefined) {
          if (String(step["uses"]).startsWith("actions/checkout@"))
            await checkOut(step.with!, base, token || job.env["GITHUB_TOKEN"]!);
          continue;
        }
        const script = join(home, `step-${report.steps.length}.sh`);
        writeFileSync(script, String(step["run"]));
        const { code, text } = await runBash(script, { ...base, ...env }, job.signal);
        report.log += text;
        report.obeyed.push(...commandsIn(text));
        if (code !== 0) return end("failure");
      }
      return end("success");
    },
  };
}

/** As `actions/checkout` does it, shallow and sparse. */
async function checkOut(
  settings: Record<string, string>,
  env: Record<string, string>,
  token: string,
): Promise<void> {
  const credentials = Buffer.from(`x-access-token:${token}`).toString("base64");
  // Not the synchronous one: whom it asks is in this process.
  const git = (...args: readonly string[]) =>
    promisify(execFile)("git", args, {
      cwd: env["GITHUB_WORKSPACE"]!,
      timeout: 30_000,
      env: {
        ...env,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_TERMINAL_PROMPT: "0",
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: "http.extraheader",
        GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${credentials}`,
      },
    });
  const ref = env["GITHUB_REF"]!;
  await git("init", "-q");
  await git("remote", "add", "origin", `${env["GITHUB_SERVER_URL"]}/${env["GITHUB_REPOSITORY"]}`);
  await git("sparse-checkout", "set", "--no-cone", ...settings["sparse-checkout"]!.trim().split("\n"));
  await git("fetch", "-q", "--depth=1", "origin", ref);
  await git("checkout", "-q", "--force", "-B", ref.replace(/^refs\/heads\//u, ""), "FETCH_HEAD");
}

function runBash(
  script: string,
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<{ readonly code: number | null; readonly text: string }> {
  const args = ["--noprofile", "--norc", "-eo", "pipefail", script];
  const child = spawn("bash", args, {
    cwd: env["GITHUB_WORKSPACE"],
    env,
    signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout.on("data", (part: Buffer) => {
    text += part.toString("utf8");
  });
  child.stderr.on("data", (part: Buffer) => {
    text += part.toString("utf8");
  });
  return new Promise((settle, reject) => {
    child.once("error", reject);
    child.once("close", (code) => settle({ code, text }));
  });
}

// What GitHub's runner knows; of what it does not know it prints the line.
const known =
  /^(?:add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|set-output|stop-commands|warning)$/u;

/** @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs */
function commandsIn(log: string): readonly string[] {
  const obeyed: string[] = [];
  let resume: string | undefined;
  for (const line of log.split(/\r\n|\r|\n/u)) {
    const [, name = "", value = ""] =
      /^\s*::([\w-]+)(?: [^:]*)?::(.*)$/u.exec(line) ?? /##\[([\w-]+)(?: [^\]]*)?\](.*)$/u.exec(line) ?? [];
    if (resume !== undefined) {
      if (name === resume) resume = undefined;
    } else if (name === "stop-commands") resume = value;
    else if (known.test(name)) obeyed.push(line);
  }
  return obeyed;
}

/** A script: the one version that there is, as it was built. */
export function npxOf(version: string): string {
  return `[ "$1" = --yes ] && [ "$2" = hubstead@${version} ] || { echo "error: no such package: $2" >&2; exit 1; }
shift 2
exec "${process.execPath}" "${join(root, "bin", "hubstead.cjs")}" "$@"`;
}

function programFolder(programs: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "hubstead-programs-"));
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}
