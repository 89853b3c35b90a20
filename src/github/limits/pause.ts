/**
 * @module When GitHub has refused, nobody sends anything for a while; longer each time where it named no time.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
import type { PauseNews } from "./limiter-store.ts";
import type { PauseRecord, PrincipalRecord } from "./principal-record.ts";

const firstMs = 60_000;
const longestMs = 3_600_000;
/** A success so long after a pause ends the row of refusals … */
const forgivenAfterMs = 600_000;
/** … and time alone does after so long. */
const forgottenAfterMs = 3_600_000;

export function takePause(record: PrincipalRecord, { forMs, reason }: PauseNews): void {
  const { at, pause } = record;
  // While nobody sends, what is refused had been sent before: it is no further refusal in the row.
  const strikes = pause === undefined ? 1 : pause.endsAt > at ? pause.strikes : pause.strikes + 1;
  const lengthMs =
    forMs !== undefined && Number.isFinite(forMs)
      ? Math.max(0, Math.ceil(forMs))
      : Math.min(longestMs, firstMs * 2 ** (strikes - 1));
  const endsAt = at + lengthMs;
  if (pause === undefined || endsAt > pause.endsAt) record.pause = { endsAt, reason, strikes };
  else pause.strikes = strikes;
}

export function takeSuccess(record: PrincipalRecord): void {
  const { at, pause } = record;
  if (pause !== undefined && at >= pause.endsAt + forgivenAfterMs) record.pause = undefined;
}

/** When a pause is forgotten. */
export function pauseEndsAt(pause: PauseRecord): number {
  return pause.endsAt + forgottenAfterMs;
}
