/**
 * @module Asks GitHub who can see a repository, and says what that means for objects in its issues. A question that nobody
 * answers stops nothing.
 */
import { HubsteadError } from "../../errors.ts";
import { ghHostOf } from "../../github/auth/gh-cli.ts";
import type { Context } from "../command.ts";
import { withGitHub } from "../commands/github/with-github.ts";
import type { RemoteRepository } from "../remote-repository.ts";

export interface Seen {
  readonly visibility: "public" | "private" | "internal" | undefined;
  /** Why nobody knows. */
  readonly because?: string;
  /** What it means, for people. */
  readonly meaning: string;
}

const meanings = {
  public:
    "Anybody can read the objects and comment on their issues. Only what comes from those who may write counts; others can " +
    "make noise all the same. Keep what not everybody may see in a private repository, or the data in a separate one.",
  private: "Only those who can see the repository see the objects.",
  internal: "Everybody in the enterprise can read the objects and comment on their issues.",
};

/** How long a person waits for an answer that is not needed. */
const longestWaitMs = 10_000;

export async function askVisibility(
  context: Context,
  { host, owner, name }: RemoteRepository,
): Promise<Seen> {
  const { io } = context;
  try {
    const visibility = await withGitHub(context, undefined, async ({ client, credential }) => {
      if (ghHostOf(credential.apiUrl) !== host)
        throw new HubsteadError(
          "unauthorized",
          `the credential is for ${ghHostOf(credential.apiUrl)}, not for ${host}`,
        );
      const timeout = AbortSignal.timeout(longestWaitMs);
      const signal = io.signal === undefined ? timeout : AbortSignal.any([io.signal, timeout]);
      const repository = await client.getRepo(`${owner}/${name}`, { signal });
      return repository.visibility;
    });
    return { visibility, meaning: meanings[visibility] };
  } catch (error) {
    if (io.signal?.aborted || !(error instanceof Error)) throw error;
    const because = error.name === "TimeoutError" ? "GitHub did not answer" : error.message;
    return {
      visibility: undefined,
      because,
      meaning:
        "Where it is public, anybody can read the objects and comment on their issues: keep secrets out.",
    };
  }
}
