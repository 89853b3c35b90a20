/**
 * @module The API itself: its root, its versions, what is left of the limits.
 */

import { apiVersions } from "../description/description.ts";
import { ok } from "../http/answer.ts";
import { limitedResources } from "../limits/primary-budgets.ts";
import { forAnyone, type Operation } from "./operation.ts";

export const metaOperations: readonly Operation[] = [
  forAnyone("rate-limit/get", ({ services, principal, version }) => {
    const resources = Object.fromEntries(
      limitedResources.map((resource) => {
        const { limit, used, remaining, reset } = services.budgets.look(principal, resource);
        return [resource, { limit, used, remaining, reset }];
      }),
    );
    return ok({ resources, ...(version < "2026" ? { rate: resources["core"] } : {}) });
  }),
  forAnyone("meta/get-all-versions", () => ok(apiVersions)),
  forAnyone("meta/get-zen", () => ({
    status: 200,
    body: "Keep it logically awesome.",
    headers: { "content-type": "text/plain;charset=utf-8" },
  })),
];
