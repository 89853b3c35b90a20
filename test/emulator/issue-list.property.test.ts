/**
 * @module A repository's list of issues, whatever filters meet: it is what somebody would pick out by hand who sees all of them.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { randomRuns } from "../random-runs.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

const start = Date.parse("2026-01-01T00:00:00.250Z");
const seed = {
  users: { ada: {}, bob: {} },
  organizations: {
    acme: {
      members: { ada: "admin", bob: "admin" },
      issueFields: [
        { name: "How soon", type: "single_select", options: ["Now", "Later"] },
        { name: "Areas", type: "multi_select", options: ["Web", "Core"] },
        { name: "Points", type: "number" },
        { name: "Due", type: "date" },
        { name: "Owner", type: "text" },
      ],
    },
  },
  repositories: { "acme/data": { labels: ["bug", "Docs"] } },
} as const;
const at = "/repos/acme/data";

/** Mostly nothing. */
function sometimes<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: value });
}

const logins = ["ada", "bob"] as const;
const madeIssues = fc.record({
  author: fc.constantFrom(...logins),
  body: fc.constantFrom(null, "hi @bob", "(@Ada)", "@bobby, @ada-b", "bob"),
  labels: fc.subarray(["bug", "docs"]),
  assignees: fc.subarray([...logins]),
  milestone: fc.constantFrom(null, 1, 2),
  type: fc.constantFrom(null, "Task", "Bug"),
  fields: fc.record(
    {
      "How soon": fc.constantFrom("Now", "Later"),
      Areas: fc.subarray(["Web", "Core"], { minLength: 1 }),
      Points: fc.constantFrom(0, 2, 0.5),
      Due: fc.constantFrom("2026-01-31", "2026-02-28"),
      Owner: fc.constantFrom("ada", "Bob b."),
    },
    { requiredKeys: [] },
  ),
  isClosed: fc.boolean(),
  comments: fc.nat(2),
  /** Until the next one is made. */
  waitsMs: fc.constantFrom(0, 400, 1_000),
});
type Made = typeof madeIssues extends fc.Arbitrary<infer T> ? T : never;

const fieldFilters = [
  "how-soon:Now",
  "How-Soon:later",
  "how-soon:never",
  "areas:Web",
  "areas:core",
  "points:0",
  "points:2.0",
  "points:many",
  "due:2026-01-31",
  "owner:bob B.",
];

const filters = fc.record({
  state: sometimes(fc.constantFrom("open", "closed", "all")),
  labels: sometimes(fc.subarray(["BUG", "docs", "none"], { minLength: 1 }).map((names) => names.join())),
  assignee: sometimes(fc.constantFrom("ada", "BOB", "*", "none")),
  creator: sometimes(fc.constantFrom(...logins)),
  mentioned: sometimes(fc.constantFrom(...logins)),
  milestone: sometimes(fc.constantFrom("1", "2", "3", "*", "none")),
  type: sometimes(fc.constantFrom("Task", "bug", "Feature", "Epic", "*", "none")),
  issue_field_values: sometimes(
    fc.subarray(fieldFilters, { minLength: 1, maxLength: 2 }).map((parts) => parts.join()),
  ),
  since: sometimes(
    fc.nat(12).map((seconds) => `${new Date(start + seconds * 1_000).toISOString().slice(0, 19)}Z`),
  ),
  sort: sometimes(fc.constantFrom("created", "updated", "comments")),
  direction: sometimes(fc.constantFrom("asc", "desc")),
});
type Filter = typeof filters extends fc.Arbitrary<infer T> ? T : never;

/** As the list shows them. */
interface Shown {
  readonly number: number;
  readonly state: string;
  readonly body: string | null;
  readonly user: { readonly login: string };
  readonly labels: readonly { readonly name: string }[];
  readonly assignees: readonly { readonly login: string }[];
  readonly milestone: { readonly number: number } | null;
  readonly type: { readonly name: string } | null;
  readonly issue_field_values: readonly {
    readonly issue_field_name: string;
    readonly value: string | number;
    readonly single_select_option?: { readonly name: string };
    readonly multi_select_options?: readonly { readonly name: string }[];
  }[];
  readonly comments: number;
  readonly created_at: string;
  readonly updated_at: string;
}

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function isPicked(issue: Shown, filter: Filter): boolean {
  const { labels, assignee, creator, mentioned, milestone, type, since } = filter;
  const { state = "open", issue_field_values: fields } = filter;
  const named = [...(issue.body ?? "").matchAll(/@([\w-]+)/gu)].map(([, login]) => login!);
  return [
    state === "all" || issue.state === state,
    (labels?.split(",") ?? []).every((name) => issue.labels.some((label) => isSame(label.name, name))),
    assignee === undefined ||
      (assignee === "*" && issue.assignees.length > 0) ||
      (assignee === "none" && issue.assignees.length === 0) ||
      issue.assignees.some(({ login }) => isSame(login, assignee)),
    creator === undefined || issue.user.login === creator,
    mentioned === undefined || named.some((login) => isSame(login, mentioned)),
    isOne(milestone, issue.milestone?.number.toString()),
    isOne(type, issue.type?.name),
    (fields?.split(",") ?? []).every((part) => hasField(issue, part)),
    since === undefined || issue.updated_at >= since,
  ].every(Boolean);
}

