/**
 * @module What a person has to do with a repository that one may read: stars, subscriptions. Apps have no such things.
 */
import { isGranted, notAccessible } from "../access/permissions.ts";
import type { Answer } from "../http/answer.ts";
import { Refusal } from "../http/refusal.ts";
import type { AccountRow } from "../world/account-rows.ts";
import { actorOf, forRepository, hasScope, type Operation, type RepositoryCall } from "./operation.ts";

export interface PersonalCall extends RepositoryCall {
  readonly user: AccountRow;
}

export interface PersonalNeed {
  /** Of a fine-grained token, to an account and not to the repository. */
  readonly permission: "starring" | "watching";
  readonly level: "read" | "write";
  /** Those of which a classic token must have one; any token will do where absent. */
  readonly scopes?: readonly string[];
}

export function forPersonAt(
  name: string,
  { permission, level, scopes }: PersonalNeed,
  answer: (call: PersonalCall) => Answer,
): Operation {
  return forRepository(name, { permission: "metadata", level: "read", role: "read" }, (call) => {
    const { principal } = call;
    if (principal.kind === "installation") throw new Refusal(403, "Resource not accessible by integration");
    const user = actorOf(call);
    if (principal.kind === "user") {
      const { token } = principal;
      if (token.kind === "fine-grained" && !isGranted(token.permissions, { permission, level }))
        throw notAccessible("personal access token", { permission, level });
      if (scopes !== undefined && !hasScope(token, scopes))
        throw new Refusal(404, "Not Found", undefined, { "x-accepted-oauth-scopes": scopes.join(", ") });
    }
    return answer({ ...call, user });
  });
}
