/**
 * @module Who is asked to review a pull request.
 *
 * @see https://docs.github.com/rest/pulls/review-requests
 */
import { roleOf } from "../access/permissions.ts";
import { Refusal } from "../http/refusal.ts";
import { accountToJson, teamToJson } from "../shapes/account-json.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import type { AccountRow, TeamRow } from "../world/account-rows.ts";
import type { Act } from "./act.ts";
import { tellOfIssue } from "./issue-events.ts";
import type { PullRow } from "./pulls.ts";

/** People by login, teams by slug. */
export interface Reviewers {
  readonly people: readonly string[];
  readonly teams: readonly string[];
}

/** @throws {Refusal} 422 for those who may not review, and for the author */
export function requestReviewers(act: Act, row: PullRow, named: Reviewers): PullRow {
  const people = named.people.map((login) => mustBeReviewer(act, login));
  const teams = named.teams.map((slug) => mustBeTeam(act, slug));
  if (people.some(({ id }) => id === row.authorId))
    throw new Refusal(422, "Review cannot be requested from pull request author.");
  const { reviewerIds = [], reviewerTeamIds = [] } = row.pull;
  const newPeople = people.filter(({ id }) => !reviewerIds.includes(id));
  const newTeams = teams.filter(({ id }) => !reviewerTeamIds.includes(id));
  const changed = put(act, row, {
    reviewerIds: [...reviewerIds, ...newPeople.map(({ id }) => id)],
    reviewerTeamIds: [...reviewerTeamIds, ...newTeams.map(({ id }) => id)],
  });
  tellOfEach(act, "review_requested", changed, newPeople, newTeams);
  return changed;
}

/** Those who were not asked are left out of account. */
export function unrequestReviewers(act: Act, row: PullRow, { people, teams }: Reviewers): PullRow {
  const { world } = act.services;
  const { reviewerIds = [], reviewerTeamIds = [] } = row.pull;
  const logins = people.map((login) => login.toLowerCase());
  const goingPeople = reviewerIds
    .flatMap((id) => world.accounts.get(id) ?? [])
    .filter(({ login }) => logins.includes(login.toLowerCase()));
  const goingTeams = reviewerTeamIds
    .flatMap((id) => world.teams.get(id) ?? [])
    .filter(({ slug }) => teams.includes(slug));
  const changed = put(act, row, {
    reviewerIds: reviewerIds.filter((id) => !goingPeople.some((person) => person.id === id)),
    reviewerTeamIds: reviewerTeamIds.filter((id) => !goingTeams.some((team) => team.id === id)),
  });
  tellOfEach(act, "review_request_removed", changed, goingPeople, goingTeams);
  return changed;
}

function put(
  act: Act,
  row: PullRow,
  part: Pick<PullRow["pull"], "reviewerIds" | "reviewerTeamIds">,
): PullRow {
  const changed: PullRow = { ...row, pull: { ...row.pull, ...part }, updatedAt: act.nowMs };
  act.services.world.issues.put(changed);
  return changed;
}

function tellOfEach(
  act: Act,
  action: string,
  row: PullRow,
  people: readonly AccountRow[],
  teams: readonly TeamRow[],
): void {
  const { world } = act.services;
  for (const person of people)
    tellOfIssue(act, action, row, { requested_reviewer: accountToJson(person, act.urls) });
  for (const team of teams)
    tellOfIssue(act, action, row, { requested_team: teamToJson(world, team, act.urls) });
}

function mustBeReviewer(act: Act, login: string): AccountRow {
  const { world } = act.services;
  const account = world.accounts.find("login", login.toLowerCase());
  // That everybody may read a public repository makes nobody a collaborator.
  const closed = { ...act.repository, visibility: "private" } as const;
  if (account?.kind === "User" && roleOf(world, account.id, closed) !== "none") return account;
  throw noCollaborator(act);
}

function mustBeTeam(act: Act, slug: string): TeamRow {
  const { world } = act.services;
  const team = world.teams.by("organization", act.repository.ownerId).find((other) => other.slug === slug);
  const isGiven =
    team !== undefined &&
    world.teamRepositories.by("team", team.id).some(({ repositoryId }) => repositoryId === act.repository.id);
  if (isGiven) return team;
  throw noCollaborator(act);
}

function noCollaborator({ services: { world }, repository }: Act): Refusal {
  return new Refusal(
    422,
    `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${fullNameOf(world, repository)} repository.`,
  );
}
