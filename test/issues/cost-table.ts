/**
 * @module What each operation on objects in issues may cost, in requests, and how it is measured: done in the emulator, which counts. The
 * tests hold it; the benchmark prints it. It is given the library, and imports none, so that both measure their own.
 */
import type { EmulatedGitHub, StartOptions } from "../../src/emulator/start-github.ts";
import type { GitHubClient, GitHubClientOptions } from "../../src/github/client/github-client.ts";
import type { IssueStore, IssueStoreOptions } from "../../src/issues/issue-store.ts";

export interface CostLibrary {
  startGitHub(options: StartOptions): Promise<EmulatedGitHub>;
  readonly GitHubClient: new (options: GitHubClientOptions) => GitHubClient;
  openIssueStore(options: IssueStoreOptions): IssueStore;
}

export interface CostRow {
  readonly operation: string;
  /** Requests, at most. */
  readonly limit: number;
  /** What gh-store's Python library takes, as it was counted when its format was described. */
  readonly ghStore: string;
  /** Does it once. */
  measure(place: CostPlace): Promise<void>;
  /** Whether all of its requests must be answered 304, which GitHub does not count. */
  readonly isFree?: boolean;
}

/** A repository of `ada`'s, in which others may write, too. */
interface CostPlace {
  readonly github: EmulatedGitHub;
  /** A store of somebody who has asked for nothing yet. */
  storeOf(login: string): IssueStore;
  /** From here on it is counted. */
  begin(): void;
  /** As gh-store's clients do it: a comment, and the issue open. */
  comment(login: string, issueNumber: number, changes: object): Promise<void>;
}

const hourMs = 3_600_000;
const authors = ["bob", "cid", "dan", "fay", "gus"] as const;

/** Of which a list has one page, and of which it has three. */
const many = 250;

export const costRows: readonly CostRow[] = [
  {
    operation: "create",
    limit: 3,
    ghStore: "7, up to 39 in a store of 981 objects",
    async measure({ storeOf, begin }) {
      begin();
      await storeOf("ada").create("new", { n: 0 }, { labels: ["own"] });
    },
  },
  {
    operation: "get",
    limit: 1,
    ghStore: "2, 1 more for each 30 comments",
    async measure({ storeOf, begin }) {
      await storeOf("ada").create("a", { n: 0 });
      begin();
      await storeOf("ada").get("a");
    },
  },
  {
    operation: "update of a known object",
    limit: 2,
    ghStore: "6, 80 where it is open with 68 comments",
    async measure({ storeOf, begin }) {
      const store = storeOf("ada");
      await store.create("a", { n: 0 });
      begin();
      await store.update("a", { n: 1 });
    },
  },
  {
    operation: "process 1 update of 2 comments",
    limit: 3,
    ghStore: "12",
    async measure({ storeOf, comment, begin }) {
      await storeOf("ada").create("a", { n: 0 });
      await comment("bob", 1, { n: 1 });
      begin();
      await storeOf("ada").processUpdates(1);
    },
  },
  {
    operation: "process 40 updates of 67 comments",
    limit: 5,
    ghStore: "203",
    async measure({ storeOf, comment, begin }) {
      await storeOf("ada").create("a", { n: 0 });
      for (let n = 1; n <= 26; n++) await comment("bob", 1, { [`k${n}`]: n });
      await storeOf("ada").processUpdates(1);
      for (let n = 27; n <= 66; n++) await comment("bob", 1, { [`k${n}`]: n });
      begin();
      await storeOf("ada").processUpdates(1);
    },
  },
  {
    operation: "the same, where gh-store has processed the others",
    limit: 5,
    ghStore: "203",
    async measure({ github, storeOf, comment, begin }) {
      await storeOf("ada").create("a", { n: 0 });
      for (let n = 1; n <= 26; n++) await comment("bob", 1, { [`k${n}`]: n });
      const keys = Array.from({ length: 26 }, (_, index) => [`k${index + 1}`, index + 1]);
      await asGhStore(github, { n: 0, ...Object.fromEntries(keys) });
      for (let n = 27; n <= 66; n++) await comment("bob", 1, { [`k${n}`]: n });
      begin();
      await storeOf("ada").processUpdates(1);
    },
  },
  {
    operation: "process 5 updates of 5 authors",
    limit: 7,
    ghStore: "25, and 3 each run for each author who is not listed",
    async measure({ storeOf, comment, begin }) {
      await storeOf("ada").create("a", { n: 0 });
      for (const [n, login] of authors.entries()) await comment(login, 1, { [login]: n });
      begin();
      await storeOf("ada").processUpdates(1);
    },
  },
  {
    operation: "the same again with 5 more updates, permissions known",
    limit: 2,
    ghStore: "more: it asks for the marks of all comments again",
    async measure({ storeOf, comment, begin }) {
      const processor = storeOf("ada");
      await processor.create("a", { n: 0 });
      for (const [n, login] of authors.entries()) await comment(login, 1, { [login]: n });
      await processor.processUpdates(1);
      for (const [n, login] of authors.entries()) await comment(login, 1, { [login]: n + 1 });
      begin();
      await processor.processUpdates(1);
    },
  },
  {
    operation: "delete",
    limit: 2,
    ghStore: "3",
    async measure({ storeOf, begin }) {
      await storeOf("ada").create("a", { n: 0 });
      begin();
      await storeOf("ada").delete("a");
    },
  },
  {
    operation: "history of 30 changes",
    limit: 2,
    ghStore: "3",
    async measure({ storeOf, comment, begin }) {
      await storeOf("ada").create("a", { n: 0 });
      for (let n = 1; n <= 30; n++) await comment("ada", 1, { n });
      begin();
      await storeOf("ada").history("a");
    },
  },
  {
    operation: `list of ${many}`,
    limit: 4,
    ghStore: "9",
    async measure({ storeOf, begin, ...place }) {
      await plant(place, many);
      begin();
      await storeOf("ada").list();
    },
  },
  {
    operation: `snapshot of ${many}`,
    limit: 4,
    ghStore: "10",
    async measure({ storeOf, begin, ...place }) {
      await plant(place, many);
      begin();
      await storeOf("ada").snapshot();
    },
  },
  {
    operation: `list of ${many} where nothing has changed`,
    limit: 1,
    isFree: true,
    ghStore: "9",
    async measure({ storeOf, begin, ...place }) {
      await plant(place, many);
      const store = storeOf("ada");
      await store.list();
      begin();
      await store.list();
    },
  },
  {
    operation: `snapshot of ${many} brought up to date where nothing has changed`,
    limit: 1,
    isFree: true,
    ghStore: "2",
    async measure({ storeOf, begin, ...place }) {
      await plant(place, many);
      const store = storeOf("ada");
      const { text } = await store.snapshot();
      await store.updateSnapshot(text);
      begin();
      await store.updateSnapshot(text);
    },
  },
  {
    operation: "10,000 updates to 100 objects, written and processed",
    limit: 599,
    ghStore: "about 40,000",
    async measure({ storeOf, begin }) {
      const [writer, processor] = [storeOf("bob"), storeOf("ada")];
      const ids = Array.from({ length: 100 }, (_, index) => `object-${index}`);
      await Promise.all(ids.map((id) => processor.create(id, { n: 0 })));
      begin();
      const updates = ids.flatMap((id) =>
        Array.from({ length: 100 }, (_, n) => writer.update(id, { n: n + 1, [`k${n % 10}`]: n })),
      );
      await Promise.all(updates);
      const { failed } = await processor.processAll();
      if (failed.length > 0) throw failed[0]!.error;
      const { objects } = await processor.list();
      const isDone = objects.every(
        ({ version, data }) => version === 101 && (data as { n: number }).n === 100,
      );
      if (!isDone || objects.length < 100) throw new Error("not every update was applied");
    },
  },
];

