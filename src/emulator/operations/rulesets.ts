/**
 * @module Rulesets of repositories. What they refuse is in `acts/ref-rules.ts`.
 *
 * @see https://docs.github.com/rest/repos/rules
 */
import type { JsonObject } from "../../base/json.ts";
import { bypasses } from "../acts/rulesets.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { notFound, Refusal, validationFailed } from "../http/refusal.ts";
import { rulesetsFor } from "../rules/rulesets-for.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import { rulesetHeadToJson, rulesetToJson } from "../shapes/ruleset-json.ts";
import { hasRole } from "../world/account-rows.ts";
import type { RulesetRow } from "../world/repository-rows.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

const read = { permission: "metadata", level: "read", role: "read" } as const;
const write = { permission: "administration", level: "write", role: "admin" } as const;

/** Others are refused: a rule that nobody enforces would pretend safety. */
const enforced: readonly string[] = [
  "creation",
  "update",
  "deletion",
  "non_fast_forward",
  "required_linear_history",
  "pull_request",
  "required_status_checks",
];

export const rulesetOperations: readonly Operation[] = [
  forRepository("repos/get-repo-rulesets", read, (call) => {
    const { targets } = call.query;
    const rows = call.world.rulesets
      .by("repository", call.repository.id)
      .filter(({ target }) => targets === undefined || targets.split(",").includes(target));
    return listed(call, rows, (row) => rulesetHeadToJson(call, row));
  }),
  forRepository("repos/create-repo-ruleset", write, (call) => {
    const { rulesets } = call.services.world;
    const row = rulesetFrom(call, {
      id: rulesets.nextId(),
      repositoryId: call.repository.id,
      name: "",
      target: "branch",
      enforcement: "disabled",
      include: [],
      exclude: [],
      rules: [],
      bypass: [],
      createdAt: call.nowMs,
      updatedAt: call.nowMs,
    });
    return created(shown(call, rulesets.put(row)));
  }),
  forRepository("repos/get-repo-ruleset", read, (call) => ok(shown(call, mustFind(call)))),
  forRepository("repos/update-repo-ruleset", write, (call) =>
    ok(shown(call, call.services.world.rulesets.put(rulesetFrom(call, mustFind(call))))),
  ),
  forRepository("repos/delete-repo-ruleset", write, (call) => {
    call.services.world.rulesets.remove(mustFind(call).id);
    return noContent;
  }),
  forRepository("repos/get-branch-rules", read, (call) => {
    const rules = rulesetsFor(call.world, call.repository, `refs/heads/${call.params["branch"]}`).flatMap(
      (row) =>
        row.rules.map((rule) => ({
          ...rule,
          ruleset_source_type: "Repository",
          ruleset_source: fullNameOf(call.world, call.repository),
          ruleset_id: row.id,
        })),
    );
    return listed(call, rules, (rule) => rule);
  }),
];

/** Who may not change rulesets does not see who is free of them. */
function shown(call: RepositoryCall, row: RulesetRow) {
  const json = rulesetToJson(call, row);
  const canBypass = bypasses(call, row) ? "always" : "never";
  return hasRole(call.role, "admin")
    ? { ...json, bypass_actors: row.bypass, current_user_can_bypass: canBypass }
    : json;
}

/** @throws {Refusal} 404 */
function mustFind(call: RepositoryCall): RulesetRow {
  const row = call.services.world.rulesets.get(Number(call.params["ruleset_id"]));
  if (row?.repositoryId !== call.repository.id) throw notFound();
  return row;
}

/** @param known what stays where the body does not name it @throws {Refusal} 422; 501 for what is not enforced */
function rulesetFrom({ body, nowMs, services, repository }: RepositoryCall, known: RulesetRow): RulesetRow {
  const { name = known.name, target = known.target, enforcement = known.enforcement } = body;
  if (target === "push") throw new Refusal(501, "The emulator does not enforce push rulesets");
  const conditions = (body["conditions"] as JsonObject | undefined)?.["ref_name"] as
    | { include?: string[]; exclude?: string[] }
    | undefined;
  const rules = (body["rules"] as RulesetRow["rules"] | undefined) ?? known.rules;
  const unknown = rules.find(({ type }) => !enforced.includes(type));
  if (unknown !== undefined)
    throw new Refusal(501, `The emulator does not enforce rules of the type ${unknown.type}`);
  const isTaken = services.world.rulesets
    .by("repository", repository.id)
    .some((row) => row.id !== known.id && row.name === name);
  if (isTaken) {
    throw validationFailed({
      resource: "Ruleset",
      field: "name",
      code: "custom",
      message: "Name must be unique",
    });
  }
  return {
    ...known,
    name: String(name),
    target: target as RulesetRow["target"],
    enforcement: enforcement as RulesetRow["enforcement"],
    include: conditions?.include ?? known.include,
    exclude: conditions?.exclude ?? known.exclude,
    rules,
    bypass: (body["bypass_actors"] as RulesetRow["bypass"] | undefined) ?? known.bypass,
    updatedAt: nowMs,
  };
}
