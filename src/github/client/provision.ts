/**
 * @module A repository for a project, from nothing to ready: made, with the project's specification in it, and its secrets set. What
 * has been done already is seen and left, so that it can be run again after it broke off anywhere.
 */
import { isDeepStrictEqual } from "node:util";
import { HubsteadError } from "../../errors.ts";
import { deadlineOf } from "./call-deadline.ts";
import { mustBeObject, mustBeText } from "./check-arguments.ts";
import { createRepository } from "./create-repository.ts";
import { namingNeeds } from "./needed-of.ts";
import { type FileContent, readFile } from "./read-file.ts";
import { type Repository, toRepository } from "./repository.ts";
import { checkSecret, type SecretValues, secretEntries, secretMethods } from "./secrets.ts";
import { type CallOptions, type Session, unlessMissing } from "./session.ts";
import { untilShown } from "./until-shown.ts";
import { writeFile } from "./write-file.ts";

export interface ProvisionOptions extends CallOptions {
  /** A bare name, or `OWNER/REPO`. */
  readonly name: string;
  readonly description?: string;
  /** Default: true. */
  readonly private?: boolean;
  /** Written as YAML to `.project.yaml`: what JSON can hold. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Values by name. */
  readonly secrets?: SecretValues;
  /** Whether another specification that is there is replaced. Default: false. */
  readonly replaceSpec?: boolean;
}

export interface ProvisionStep {
  /** `repository`, `spec`, `secret NAME`. */
  readonly step: string;
  readonly outcome: "done" | "unchanged" | "failed" | "not-tried";
  readonly error?: HubsteadError;
}

export interface ProvisionReport {
  /** Whether everything is as it was asked for. */
  readonly ok: boolean;
  readonly repository: Repository;
  /** In the order in which they were done. */
  readonly steps: readonly ProvisionStep[];
}

export interface ProvisionMethods {
  /**
   * Makes a repository, writes `.project.yaml`, and sets secrets. Safe to run twice. A repository that is there is gone on with
   * where it holds this specification already, or nothing yet and is as this call would have made it.
   *
   * @param options or name, description, specification and secrets, one after the other
   * @returns a report, also where a step after the repository has failed: run it again for the rest
   * @throws {HubsteadError} where nothing was changed: `already_exists` for a repository of something else;
   *   `invalid_input`; `forbidden`; `ambiguous_write` as `createRepo`
   */
  provisionRepo(
    options: string | ProvisionOptions,
    description?: string,
    spec?: ProvisionOptions["spec"],
    secrets?: SecretValues,
  ): Promise<ProvisionReport>;
}

const specPath = ".project.yaml";

export function provisionMethods(session: Session): ProvisionMethods {
  return namingNeeds<ProvisionMethods>({
    async provisionRepo(given, ...rest) {
      const options = typeof given === "string" ? inOneObject(given, ...rest) : given;
      const {
        name,
        description,
        private: isPrivate,
        spec,
        secrets: values = {},
        replaceSpec,
        ...call
      } = mustBeObject(options, "what provisionRepo was given", "options");
      mustBeText(name, "the name of a repository", "name");
      mustBeObject(spec, "the specification", "spec");
      const secrets = Object.fromEntries(secretEntries(values));
      for (const [secret, value] of Object.entries(secrets)) checkSecret(secret, value);
      const text = await specToYaml(spec);
      const wish = {
        description: description ?? "",
        private: isPrivate ?? true,
        spec,
        mayReplace: replaceSpec ?? false,
      };
      const { repository, current, isNew } = await openRepository(session, name, wish, call);
      const first: ProvisionStep = {
        step: "repository",
        outcome: isNew ? "done" : "unchanged",
      };
      const second = await writeSpec(session, repository.fullName, text, current, wish, call);
      const last = await setAll(session, repository.fullName, secrets, second, call);
      const steps = [first, second, ...last];
      const ok = steps.every(({ outcome }) => outcome === "done" || outcome === "unchanged");
      return { ok, repository, steps };
    },
  });
}

function inOneObject(
  name: string,
  description?: string,
  spec?: ProvisionOptions["spec"],
  secrets?: SecretValues,
): ProvisionOptions {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    spec: mustBeObject(spec, "the specification", "spec"),
    ...(secrets === undefined ? {} : { secrets }),
  };
}

interface Wish {
  readonly description: string;
  readonly private: boolean;
  readonly spec: ProvisionOptions["spec"];
  readonly mayReplace: boolean;
}

interface Opened {
  readonly repository: Repository;
  /** The specification that is in it. */
  readonly current: FileContent | undefined;
  /** Whether this call has made it. */
  readonly isNew: boolean;
}

/** @throws {HubsteadError} `already_exists` for a repository of something else */
async function openRepository(
  session: Session,
  name: string,
  wish: Wish,
  call: CallOptions,
): Promise<Opened> {
  const found =
    (await findRepository(session, name, call)) ?? (await makeRepository(session, name, wish, call));
  if ("made" in found) return { repository: found.made, current: undefined, isNew: true };
  const readSpec = () => unlessMissing(readFile(session, found.fullName, specPath, call));
  let current = await readSpec();
  const isBlank = current === undefined && (await isEmpty(session, found, call));
  // Who provisions it at the same time may have written it between two looks.
  if (current === undefined && !isBlank) current = await readSpec();
  await checkIsOurs(found, { current, isBlank }, wish);
  return { repository: found, current, isNew: false };
}