/** Objects as gh-store leaves them, long ago. */
async function plant({ github }: Pick<CostPlace, "github">, count: number): Promise<void> {
  const headers = { authorization: `Bearer ${github.tokenFor("ada")}` };
  for (let index = 0; index < count; index++) {
    const labels = ["gh-store", "stored-object", `UID:object-${index}`];
    const issue = { title: `Stored Object: object-${index}`, body: `{"n":${index}}`, labels };
    await post(`${github.url}/repos/ada/data/issues`, headers, issue);
  }
  github.clock.advance(hourMs);
}

/** Processes the first issue as gh-store does: the body, and a thumb under each comment. */
async function asGhStore(github: EmulatedGitHub, data: object): Promise<void> {
  const headers = { authorization: `Bearer ${github.tokenFor("ada")}` };
  const issues = `${github.url}/repos/ada/data/issues`;
  await post(`${issues}/1`, headers, { body: JSON.stringify(data, null, 2), state: "closed" }, "PATCH");
  for (const { id } of github.state.comments.all())
    await post(`${issues}/comments/${id}/reactions`, headers, { content: "+1" });
}

/** @returns the requests that one row took, as `operation status` */
export async function countRequests(
  library: CostLibrary,
  row: Pick<CostRow, "measure">,
): Promise<readonly string[]> {
  const everybody = ["ada", ...authors];
  // What is there when a row begins was made an hour ago.
  await using github = await library.startGitHub({
    clock: () => Date.now() - hourMs,
    limits: false,
    seed: {
      users: Object.fromEntries(everybody.map((login) => [login, {}])),
      repositories: {
        "ada/data": { collaborators: Object.fromEntries(authors.map((login) => [login, "write"])) },
      },
    },
  });
  const clients: GitHubClient[] = [];
  const headersOf = (login: string) => ({ authorization: `Bearer ${github.tokenFor(login)}` });
  try {
    await row.measure({
      github,
      begin: () => github.requests.clear(),
      storeOf(login) {
        const options = { apiUrl: github.url, token: github.tokenFor(login), env: {}, limits: unpaced };
        const client = new library.GitHubClient(options);
        clients.push(client);
        return library.openIssueStore({ repo: "ada/data", github: client });
      },
      async comment(login, issueNumber, changes) {
        const meta = {
          client_version: "0.11.2",
          timestamp: "2026-11-20T09:56:38.604384+00:00",
          update_mode: "append",
          issue_number: issueNumber,
        };
        const issue = `${github.url}/repos/ada/data/issues/${issueNumber}`;
        const body = JSON.stringify({ _data: changes, _meta: meta }, null, 2);
        await post(`${issue}/comments`, headersOf(login), { body });
        await post(issue, headersOf(login), { state: "open" }, "PATCH");
      },
    });
    return github.requests.list().map(({ operation, status }) => `${operation} ${status}`);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** What is counted here is requests, not the time that they are given. */
const unpaced = {
  mutationGapMs: 0,
  contentPerMinute: 100_000,
  contentPerHour: 1_000_000,
  issuesPerMinute: 100_000,
  issuesPerHour: 1_000_000,
  pointsPerMinute: 10_000_000,
  reserve: 0,
};

async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  content: object,
  method = "POST",
): Promise<void> {
  const answer = await fetch(url, { method, headers, body: JSON.stringify(content) });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
}
