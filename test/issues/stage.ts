/**
 * @module A repository of objects on the emulator, with people of every role, for tests of the store: clients without pauses, and requests
 * as anybody, byte by byte as other programs send them.
 */
import type { Seed } from "../../src/emulator/seed/seed.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import type { CommentRow } from "../../src/emulator/world/issue-rows.ts";
import { GitHubClient, type GitHubClientOptions } from "../../src/github/client/github-client.ts";
import type { IssueStore, IssueStoreOptions } from "../../src/issues/issue-store.ts";
import { openIssueStore } from "../../src/issues/open-issue-store.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { createFastClock } from "../github/fast-clock.ts";

/** Those who may write to `ada/data`, ada herself apart; and those who may not. */
const writers = { max: "maintain", bob: "write", cid: "write" } as const;
const others = { tria: "triage", rea: "read" } as const;

interface Answer {
  readonly number: number;
  readonly id: number;
  readonly title: string;
  readonly body: string;
  readonly state: string;
}

export interface Stage extends AsyncDisposable {
  readonly github: EmulatedGitHub;
  client(login: string, options?: Partial<GitHubClientOptions>): GitHubClient;
  store(login: string, options?: Partial<IssueStoreOptions>): IssueStore;
  /** @param route such as `POST /issues`, in `ada/data` */
  as(login: string, route: string, body?: object): Promise<Answer>;
  /** An object as gh-store makes it. @returns the issue's number */
  ghStoreObject(id: string, data: unknown, login?: string): Promise<number>;
  /** Says something in an issue, and reopens it as ada. @returns the comment's id */
  say(login: string, number: number, text: string): Promise<number>;
  issue(number: number): {
    readonly id: number;
    readonly title: string;
    readonly body: string;
    readonly state: string;
  };
  /** What the body says. */
  data(number: number): unknown;
  /** In order. */
  comments(number: number): readonly CommentRow[];
}

const noPauses = {
  mutationGapMs: 0,
  contentPerMinute: 1_000_000,
  contentPerHour: 10_000_000,
  issuesPerMinute: 1_000_000,
  issuesPerHour: 10_000_000,
  pointsPerMinute: 100_000_000,
  reserve: 0,
};

interface MorePeople extends Pick<Seed, "users" | "apps" | "organizations"> {
  /** With what they may do in `ada/data`. */
  readonly collaborators?: Readonly<Record<string, "read" | "triage" | "write" | "maintain" | "admin">>;
}

/** For a client to which time flies, as all waiting is of no interest. */
export function inAHurry(): Partial<GitHubClientOptions> {
  return {
    clock: createFastClock(200),
    attemptTimeoutMs: 60 * 60_000,
    timeoutMs: 24 * 3_600_000,
    maxWaitMs: 24 * 3_600_000,
    // The emulator shows at once what was written.
    retry: { attempts: 6, firstPauseMs: 20, lagMs: 50 },
  };
}

/** @param clock milliseconds since 1970; the machine's where absent */
export async function openStage(
  { collaborators = {}, ...seed }: MorePeople = {},
  clock?: () => number,
): Promise<Stage> {
  const github = await startCheckedGitHub({
    checksRequests: true,
    limits: false,
    ...(clock === undefined ? {} : { clock }),
    seed: {
      ...seed,
      users: {
        ...Object.fromEntries(
          ["ada", ...Object.keys({ ...writers, ...others }), "eve"].map((login) => [login, {}]),
        ),
        ...seed.users,
      },
      repositories: { "ada/data": { collaborators: { ...writers, ...others, ...collaborators } } },
    },
  });
  const clients: GitHubClient[] = [];
  const repositoryId = () => github.state.repositories.all()[0]!.id;
  const stage: Omit<Stage, typeof Symbol.asyncDispose> = {
    github,
    client(login, options = {}) {
      const client = new GitHubClient({
        apiUrl: github.url,
        token: github.tokenFor(login),
        cache: false,
        retry: { attempts: 1 },
        limits: noPauses,
        ...options,
      } as GitHubClientOptions);
      clients.push(client);
      return client;
    },
    store: (login, options = {}) =>
      openIssueStore({ repo: "ada/data", github: options.github ?? stage.client(login), ...options }),
    async as(login, route, body) {
      const [method, path] = route.split(" ") as [string, string];
      const response = await fetch(`${github.url}/repos/ada/data${path}`, {
        method,
        headers: { authorization: `Bearer ${github.tokenFor(login)}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${login}: ${route} ${response.status} ${text}`);
      return (text === "" ? {} : JSON.parse(text)) as Answer;
    },
    async ghStoreObject(id, data, login = "ada") {
      const labels = ["gh-store", "stored-object", `UID:${id}`];
      const body = JSON.stringify(data, null, 2);
      const { number } = await stage.as(login, "POST /issues", {
        title: `Stored Object: ${id}`,
        body,
        labels,
      });
      const text = ghStoreComment(data, { type: "initial_state" });
      await stage.as(login, `POST /issues/${number}/comments`, { body: text });
      await stage.as(login, `PATCH /issues/${number}`, { state: "closed" });
      return number;
    },
    async say(login, number, text) {
      const { id } = await stage.as(login, `POST /issues/${number}/comments`, { body: text });
      if (stage.issue(number).state === "closed")
        await stage.as("ada", `PATCH /issues/${number}`, { state: "open" });
      return id;
    },
    issue(number) {
      const { body, ...issue } = github.state.issues.find("number", `${repositoryId()}/${number}`)!;
      return { ...issue, body: body ?? "" };
    },
    data: (number) => JSON.parse(stage.issue(number).body) as unknown,
    comments: (number) => github.state.comments.by("issue", stage.issue(number).id),
  };
  return {
    ...stage,
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.close()));
      await github.close();
    },
  };
}

/** An update as gh-store 0.11.2 writes it. */
export function ghStoreComment(data: unknown, more: object = {}): string {
  const meta = {
    client_version: "0.11.2",
    timestamp: "2026-11-20T09:56:38.604384+00:00",
    update_mode: "append",
    issue_number: 1,
  };
  return JSON.stringify({ _data: data, _meta: meta, ...more }, null, 2);
}
