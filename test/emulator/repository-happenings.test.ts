/**
 * @module What webhooks and workflows are told when repositories, their people and their milestones change.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Act } from "../../src/emulator/acts/act.ts";
import { addCollaborator, removeCollaborator } from "../../src/emulator/acts/collaborators.ts";
import { createRepository } from "../../src/emulator/acts/create-repository.ts";
import { editRepository, setTopics, transferRepository } from "../../src/emulator/acts/edit-repository.ts";
import { acceptMembership, endMembership, setMembership } from "../../src/emulator/acts/memberships.ts";
import { createMilestone, removeMilestone, updateMilestone } from "../../src/emulator/acts/milestones.ts";
import { removeRepository } from "../../src/emulator/acts/remove-repository.ts";
import { createTeam, removeTeam } from "../../src/emulator/acts/teams.ts";
import type { Happening } from "../../src/emulator/hooks/happening.ts";
import { plant } from "../../src/emulator/seed/plant.ts";
import type { Services } from "../../src/emulator/services.ts";
import { createUrls } from "../../src/emulator/shapes/urls.ts";
import { listeningServices } from "./listening.ts";

let happenings: Happening[];
let services: Services;

beforeEach(() => {
  const listening = listeningServices(Date.now());
  services = listening.services;
  happenings = listening.told;
  plant(
    {
      users: { ada: {}, bob: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: { "acme/data": { collaborators: { bob: "write" } } },
    },
    services,
  );
});
afterEach(() => services.git.close());

const account = (login: string) => services.world.accounts.find("login", login)!;

function act(): Act {
  return {
    services,
    principal: { kind: "anonymous", address: "127.0.0.1" },
    actor: account("ada"),
    repository: services.world.repositories.all()[0]!,
    role: "admin",
    urls: createUrls("http://localhost", ""),
    version: "2022-11-28",
    nowMs: services.clock.now(),
  };
}

const told = () => happenings.map(({ event, action }) => `${event} ${action}`);

test("each change of a repository is told once", () => {
  editRepository(act(), { name: "facts", description: "New", visibility: "private" });
  editRepository(act(), { visibility: "public", isArchived: true });
  editRepository(act(), { isArchived: false });
  editRepository(act(), { description: "New" });
  setTopics(act(), ["api"]);
  transferRepository(act(), account("bob"));
  removeRepository(act());
  expect(told()).toEqual([
    "repository renamed",
    "repository privatized",
    "repository edited",
    "repository archived",
    "repository publicized",
    "repository unarchived",
    "repository edited",
    "repository transferred",
    "repository deleted",
  ]);
  expect(happenings[0]!.payload).toMatchObject({ changes: { repository: { name: { from: "data" } } } });
  expect(happenings.at(-2)!.payload).toMatchObject({
    changes: { owner: { from: { organization: { login: "acme" } } } },
  });
  expect(happenings.at(-1)!.payload).toMatchObject({ repository: { full_name: "bob/facts" } });
});

test("a new repository is told of", () => {
  createRepository(act(), account("ada"), { name: "own", hasReadme: false });
  expect(told()).toEqual(["repository created"]);
});

test("who comes and goes is told of", () => {
  addCollaborator(act(), account("bob"), "admin");
  removeCollaborator(act(), account("bob"));
  const invited = setMembership(act(), account("acme"), account("bob"), "member");
  expect(invited.state).toBe("pending");
  const [invitation] = services.world.membershipInvitations.all();
  acceptMembership({ ...act(), actor: account("bob") }, account("acme"), invitation!);
  const inAcme = { ...act(), organization: account("acme") };
  removeTeam(inAcme, createTeam(inAcme, { name: "core" }));
  endMembership(act(), account("acme"), account("bob"));
  expect(told()).toEqual([
    "member edited",
    "member removed",
    "organization member_invited",
    "organization member_added",
    "team created",
    "membership added",
    "team deleted",
    "organization member_removed",
  ]);
});

test("milestones are told of", () => {
  const milestone = createMilestone(act(), { title: "v1" });
  const closed = updateMilestone(act(), milestone, { state: "closed", title: "v2" });
  updateMilestone(act(), closed, { title: "v2" });
  removeMilestone(act(), closed);
  expect(told()).toEqual(["milestone created", "milestone closed", "milestone edited", "milestone deleted"]);
});
