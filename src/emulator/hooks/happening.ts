/**
 * @module What webhooks and workflows are told of.
 */
import type { Principal } from "../access/principal.ts";
import type { Urls } from "../shapes/urls.ts";

export interface Happening {
  /** GitHub's name of the event: `issues`. */
  readonly event: string;
  /** `opened`; absent for events that have no actions, as `push`. */
  readonly action?: string;
  readonly repositoryId?: number;
  readonly organizationId?: number;
  /** Where the repository is gone by the time that it is told of. */
  readonly gone?: {
    readonly ownerId: number;
    /** Those that it was given to. */
    readonly installationIds: readonly number[];
  };
  /** Where only one app is told, as of its installations. */
  readonly appId?: number;
  /** Where only one webhook is told, as by a ping. */
  readonly hookId?: number;
  /** Who did it. */
  readonly senderId: number;
  readonly principal: Principal;
  readonly urls: Urls;
  /** What is particular to the event; `action`, `repository`, `organization`, `sender` and `installation` are added. */
  readonly payload: Readonly<Record<string, unknown>>;
}