/** @returns what was made; or what somebody else has made at the same time */
async function makeRepository(
  session: Session,
  name: string,
  { description, private: isPrivate }: Wish,
  call: CallOptions,
): Promise<Repository | { readonly made: Repository }> {
  const { clock, lagMs } = session;
  const deadlineAt = deadlineOf(call, clock);
  try {
    return { made: await createRepository(session, name, { ...call, description, private: isPrivate }) };
  } catch (error) {
    if (!(error instanceof HubsteadError) || error.code !== "already_exists") throw error;
    const wait = { clock, lagMs, from: clock.now(), deadlineAt, signal: call.signal };
    const shown = await untilShown(wait, () => findRepository(session, name, call));
    if (shown.kind !== "found") throw error;
    return shown.value;
  }
}

async function findRepository(
  session: Session,
  name: string,
  call: CallOptions,
): Promise<Repository | undefined> {
  const { owner, repo } = session.repo(name);
  const api = await session.api(`${owner}/${repo}`, call);
  const found = await unlessMissing(api.request("GET /repos/{owner}/{repo}", { owner, repo }));
  const repository = found && toRepository(found.data);
  // A renamed repository answers to its old name as well; that name is free.
  return repository?.fullName.toLowerCase() === `${owner}/${repo}`.toLowerCase() ? repository : undefined;
}

/** @throws {HubsteadError} `already_exists` for what this call has not made */
async function checkIsOurs(
  repository: Repository,
  { current, isBlank }: { readonly current: FileContent | undefined; readonly isBlank: boolean },
  wish: Wish,
): Promise<void> {
  const { fullName } = repository;
  if (current !== undefined) {
    if (wish.mayReplace || (await holdsSpec(current, wish.spec))) return;
    throw notOurs(
      fullName,
      `its ${specPath} is another project's`,
      "Use another name, or allow the specification to be replaced (`replaceSpec`).",
    );
  }
  const isAsMade = (repository.description ?? "") === wish.description && repository.private === wish.private;
  if (isAsMade && isBlank) return;
  throw notOurs(fullName, `it has no ${specPath}`, "Use another name.");
}

async function isEmpty(session: Session, { owner, name }: Repository, call: CallOptions): Promise<boolean> {
  const api = await session.api(`${owner}/${name}`, call);
  const { data } = await api.request("GET /repos/{owner}/{repo}/branches", {
    owner,
    repo: name,
    per_page: 1,
  });
  return data.length === 0;
}

function notOurs(fullName: string, why: string, hint: string): HubsteadError {
  return new HubsteadError("already_exists", `${fullName} is there already, and ${why}`, {
    hint,
    data: { fullName },
  });
}

/** Keys in the order given. @throws {HubsteadError} `invalid_input` for what YAML or JSON cannot hold */
async function specToYaml(spec: ProvisionOptions["spec"]): Promise<string> {
  const { stringify } = await import("yaml");
  try {
    return stringify(JSON.parse(JSON.stringify(spec)));
  } catch (error) {
    throw new HubsteadError("invalid_input", "the specification is nothing that JSON can hold", {
      hint: "Use objects, arrays, texts, numbers, true, false and null.",
      data: { path: "spec" },
      cause: error,
    });
  }
}

/** Whether somebody has only written it in another way. */
async function holdsSpec({ text = "" }: FileContent, spec: ProvisionOptions["spec"]): Promise<boolean> {
  const { parse } = await import("yaml");
  try {
    return isDeepStrictEqual(parse(text, { maxAliasCount: 100 }), JSON.parse(JSON.stringify(spec)));
  } catch {
    return false;
  }
}

async function writeSpec(
  session: Session,
  repo: string,
  text: string,
  current: FileContent | undefined,
  { spec }: Wish,
  call: CallOptions,
): Promise<ProvisionStep> {
  const step = "spec";
  if (current !== undefined && (await holdsSpec(current, spec))) return { step, outcome: "unchanged" };
  try {
    const { outcome } = await writeFile(session, repo, specPath, text, {
      ...call,
      message:
        current === undefined ? "Add the project's specification" : "Change the project's specification",
      expectedSha: current?.sha ?? null,
    });
    return { step, outcome: outcome === "unchanged" ? outcome : "done" };
  } catch (error) {
    call.signal?.throwIfAborted();
    if (error instanceof HubsteadError) return { step, outcome: "failed", error };
    throw error;
  }
}

async function setAll(
  session: Session,
  repo: string,
  secrets: Readonly<Record<string, string>>,
  before: ProvisionStep,
  call: CallOptions,
): Promise<readonly ProvisionStep[]> {
  const names = Object.keys(secrets);
  const stepOf = (name: string) => `secret ${name}`;
  // Whose specification is in the repository is not certain then.
  if (before.outcome === "failed")
    return names.map((name) => ({ step: stepOf(name), outcome: "not-tried" }) as const);
  try {
    const { results } = await secretMethods(session).setSecrets(repo, secrets, call);
    return results.map(({ name, outcome, error }) => ({
      step: stepOf(name),
      outcome: outcome === "created" || outcome === "updated" ? "done" : outcome,
      ...(error === undefined ? {} : { error }),
    }));
  } catch (error) {
    call.signal?.throwIfAborted();
    if (!(error instanceof HubsteadError)) throw error;
    return names.map((name) => ({ step: stepOf(name), outcome: "failed", error }) as const);
  }
}
