/**
 * @module What operations work with.
 */
import type { LogServer } from "./actions/log-server.ts";
import type { EmulatorClock } from "./clock.ts";
import type { GitStore } from "./git/git-store.ts";
import type { Courier } from "./hooks/courier.ts";
import type { Happening } from "./hooks/happening.ts";
import type { PrimaryBudgets } from "./limits/primary-budgets.ts";
import type { Sizes } from "./limits/sizes.ts";
import type { AssetStore } from "./releases/asset-store.ts";
import type { World } from "./world/world.ts";

export interface Services {
  readonly world: World;
  readonly clock: EmulatorClock;
  readonly budgets: PrimaryBudgets;
  readonly git: GitStore;
  /** The bytes of files that are attached to releases. */
  readonly assets: AssetStore;
  readonly sizes: Sizes;
  /** Delivers again what webhooks were told before. */
  readonly courier: Courier;
  /** Where logs of Actions are downloaded from. */
  readonly logs: LogServer;
  /** Says that something happened of which webhooks and workflows are told, once the request is answered. */
  happened(happening: Happening): void;
}
