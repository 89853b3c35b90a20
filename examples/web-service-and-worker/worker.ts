/**
 * The only process with the App's key: it claims one wish after the other and carries it out. A wish that was begun when the
 * process died is begun again: GitHub is asked first whether it happened.
 */
import type { GitHubClient } from "hubstead/github";
import type { Store } from "./service.ts";

interface Wish {
  readonly repo: string;
  readonly issue: number;
  readonly body: string;
}

/** @returns how many wishes were carried out */
export async function work(store: Store, github: GitHubClient): Promise<number> {
  for (let done = 0; ; done++) {
    const wish = await store.claim({ type: "wish", status: "open" }, { status: "working" });
    if (wish === undefined) return done;
    const { repo, issue, body } = wish.data as unknown as Wish;
    try {
      const comment = await github.createComment(repo, issue, body, { operationId: wish.id });
      await store.update(wish.id, { status: "done", set: { url: comment.htmlUrl } });
    } catch (error) {
      await store.update(wish.id, { status: "failed", set: { error: String(error) } });
    }
  }
}
