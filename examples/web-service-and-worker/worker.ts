/**
 * The only process with the App's key: it carries out one wish after the other. A wish that was begun when the process died is
 * carried out again, and GitHub is asked first whether it happened.
 */
import { type GitHubClient, HubsteadError } from "hubstead/github";
import type { Store } from "./service.ts";

type Wish = NonNullable<Awaited<ReturnType<Store["get"]>>>;

/** @returns how many wishes were carried out; those that have to wait are carried out by a later call */
export async function work(store: Store, github: GitHubClient): Promise<number> {
  let done = 0;
  const carry = async (wish: Wish): Promise<boolean> => {
    const outcome = await carryOut(store, github, wish);
    if (outcome === "done") done++;
    return outcome !== "wait";
  };
  for await (const wish of store.iterate({ type: "wish", status: "in_progress" })) {
    if (!(await carry(wish))) return done;
  }
  const next = { type: "wish", status: "open", orderBy: "createdAt:asc" } as const;
  for (;;) {
    // Noted before GitHub is asked for anything: from then on it is looked for.
    const begunAt = new Date().toISOString();
    const wish = await store.claim(next, { status: "in_progress", set: { begunAt } });
    if (wish === undefined || !(await carry(wish))) return done;
  }
}

/** What passes, or is mended, without anybody looking at the wish: it stays in progress. */
const waiting: ReadonlySet<string> = new Set(["rate_limited", "remote_unavailable", "unauthorized"]);
/** What concerns this wish only. */
const unclear: ReadonlySet<string> = new Set(["busy", "ambiguous_write"]);

/** @returns `wait` where the others would meet the same; `later` where only this one is to be tried again */
async function carryOut(
  store: Store,
  github: GitHubClient,
  wish: Wish,
): Promise<"done" | "blocked" | "later" | "wait"> {
  const { repo, issue, body, begunAt } = wish.data as {
    repo: string;
    issue: number;
    body: string;
    begunAt: string;
  };
  // The same operation, however often it is begun: the comment is there once.
  const operation = { id: wish.id, since: begunAt };
  try {
    const { htmlUrl } = await github.createComment(repo, issue, body, { operation });
    await store.update(wish.id, { status: "complete", set: { url: htmlUrl } });
    return "done";
  } catch (error) {
    if (!(error instanceof HubsteadError)) throw error;
    if (waiting.has(error.code)) return "wait";
    if (unclear.has(error.code)) return "later";
    await store.update(wish.id, { status: "blocked", set: { error: error.message } });
    return "blocked";
  }
}
