/**
 * @module What acts work with, without a server: everything that they tell is kept in a list.
 */
import { createLogServer } from "../../src/emulator/actions/log-server.ts";
import { createEmulatorClock } from "../../src/emulator/clock.ts";
import { createFolderGitStore } from "../../src/emulator/git/folder-git-store.ts";
import { createCourier } from "../../src/emulator/hooks/courier.ts";
import type { Happening } from "../../src/emulator/hooks/happening.ts";
import { limitsFrom } from "../../src/emulator/limits/limits.ts";
import { createPrimaryBudgets } from "../../src/emulator/limits/primary-budgets.ts";
import { githubSizes } from "../../src/emulator/limits/sizes.ts";
import { createAssetStore } from "../../src/emulator/releases/asset-store.ts";
import type { Services } from "../../src/emulator/services.ts";
import { createWorld } from "../../src/emulator/world/world.ts";

export interface Listening {
  readonly services: Services;
  /** What was told, in order. */
  readonly told: Happening[];
}

/** @param startAt milliseconds since 1970 @returns a world with nothing in it; `services.git` must be closed */
export function listeningServices(startAt: number): Listening {
  const clock = createEmulatorClock(() => startAt);
  const { world } = createWorld({ now: clock.now, memoryMs: () => 0, changed: () => undefined });
  const told: Happening[] = [];
  const services: Services = {
    world,
    clock,
    budgets: createPrimaryBudgets(limitsFrom(false), clock.now, world),
    git: createFolderGitStore(),
    assets: createAssetStore(),
    sizes: githubSizes,
    courier: createCourier({ world, clock, seed: 1, allowHosts: [], noted: () => undefined }),
    logs: createLogServer(world, clock),
    happened: (happening) => void told.push(happening),
  };
  return { services, told };
}
