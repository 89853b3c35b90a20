/**
 * @module Branches as the REST API shows them.
 */
import { commitToJson } from "./commit-json.ts";
import type { GitPlace } from "./pushed-commit-json.ts";
import { fullNameOf } from "./repository-json.ts";

/** `short-branch`. */
export function shortBranchToJson(place: GitPlace, name: string, oid: string) {
  const { urls } = place;
  const full = fullNameOf(place.world, place.repository);
  return {
    name,
    commit: { sha: oid, url: urls.api(`/repos/${full}/commits/${oid}`) },
    ...protectionPart(place, name),
  };
}

/** `branch-with-protection`. */
export function branchToJson(place: GitPlace, name: string, oid: string) {
  const { urls } = place;
  const full = fullNameOf(place.world, place.repository);
  return {
    name,
    commit: commitToJson(place, oid),
    _links: {
      self: branchUrl(place, name),
      html: urls.html(`/${full}/tree/${encodeURI(name)}`),
    },
    ...protectionPart(place, name),
  };
}

export function branchUrl({ world, repository, urls }: GitPlace, name: string): string {
  return urls.api(`/repos/${fullNameOf(world, repository)}/branches/${encodeURIComponent(name)}`);
}

function protectionPart(place: GitPlace, name: string) {
  const { world, repository } = place;
  const row = world.protections.by("repository", repository.id).find(({ branch }) => branch === name);
  const checks = row?.settings.requiredStatusChecks;
  const required = checks?.checks ?? [];
  const level = checks == null ? "off" : row?.settings.enforceAdmins === true ? "everyone" : "non_admins";
  return {
    protected: row !== undefined,
    protection: {
      enabled: row !== undefined,
      required_status_checks: {
        enforcement_level: level,
        contexts: required.map(({ context }) => context),
        checks: required.map(({ context, appId }) => ({ context, app_id: appId })),
      },
    },
    protection_url: `${branchUrl(place, name)}/protection`,
  };
}
