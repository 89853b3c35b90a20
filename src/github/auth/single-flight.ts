/**
 * @module The same work asked for by several callers at one time is done once. One who gives up leaves the others alone;
 * when all have given up, the work is.
 */
export type SingleFlight<T> = (
  key: string,
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
) => Promise<T>;

interface Flight<T> {
  readonly result: Promise<T>;
  readonly abandon: AbortController;
  waiting: number;
}

/** A result is shared by those who wait for it, and not kept; nor is a failure. */
export function createSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>();
  const begin = (key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const abandon = new AbortController();
    const flight: Flight<T> = {
      abandon,
      waiting: 0,
      result: work(abandon.signal).finally(() => end(key, flight)),
    };
    // Whoever still waits hears of a failure; perhaps nobody does.
    flight.result.catch(() => undefined);
    flights.set(key, flight);
    return flight;
  };
  const end = (key: string, flight: Flight<T>): void => {
    if (flights.get(key) === flight) flights.delete(key);
  };
  return async (key, work, signal) => {
    signal?.throwIfAborted();
    const flight = flights.get(key) ?? begin(key, work);
    flight.waiting++;
    try {
      return await (signal === undefined ? flight.result : orAborted(flight.result, signal));
    } finally {
      if (--flight.waiting === 0) {
        end(key, flight);
        flight.abandon.abort();
      }
    }
  };
}

async function orAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([result, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
