/**
 * @module What `hubstead/emulator` exports.
 */
export { HubsteadError } from "../errors.ts";
export type { Actions, RunChange } from "./actions/create-actions.ts";
export type { Runner, RunnerResult } from "./actions/runner.ts";
export type { RunnerJob } from "./actions/runner-job.ts";
export type { EmulatorClock } from "./clock.ts";
export type { AppCredentials, TokenOwner } from "./credentials.ts";
export type { Fault, FaultSettings, Faults } from "./faults.ts";
export type { Webhooks } from "./hooks/courier.ts";
export type { Lag } from "./lag.ts";
export type { LimitSettings, Limits, SecondaryLimits } from "./limits/limits.ts";
export type { RequestRecord, Requests } from "./requests.ts";
export type { Seed } from "./seed/seed.ts";
export { type EmulatedGitHub, type StartOptions, startGitHub } from "./start-github.ts";
export type { World } from "./world/world.ts";
