/**
 * @module Makes what a seed names.
 */
import { HubsteadError, invalidInput } from "../../errors.ts";
import { addAccount, addToken } from "../acts/accounts.ts";
import type { Act } from "../acts/act.ts";
import { addApp, installApp } from "../acts/apps.ts";
import { addComment } from "../acts/comments.ts";
import { commitFiles } from "../acts/files.ts";
import { editIssue, openIssue, setLocked } from "../acts/issues.ts";
import { createLabel, findLabel, updateLabel } from "../acts/labels.ts";
import { createRelease } from "../acts/releases.ts";
import { addRepository } from "../acts/repositories.ts";
import { teamSlug } from "../acts/teams.ts";
import { Refusal } from "../http/refusal.ts";
import type { Services } from "../services.ts";
import { createUrls } from "../shapes/urls.ts";
import type { AccountRow } from "../world/account-rows.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { fieldsNamed, plantPlanning } from "./plant-planning.ts";
import type { Seed } from "./seed.ts";

/** What a token of a seeded person may do. */
const allScopes: readonly string[] = [
  "repo",
  "workflow",
  "admin:org",
  "admin:repo_hook",
  "admin:org_hook",
  "delete_repo",
  "user",
];

/** @param services of a world in which none of it is yet; webhooks are told of nothing */
export function plant(seed: Seed, services: Services): void {
  plantAccounts(seed, services);
  for (const [fullName, given] of Object.entries(seed.repositories ?? {})) {
    plantChecked(`repositories.${fullName}`, () =>
      plantRepository(fullName, given ?? {}, { ...services, happened: () => undefined }),
    );
  }
  plantTeams(seed, services);
  plantApps(seed, services);
}

/** What GitHub would refuse is a mistake of the seed. @throws {HubsteadError} `invalid_input` with `data.path` */
function plantChecked(path: string, body: () => void): void {
  try {
    body();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const reasons = (error.errors ?? []).map((reason) =>
      typeof reason === "string"
        ? reason
        : [reason.resource, reason.field, reason.message ?? reason.code].filter(Boolean).join(" "),
    );
    throw new HubsteadError(
      "invalid_input",
      `the seed is wrong at "${path}": ${[error.message, ...reasons].join(": ")}`,
      {
        hint: "GitHub refuses this, too: docs/emulator.md names sizes and limits.",
        data: { path },
        cause: error,
      },
    );
  }
}

type RepositorySeed = NonNullable<NonNullable<Seed["repositories"]>[string]>;

function plantAccounts({ users, organizations }: Seed, { world, clock }: Services): void {
  for (const [login, given] of Object.entries(users ?? {})) {
    const { name = null, email = null, token } = given ?? {};
    const account = addAccount(world, { login, name, email }, clock.now());
    if (token !== undefined) addToken(world, personalToken(account.id), token);
  }
  for (const [login, given] of Object.entries(organizations ?? {})) {
    const { name = null, basePermission = "read", members = {} } = given ?? {};
    const organization = addAccount(
      world,
      { login, kind: "Organization", name, basePermission },
      clock.now(),
    );
    for (const [member, role] of Object.entries(members)) {
      world.memberships.put({
        id: world.memberships.nextId(),
        organizationId: organization.id,
        userId: accountNamed({ world, clock }, member).id,
        role,
        isPublic: false,
      });
    }
    plantChecked(`organizations.${login}`, () =>
      plantPlanning(world, organization.id, given ?? {}, clock.now()),
    );
  }
}

export function personalToken(userId: number, scopes: readonly string[] = allScopes) {
  return {
    kind: "classic",
    userId,
    scopes,
    installationId: null,
    permissions: null,
    repositoryIds: null,
    expiresAt: null,
  } as const;
}

/** The account of this login; a person of this name where there is none yet. */
function accountNamed({ world, clock }: Pick<Services, "world" | "clock">, login: string): AccountRow {
  return world.accounts.find("login", login.toLowerCase()) ?? addAccount(world, { login }, clock.now());
}

function plantRepository(fullName: string, given: RepositorySeed, services: Services): void {
  const { world, clock } = services;
  const [ownerLogin = "", name = ""] = fullName.split("/");
  const owner = accountNamed(services, ownerLogin);
  const repository = addRepository(
    world,
    {
      ownerId: owner.id,
      ownerLogin: owner.login,
      name,
      description: given.description ?? null,
      visibility: given.visibility ?? "public",
      hasIssues: given.hasIssues ?? true,
      defaultBranch: given.defaultBranch ?? "main",
    },
    clock.now(),
  );
  if (repository.defaultBranch !== "main")
    services.git.repository(repository.id).setHead(repository.defaultBranch);
  for (const [login, role] of Object.entries(given.collaborators ?? {})) {
    world.collaborators.put({
      id: world.collaborators.nextId(),
      repositoryId: repository.id,
      userId: accountNamed(services, login).id,
      role,
    });
  }
  const act = actAs(services, repository, owner.kind === "Organization" ? ownerOf(services, owner) : owner);
  for (const label of given.labels ?? []) {
    const wanted = typeof label === "string" ? { name: label } : label;
    const known = findLabel(act, wanted.name);
    // Those that every new repository has are as the seed says.
    if (known === undefined) createLabel(act, wanted);
    else if (known.isDefault) updateLabel(act, known, wanted);
  }
  for (const issue of given.issues ?? []) plantIssue(act, issue);
  const files = Object.entries(given.files ?? {});
  if (files.length > 0) {
    commitFiles(act, {
      branch: repository.defaultBranch,
      message: "Initial commit",
      changes: files.map(([path, text]) => ({ path, content: Buffer.from(text) })),
    });
  }
  for (const { tag, draft, prerelease, ...texts } of given.releases ?? [])
    createRelease(act, {
      tagName: tag,
      ...(texts.name === undefined ? {} : { name: texts.name }),
      ...(texts.body === undefined ? {} : { body: texts.body }),
      isDraft: draft ?? false,
      isPrerelease: prerelease ?? false,
    });
}

