/**
 * @module What a GitHub has when it starts: people, organisations, repositories, apps. As an object, or as YAML.
 */
import { z } from "zod";
import { HubsteadError } from "../../errors.ts";
import { parseSettings, type ReadOnly } from "../settings.ts";
import { fieldTypes, fieldVisibilities, planningColors } from "../world/planning-rows.ts";

const role = z.enum(["read", "triage", "write", "maintain", "admin"]);
const permissions = z.record(z.string(), z.enum(["read", "write", "admin"]));
const state = z.enum(["open", "closed"]);

const comment = z.strictObject({ author: z.string().optional(), body: z.string() });

const issue = z.strictObject({
  title: z.string(),
  body: z.string().optional(),
  author: z.string().optional(),
  labels: z.array(z.string()).optional(),
  assignees: z.array(z.string()).optional(),
  /** The name of one of the organisation's types. */
  type: z.string().optional(),
  /** By the name of one of the organisation's fields; options by their names. */
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])).optional(),
  state: state.optional(),
  locked: z.boolean().optional(),
  comments: z.array(z.union([z.string(), comment])).optional(),
});

const label = z.strictObject({
  name: z.string(),
  color: z.string().optional(),
  description: z.string().optional(),
});

const release = z.strictObject({
  tag: z.string(),
  name: z.string().optional(),
  body: z.string().optional(),
  draft: z.boolean().optional(),
  prerelease: z.boolean().optional(),
});

const repository = z.strictObject({
  visibility: z.enum(["public", "private", "internal"]).optional(),
  description: z.string().optional(),
  hasIssues: z.boolean().optional(),
  defaultBranch: z.string().optional(),
  /** By path, the text. */
  files: z.record(z.string(), z.string()).optional(),
  collaborators: z.record(z.string(), role).optional(),
  labels: z.array(z.union([z.string(), label])).optional(),
  issues: z.array(issue).optional(),
  /** Of the files' commit, in the order in which they were published. */
  releases: z.array(release).optional(),
});

const team = z.strictObject({
  members: z.array(z.string()).optional(),
  repositories: z.record(z.string(), role).optional(),
});

const issueType = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  color: z.enum(planningColors).optional(),
  enabled: z.boolean().optional(),
});

const fieldOption = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  color: z.enum(planningColors).optional(),
});

const issueField = z.strictObject({
  name: z.string(),
  type: z.enum(fieldTypes),
  description: z.string().optional(),
  visibility: z.enum(fieldVisibilities).optional(),
  options: z.array(z.union([z.string(), fieldOption])).optional(),
});

const organization = z.strictObject({
  name: z.string().optional(),
  basePermission: z.enum(["none", "read", "write", "admin"]).optional(),
  members: z.record(z.string(), z.enum(["member", "admin"])).optional(),
  teams: z.record(z.string(), team).optional(),
  /** In the place of Task, Bug and Feature. */
  issueTypes: z.array(z.union([z.string(), issueType])).optional(),
  /** In the place of Priority, Effort, Start date and Target date. */
  issueFields: z.array(issueField).optional(),
});

const user = z.strictObject({
  name: z.string().optional(),
  email: z.string().optional(),
  /** A token of one's own choice, for programs whose settings stand fast. */
  token: z.string().optional(),
});

const app = z.strictObject({
  owner: z.string().optional(),
  permissions: permissions.optional(),
  events: z.array(z.string()).optional(),
  webhook: z.strictObject({ url: z.string(), secret: z.string().optional() }).optional(),
  /** By account, the names of its repositories, or `all`. */
  installations: z.record(z.string(), z.union([z.literal("all"), z.array(z.string())])).optional(),
});

/** @see https://docs.github.com/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication */
const login = z
  .string()
  .regex(/^[a-z\d](?:[a-z\d]|-(?=[a-z\d]))*(?:_[a-z\d]+)?$/iu)
  .max(39);

const seed = z.strictObject({
  users: z.record(login, user.nullable()).optional(),
  organizations: z.record(login, organization.nullable()).optional(),
  /** By `owner/name`. */
  repositories: z.record(z.string().regex(/^[\w-]+\/[\w.-]+$/u), repository.nullable()).optional(),
  apps: z.record(z.string(), app.nullable()).optional(),
});

/** What a GitHub has when it starts. */
export type Seed = ReadOnly<z.infer<typeof seed>>;

/** @throws {HubsteadError} `invalid_input` with `data.path` */
export function parseSeed(value: unknown): Seed {
  const parsed = parseSettings(seed, value, "the seed");
  checkOnce(parsed);
  return parsed;
}

/** Logins are the same whatever their case, and a token is one person's. */
function checkOnce({ users = {}, organizations = {} }: Seed): void {
  const logins = [
    ...Object.keys(users).map((login) => [`users.${login}`, login.toLowerCase()] as const),
    ...Object.keys(organizations).map((login) => [`organizations.${login}`, login.toLowerCase()] as const),
  ];
  const tokens = Object.entries(users).flatMap(([login, given]) =>
    given?.token === undefined ? [] : [[`users.${login}.token`, given.token] as const],
  );
  for (const list of [logins, tokens]) {
    const seen = new Set<string>();
    for (const [path, value] of list) {
      if (seen.has(value)) {
        throw new HubsteadError("invalid_input", `the seed has the same twice at "${path}"`, {
          hint: "Logins differ in more than case, and each person has a token of their own.",
          data: { path },
        });
      }
      seen.add(value);
    }
  }
}
