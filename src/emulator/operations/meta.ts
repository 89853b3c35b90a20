/**
 * @module The API itself: its root, its versions, what is left of the limits.
 */

import { apiVersions } from "../description/description.ts";
import { ok } from "../http/answer.ts";
import { limitedResources } from "../limits/primary-budgets.ts";
import { octocatSaying } from "../shapes/octocat.ts";
import { rootToJson } from "../shapes/root-json.ts";
import { forAnyone, type Operation } from "./operation.ts";

const zen = "Keep it logically awesome.";

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
  forAnyone("meta/root", ({ urls, version }) => ok(rootToJson(urls, version))),
  // Of GitHub's addresses the emulator has one: this machine's.
  forAnyone("meta/get", () =>
    ok({
      verifiable_password_authentication: false,
      ...Object.fromEntries(
        ["hooks", "web", "api", "git", "actions"].map((name) => [name, ["127.0.0.1/32"]]),
      ),
    }),
  ),
  forAnyone("meta/get-octocat", ({ query }) => ({
    status: 200,
    body: octocatSaying(query["s"] || zen),
    headers: { "content-type": "application/octocat-stream" },
  })),
  forAnyone("meta/get-zen", () => ({
    status: 200,
    body: zen,
    headers: { "content-type": "text/plain;charset=utf-8" },
  })),
];
