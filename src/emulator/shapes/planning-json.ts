/**
 * @module What an organisation plans its issues with, as the REST API and webhooks show it.
 */
import { wholeSeconds } from "../clock.ts";
import type { IssueTypeRow } from "../world/planning-rows.ts";
import { nodeId } from "./node-id.ts";

/** `issue-type`. */
export function issueTypeToJson(type: IssueTypeRow) {
  return {
    id: type.id,
    node_id: nodeId("issueType", type.organizationId, type.id),
    name: type.name,
    description: type.description,
    color: type.color,
    created_at: wholeSeconds(type.createdAt),
    updated_at: wholeSeconds(type.updatedAt),
    is_enabled: type.isEnabled,
  };
}
