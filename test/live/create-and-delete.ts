/**
 * @module The story that is told on the real GitHub: a repository is made in an organisation that is there for tests, found, and
 * deleted again, whatever happens in between.
 */
import { randomBytes } from "node:crypto";
import { HubsteadError } from "../../src/errors.ts";
import { GitHubClient, type GitHubClientOptions } from "../../src/github/client/github-client.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface LiveOptions {
  readonly env: Environment;
  readonly write: (line: string) => void;
  /** What a test replaces. */
  readonly client?: Pick<GitHubClientOptions, "clock" | "retry">;
  /** Called when the repository is there. */
  readonly then?: (client: GitHubClient, fullName: string) => Promise<void>;
}

/** `skipped` where the environment has not said where and as whom. */
export type LiveOutcome = "done" | "skipped";

/**
 * @throws {HubsteadError} what a step failed with; when the repository could not be deleted, `write` has told its name
 */
export async function createAndDelete(options: LiveOptions): Promise<LiveOutcome> {
  const { env, write } = options;
  const missing = whatIsMissing(env);
  if (missing !== undefined) {
    write("");
    write(`!!! SKIPPED: the test on the real GitHub needs ${missing}`);
    write("    HUBSTEAD_TEST_ORG   an organisation that is there for tests, and for nothing else");
    write("    GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_PATH");
    write("    with the permission administration=write in it");
    write("");
    return "skipped";
  }
  const org = env["HUBSTEAD_TEST_ORG"]!;
  await using client = new GitHubClient({ ...options.client, env, org });
  const name = `hubstead-test-${randomBytes(4).toString("hex")}`;
  const fullName = `${org}/${name}`;
  write(`making ${fullName}`);
  try {
    await tell(client, name, options);
  } finally {
    await cleanUp(client, fullName, write);
  }
  await checkIsGone(client, fullName);
  write(`${fullName} was made, found and deleted`);
  return "done";
}

function whatIsMissing(env: Environment): string | undefined {
  const has = (name: string) => Boolean(env[`HUBSTEAD_${name}`] || env[name]);
  if (!env["HUBSTEAD_TEST_ORG"]) return "HUBSTEAD_TEST_ORG";
  if (!has("GITHUB_TOKEN") && !has("GITHUB_APP_ID")) return "a credential";
  return undefined;
}

async function tell(client: GitHubClient, name: string, { env, then }: LiveOptions): Promise<void> {
  const made = await client.createRepo(name, { description: "Made by a test of hubstead; to be deleted" });
  check(made.name === name, `the repository is called ${made.name}`);
  check(
    made.owner.toLowerCase() === env["HUBSTEAD_TEST_ORG"]!.toLowerCase(),
    `the repository belongs to ${made.owner}`,
  );
  check(made.private, "the repository is not private");
  const found = await client.getRepo(name);
  check(found.id === made.id, `another repository was found: ${found.id}, not ${made.id}`);
  await then?.(client, made.fullName);
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}

/** Also where the answer to its making was lost. */
async function cleanUp(client: GitHubClient, fullName: string, write: (line: string) => void): Promise<void> {
  try {
    await client.deleteRepo(fullName, { confirm: fullName });
  } catch (error) {
    if (error instanceof HubsteadError && error.code === "not_found") return;
    write(`!!! ${fullName} could not be deleted: delete it by hand`);
    throw error;
  }
}

async function checkIsGone(client: GitHubClient, fullName: string): Promise<void> {
  const found = await client.getRepo(fullName).catch((error: unknown) => {
    if (error instanceof HubsteadError && error.code === "not_found") return undefined;
    throw error;
  });
  check(found === undefined, `${fullName} is still there`);
}