function isOne(asked: string | undefined, has: string | undefined): boolean {
  if (asked === "*") return has !== undefined;
  if (asked === "none") return has === undefined;
  return asked === undefined || (has !== undefined && isSame(has, asked));
}

function hasField(issue: Shown, part: string): boolean {
  const [slug = "", wanted = ""] = part.split(":");
  const field = issue.issue_field_values.find((one) =>
    isSame(one.issue_field_name.replaceAll(" ", "-"), slug),
  );
  if (field === undefined) return false;
  if (typeof field.value === "number" && field.single_select_option === undefined)
    return field.value === Number(wanted);
  const options = field.multi_select_options ?? [field.single_select_option ?? { name: String(field.value) }];
  return options.some(({ name }) => isSame(name, wanted));
}

function pickByHand(all: readonly Shown[], filter: Filter): number[] {
  const { sort = "created", direction = "desc" } = filter;
  const keyOf = (issue: Shown) =>
    sort === "comments"
      ? issue.comments
      : Date.parse(sort === "updated" ? issue.updated_at : issue.created_at);
  const rising = all
    .filter((issue) => isPicked(issue, filter))
    .sort((a, b) => keyOf(a) - keyOf(b) || a.number - b.number)
    .map(({ number }) => number);
  return direction === "asc" ? rising : rising.reverse();
}

async function make(github: EmulatedGitHub, issues: readonly Made[]): Promise<Caller> {
  const callers = {
    ada: callAs(github, github.tokenFor("ada")),
    bob: callAs(github, github.tokenFor("bob")),
  };
  const { ada } = callers;
  for (const title of ["One", "Two"]) await ada(`POST ${at}/milestones`, { title });
  const { body: known } = await ada("GET /orgs/acme/issue-fields");
  const idOf = (wanted: string) => known.find(({ name }: { name: string }) => name === wanted).id;
  for (const { author, fields, isClosed, comments, waitsMs, body, ...words } of issues) {
    const issue_field_values = Object.entries(fields).map(([name, value]) => ({
      field_id: idOf(name),
      value,
    }));
    const input = { title: "Words", ...words, issue_field_values, ...(body === null ? {} : { body }) };
    const { body: made } = await callers[author](`POST ${at}/issues`, input);
    for (let count = 0; count < comments; count++)
      await ada(`POST ${at}/issues/${made.number}/comments`, { body: "hm" });
    github.clock.advance(waitsMs);
    // What was made before is updated later: both orders differ.
    const other = Math.ceil(made.number / 2);
    if (isClosed) await ada(`PATCH ${at}/issues/${other}`, { state: "closed" });
  }
  return ada;
}

test("a list is what is picked out by hand, in its order, whatever filters meet", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(madeIssues, { minLength: 3, maxLength: 12 }),
      fc.array(filters, { minLength: 12, maxLength: 12 }),
      async (issues, asked) => {
        await using github = await startCheckedGitHub({
          seed,
          clock: () => start,
          limits: false,
          checksRequests: true,
        });
        const ada = await make(github, issues);
        const all = (await ada(`GET ${at}/issues?state=all&per_page=100`)).body as Shown[];
        expect(all).toHaveLength(issues.length);
        for (const filter of asked) {
          const query = new URLSearchParams({ ...JSON.parse(JSON.stringify(filter)), per_page: "100" });
          const reply = await ada(`GET ${at}/issues?${query}`);
          const found = reply.body.map(({ number }: { number: number }) => number);
          expect({ filter, found }).toEqual({ filter, found: pickByHand(all, filter) });
        }
      },
    ),
    randomRuns(12, 500),
  );
});
