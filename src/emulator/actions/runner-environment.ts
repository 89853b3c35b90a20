/**
 * @module The environment of a job: what Actions sets, the files that it names, and what the workflow file says in `env`. A
 * secret gets there only where the file asks for it: `env: { KEY: ${{ secrets.KEY }} }`.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../base/json.ts";
import { retentionDays } from "../acts/artifacts.ts";
import { nameOfRef } from "../git/revisions.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import type { Urls } from "../shapes/urls.ts";
import type { TokenRow } from "../world/account-rows.ts";
import type { RunRow } from "../world/action-rows.ts";
import type { World } from "../world/world.ts";
import { fillIn } from "./expression.ts";
import type { WorkflowFile } from "./workflow-file.ts";

export interface JobPlace {
  readonly urls: Urls;
  /** Where its files are written. */
  readonly folder: string;
  readonly token: TokenRow;
  readonly file: WorkflowFile | undefined;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string>>;

export function jobEnvironment(world: World, run: RunRow, place: JobPlace): Environment {
  const own = { ...runVariables(world, run, place), ...runnerVariables(place.folder), ...filesIn(place) };
  return { GITHUB_TOKEN: place.token.token, ...workflowVariables(run, place, own), ...own };
}

/** What tells of the run. */
function runVariables(world: World, run: RunRow, { urls, file, payload }: JobPlace): Environment {
  const repository = world.repositories.get(run.repositoryId)!;
  const workflow = world.workflows.get(run.workflowId)!;
  const actor = world.accounts.get(run.actorId)!;
  const owner = world.accounts.get(repository.ownerId)!;
  const fullName = fullNameOf(world, repository);
  const branch = /^refs\/heads\/(.+)$/u.exec(run.ref)?.[1];
  const isProtected = world.protections
    .by("repository", repository.id)
    .some((protection) => protection.branch === branch);
  return {
    CI: "true",
    GITHUB_ACTION: "__run",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTOR: actor.login,
    GITHUB_ACTOR_ID: String(actor.id),
    GITHUB_API_URL: urls.api(""),
    GITHUB_EVENT_NAME: run.event,
    GITHUB_GRAPHQL_URL: urls.api("/graphql"),
    GITHUB_JOB: file?.jobs[0]?.id ?? "",
    GITHUB_REF: run.ref,
    GITHUB_REF_NAME: nameOfRef(run.ref),
    GITHUB_REF_PROTECTED: String(isProtected),
    GITHUB_REF_TYPE: run.ref.startsWith("refs/tags/") ? "tag" : "branch",
    GITHUB_REPOSITORY: fullName,
    GITHUB_REPOSITORY_ID: String(repository.id),
    GITHUB_REPOSITORY_OWNER: owner.login,
    GITHUB_REPOSITORY_OWNER_ID: String(owner.id),
    GITHUB_RETENTION_DAYS: String(retentionDays),
    GITHUB_RUN_ATTEMPT: String(run.attempt),
    GITHUB_RUN_ID: String(run.id),
    GITHUB_RUN_NUMBER: String(run.number),
    GITHUB_SERVER_URL: urls.origin,
    GITHUB_SHA: run.sha,
    GITHUB_TRIGGERING_ACTOR: world.accounts.get(run.triggeringActorId)!.login,
    GITHUB_WORKFLOW: workflow.name,
    GITHUB_WORKFLOW_REF: `${fullName}/${workflow.path}@${run.ref}`,
    GITHUB_WORKFLOW_SHA: run.sha,
    ...branchesOf(payload),
  };
}

/** Of a pull request: what it merges into what. */
function branchesOf(payload: Readonly<Record<string, unknown>>): Environment {
  const pull = payload["pull_request"] as
    | { readonly head: { readonly ref: string }; readonly base: { readonly ref: string } }
    | undefined;
  return { GITHUB_HEAD_REF: pull?.head.ref ?? "", GITHUB_BASE_REF: pull?.base.ref ?? "" };
}

const systems: Readonly<Record<string, string>> = { darwin: "macOS", win32: "Windows" };
const architectures: Readonly<Record<string, string>> = { arm: "ARM", arm64: "ARM64", ia32: "X86" };

/** What tells of the machine: this one, by GitHub's words. */
function runnerVariables(folder: string): Environment {
  return {
    RUNNER_ARCH: architectures[process.arch] ?? "X64",
    RUNNER_ENVIRONMENT: "github-hosted",
    RUNNER_NAME: "GitHub Actions 1",
    RUNNER_OS: systems[process.platform] ?? "Linux",
    RUNNER_TEMP: folder,
  };
}

/** In this folder a program leaves artifacts: files and folders, each under its name. */
export const artifactsVariable = "HUBSTEAD_ARTIFACTS";

/** The event, the files through which a job's programs tell what they have made, and the folders where they work. */
function filesIn({ folder, payload }: JobPlace): Environment {
  const event = join(folder, "event.json");
  writeFileSync(event, JSON.stringify(payload));
  const folders = {
    GITHUB_WORKSPACE: join(folder, "workspace"),
    RUNNER_TOOL_CACHE: join(folder, "tools"),
    [artifactsVariable]: join(folder, "artifacts"),
  };
  for (const path of Object.values(folders)) mkdirSync(path, { recursive: true });
  const names = ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"];
  const files = names.map((name) => {
    const file = join(folder, name.slice("GITHUB_".length).toLowerCase());
    writeFileSync(file, "");
    return [name, file];
  });
  return { GITHUB_EVENT_PATH: event, ...folders, ...Object.fromEntries(files) };
}

/**
 * By these a program is led astray before its first line, and the program is on the machine of whoever started the
 * emulator: no workflow file sets them.
 */
const leading =
  /^(?:PATH|HOME|SHELL|IFS|ENV|BASH_ENV|NODE_OPTIONS|NODE_PATH|PYTHON\w*|PERL5\w*|RUBY\w*|JAVA_TOOL_OPTIONS|GIT_\w*|LD_\w*|DYLD_\w*)$/iu;

function workflowVariables(run: RunRow, place: JobPlace, own: Environment): Environment {
  const { file, payload, secrets, variables, token } = place;
  const github = Object.entries(own)
    .filter(([name]) => name.startsWith("GITHUB_"))
    .map(([name, value]) => [name.slice("GITHUB_".length).toLowerCase(), value]);
  const contexts = {
    github: { ...Object.fromEntries(github), event: payload, token: token.token },
    secrets: { ...secrets, GITHUB_TOKEN: token.token },
    vars: variables,
    inputs: run.inputs,
  } as JsonObject;
  return Object.fromEntries(
    Object.entries(file?.env ?? {})
      .filter(([name]) => !leading.test(name) && /^[A-Za-z_]\w*$/u.test(name))
      .map(([name, text]) => [name, fillIn(text, contexts).replaceAll("\0", "")]),
  );
}
