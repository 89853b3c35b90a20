/**
 * @module Rulesets as the REST API shows them.
 */
import { wholeSeconds } from "../clock.ts";
import type { RulesetRow } from "../world/repository-rows.ts";
import type { Place } from "./issue-json.ts";
import { nodeId } from "./node-id.ts";
import { fullNameOf } from "./repository-json.ts";

/** `repository-ruleset`, as lists have it. */
export function rulesetHeadToJson({ world, repository, urls }: Place, row: RulesetRow) {
  const full = fullNameOf(world, repository);
  return {
    id: row.id,
    name: row.name,
    target: row.target,
    source_type: "Repository",
    source: full,
    enforcement: row.enforcement,
    node_id: nodeId("ruleset", repository.id, row.id),
    _links: {
      self: { href: urls.api(`/repos/${full}/rulesets/${row.id}`) },
      html: { href: urls.html(`/${full}/rules/${row.id}`) },
    },
    created_at: wholeSeconds(row.createdAt),
    updated_at: wholeSeconds(row.updatedAt),
  };
}

/** `repository-ruleset`. */
export function rulesetToJson(place: Place, row: RulesetRow) {
  return {
    ...rulesetHeadToJson(place, row),
    conditions: { ref_name: { include: row.include, exclude: row.exclude } },
    rules: row.rules,
  };
}
