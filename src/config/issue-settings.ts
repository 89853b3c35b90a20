/**
 * @module The section `issues` of `hubstead.yml`: which repository's issues hold objects, and whose changes of them count. It names no
 * host and no credential: a file that comes with a repository never decides where one is sent.
 */
import * as z from "zod/mini";

/** What the file says; what it leaves out is absent. */
export interface IssueSettings {
  /** `OWNER/NAME`. */
  readonly repo?: string;
  readonly trust?: {
    /** Logins, or ids. */
    readonly users?: readonly (string | number)[];
    /** Slugs. */
    readonly apps?: readonly string[];
    /** `ORG/SLUG`. */
    readonly teams?: readonly string[];
    readonly codeowners?: boolean;
    readonly signed?: boolean;
  };
  readonly lock?: boolean;
}

// Whoever writes `@ada` or `keeper[bot]` would trust nobody, and never know.
const login = /^[A-Za-z0-9](?:[\w-]*[A-Za-z0-9_])?$/u;
const repository = /^[A-Za-z0-9](?:[\w-]*[A-Za-z0-9_])?\/(?!\.{1,2}$)[\w.-]+$/u;

const text = z.string({ error: "a text" });
const flag = z.boolean({ error: "true or false" });
const listOf = <Item extends z.core.$ZodType>(item: Item, what: string) =>
  z.optional(z.array(item, { error: `a list of ${what}` }));
const named = (pattern: RegExp, what: string) => z.string({ error: what }).check(z.regex(pattern, what));

const user = "a login without @, or an account's id";
const trustShape = z.strictObject(
  {
    users: listOf(
      z.union([named(login, user), z.int({ error: user }).check(z.positive(user))], { error: user }),
      "logins and ids",
    ),
    apps: listOf(named(login, "an App's slug, without [bot]"), "slugs of Apps"),
    teams: listOf(named(repository, "a team as ORG/SLUG, without @"), "teams as ORG/SLUG"),
    codeowners: z.optional(flag),
    signed: z.optional(flag),
  },
  { error: "a map of users, apps, teams, codeowners and signed" },
);

export const issuesShape = z.strictObject(
  {
    repo: z.optional(text.check(z.regex(repository, "a repository as OWNER/NAME"))),
    trust: z.optional(trustShape),
    lock: z.optional(flag),
  },
  { error: "a map of settings" },
);

export function toIssueSettings({ repo, trust, lock }: z.infer<typeof issuesShape>): IssueSettings {
  return {
    ...(repo === undefined ? {} : { repo }),
    ...(trust === undefined ? {} : { trust: withoutAbsent(trust) }),
    ...(lock === undefined ? {} : { lock }),
  };
}

function withoutAbsent({
  users,
  apps,
  teams,
  codeowners,
  signed,
}: z.infer<typeof trustShape>): NonNullable<IssueSettings["trust"]> {
  return {
    ...(users === undefined ? {} : { users }),
    ...(apps === undefined ? {} : { apps }),
    ...(teams === undefined ? {} : { teams }),
    ...(codeowners === undefined ? {} : { codeowners }),
    ...(signed === undefined ? {} : { signed }),
  };
}
