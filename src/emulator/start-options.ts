/**
 * @module What somebody may say when the emulator starts, as far as nothing else looks at it: names, ports, clocks.
 */
import { z } from "zod";
import { invalidInput } from "../errors.ts";
import { parseSettings } from "./settings.ts";

/** Those that are not held against anything elsewhere. */
const optionsSchema = z.strictObject({
  port: z.int().min(0).max(65_535).optional(),
  seed: z.unknown().optional(),
  stateDir: z.string().min(1).optional(),
  clock: z.custom<() => number>((clock) => typeof clock === "function", "Expected a function").optional(),
  faults: z.unknown().optional(),
  limits: z.unknown().optional(),
  sizes: z.unknown().optional(),
  control: z.boolean().optional(),
  allowHosts: z.array(z.string()).optional(),
  onAnswer: z.custom((hears) => typeof hears === "function", "Expected a function").optional(),
});

const latestMs = 8.64e15; // what a Date can hold

/** @throws {HubsteadError} `invalid_input` */
export function checkOptions(options: { readonly clock?: () => number }): void {
  parseSettings(optionsSchema, options, "the options");
  const now = options.clock?.();
  if (now === undefined || (Number.isFinite(now) && Math.abs(now) <= latestMs)) return;
  throw invalidInput(`the clock says ${String(now)}`, "Let it return milliseconds since 1970.", {
    path: "clock",
  });
}
