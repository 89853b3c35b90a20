/**
 * The only process with the App's key: it carries out one wish after the other. A wish that was begun when the process died is
 * carried out again, and GitHub is asked first whether it happened.
 */
import type { GitHubClient } from "hubstead/github";
import type { Store } from "./service.ts";

type Wish = NonNullable<Awaited<ReturnType<Store["get"]>>>;

/** @returns how many wishes were carried out */
export async function work(store: Store, github: GitHubClient): Promise<number> {
  let done = 0;
  for await (const wish of store.iterate({ type: "wish", status: "in_progress" })) {
    done += await carryOut(store, github, wish);
  }
  const next = { type: "wish", status: "open", orderBy: "createdAt:asc" } as const;
  for (;;) {
    const wish = await store.claim(next, { status: "in_progress" });
    if (wish === undefined) return done;
    done += await carryOut(store, github, wish);
  }
}

async function carryOut(store: Store, github: GitHubClient, wish: Wish): Promise<number> {
  const { repo, issue, body } = wish.data as { repo: string; issue: number; body: string };
  // The same operation, however often it is begun: the comment is there once.
  const operation = { id: wish.id, since: wish.createdAt };
  try {
    const { htmlUrl } = await github.createComment(repo, issue, body, { operation });
    await store.update(wish.id, { status: "complete", set: { url: htmlUrl } });
    return 1;
  } catch (error) {
    await store.update(wish.id, { status: "blocked", set: { error: String(error) } });
    return 0;
  }
}