/** Somebody who may do everything in an organisation's repositories. */
function ownerOf(services: Services, organization: AccountRow): AccountRow {
  const admin = services.world.memberships
    .by("organization", organization.id)
    .find(({ role }) => role === "admin");
  return (admin && services.world.accounts.get(admin.userId)) ?? accountNamed(services, "octocat");
}

function actAs(services: Services, repository: RepositoryRow, actor: AccountRow): Act {
  return {
    services,
    principal: { kind: "anonymous", address: "127.0.0.1" },
    actor,
    repository,
    role: "admin",
    urls: createUrls("http://localhost", ""),
    version: "2022-11-28",
    nowMs: services.clock.now(),
  };
}

function plantIssue(act: Act, given: NonNullable<RepositorySeed["issues"]>[number]): void {
  const { author, comments = [], state, locked, labels, assignees, body, title, type, fields } = given;
  const by = (login: string | undefined): Act =>
    login === undefined ? act : { ...act, actor: accountNamed(act.services, login) };
  const issue = openIssue(by(author), {
    title,
    body: body ?? null,
    labels: labels ?? [],
    assignees: assignees ?? [],
    type: type ?? null,
    fieldValues: fieldsNamed(act, fields ?? {}),
  });
  for (const comment of comments) {
    const { author: writer, body: text } =
      typeof comment === "string" ? { author: undefined, body: comment } : comment;
    addComment(by(writer), act.services.world.issues.get(issue.id)!, text);
  }
  const latest = () => act.services.world.issues.get(issue.id)!;
  if (state === "closed") editIssue(act, latest(), { state });
  if (locked) setLocked(act, latest(), true, null);
}

function plantTeams({ organizations }: Seed, services: Services): void {
  const { world, clock } = services;
  for (const [login, given] of Object.entries(organizations ?? {})) {
    const organization = accountNamed(services, login);
    for (const [name, { members = [], repositories = {} }] of Object.entries(given?.teams ?? {})) {
      const team = world.teams.put({
        id: world.teams.nextId(),
        organizationId: organization.id,
        name,
        slug: teamSlug(name),
        description: null,
        privacy: "closed",
        parentId: null,
        createdAt: clock.now(),
        updatedAt: clock.now(),
      });
      for (const member of members) {
        const userId = accountNamed(services, member).id;
        world.teamMembers.put({ id: world.teamMembers.nextId(), teamId: team.id, userId, role: "member" });
      }
      for (const [repositoryName, role] of Object.entries(repositories)) {
        const repositoryId = repositoryNamed(services, `${login}/${repositoryName}`).id;
        world.teamRepositories.put({
          id: world.teamRepositories.nextId(),
          teamId: team.id,
          repositoryId,
          role,
        });
      }
    }
  }
}

/** @throws {HubsteadError} `invalid_input` */
export function repositoryNamed({ world }: Pick<Services, "world">, fullName: string): RepositoryRow {
  const [login = "", name = ""] = fullName.toLowerCase().split("/");
  const owner = world.accounts.find("login", login);
  const repository = owner && world.repositories.find("fullName", `${owner.id}/${name}`);
  if (repository === undefined) {
    throw invalidInput(`there is no repository ${fullName}`, "Name one of the seed, as owner/name.");
  }
  return repository;
}

function plantApps({ apps }: Seed, services: Services): void {
  const { world, clock } = services;
  for (const [slug, given] of Object.entries(apps ?? {})) {
    const { owner = "octocat", permissions = {}, events = [], webhook, installations = {} } = given ?? {};
    const app = addApp(
      world,
      { slug, ownerId: accountNamed(services, owner).id, permissions, events },
      clock.now(),
    );
    if (webhook !== undefined) {
      world.hooks.put({
        id: world.hooks.nextId(),
        owner: `app/${app.id}`,
        url: webhook.url,
        contentType: "json",
        secret: webhook.secret ?? null,
        events,
        isActive: true,
        createdAt: clock.now(),
        updatedAt: clock.now(),
      });
    }
    for (const [login, repositories] of Object.entries(installations)) {
      const ids =
        repositories === "all"
          ? null
          : repositories.map((name) => repositoryNamed(services, `${login}/${name}`).id);
      installApp(world, app, accountNamed(services, login).id, ids, clock.now());
    }
  }
}
