/**
 * @module Drives the emulator over HTTP, below `/_emulator`, for programs that are not in its process: its time, faults, lag,
 * tokens, and what was asked of it. Only for programs on this machine, never for a page in a browser, which may reach this
 * machine, too.
 */
import { isIPv4 } from "node:net";
import type { Context } from "hono";
import { z } from "zod";
import { HubsteadError, invalidInput } from "../../errors.ts";
import type { EmulatorClock } from "../clock.ts";
import type { TokenOwner } from "../credentials.ts";
import { type Faults, parseFault } from "../faults.ts";
import { type Lag, mostLagMs } from "../lag.ts";
import type { Requests } from "../requests.ts";
import { parseSettings } from "../settings.ts";
import { type Connection, readIncoming } from "./incoming.ts";
import { Refusal } from "./refusal.ts";
import type { EmulatorApp } from "./server.ts";

/** What there is to drive. */
export interface Controlled {
  readonly clock: EmulatorClock;
  readonly faults: Faults;
  readonly lag: Lag;
  readonly requests: Requests;
  readonly webhooks: { settled(): Promise<void> };
  readonly actions: { settled(): Promise<void> };
  tokenFor(owner: TokenOwner): string;
}

const advance = z.strictObject({ advanceMs: z.number().min(0) });
const lagMs = z.number().min(0).max(mostLagMs).optional();
const lagChange = z.strictObject({ listsMs: lagMs, readsMs: lagMs });
const mostBytes = 1_048_576;

type ControlContext = Context<{ Bindings: Connection }>;
/** @returns the body of a 200; `undefined` for nothing */
type Does = (body: unknown, context: ControlContext) => unknown;

/** @param controlled known once the emulator has started */
export function mountControl(app: EmulatorApp, controlled: () => Controlled): void {
  const removers = new Map<number, () => void>();
  let lastId = 0;
  const clock = () => ({ now: new Date(controlled().clock.now()).toISOString() });
  const routes: readonly (readonly [method: string, path: string, does: Does])[] = [
    ["GET", "/clock", clock],
    [
      "POST",
      "/clock",
      (body) => {
        controlled().clock.advance(parseSettings(advance, body, "the clock's change").advanceMs);
        return clock();
      },
    ],
    [
      "POST",
      "/faults",
      (body) => {
        removers.set(++lastId, controlled().faults.add(parseFault(body)));
        return { id: lastId };
      },
    ],
    ["DELETE", "/faults", () => controlled().faults.clear()],
    [
      "DELETE",
      "/faults/:id",
      (_, context) => {
        const id = Number(context.req.param("id"));
        const remove = removers.get(id);
        if (remove === undefined) throw notThere(`there is no fault ${context.req.param("id")}`);
        removers.delete(id);
        remove();
      },
    ],
    ["GET", "/lag", () => controlled().lag],
    [
      "PATCH",
      "/lag",
      (body) => {
        const { listsMs, readsMs } = parseSettings(lagChange, body, "the lag");
        const { lag } = controlled();
        lag.listsMs = listsMs ?? lag.listsMs;
        lag.readsMs = readsMs ?? lag.readsMs;
        return lag;
      },
    ],
    [
      "GET",
      "/requests",
      (_, context) => ({ requests: controlled().requests.list(context.req.query("operation")) }),
    ],
    ["DELETE", "/requests", () => controlled().requests.clear()],
    ["POST", "/tokens", (body) => ({ token: controlled().tokenFor(body as TokenOwner) })],
    [
      "POST",
      "/settled",
      async () => {
        await controlled().webhooks.settled();
        await controlled().actions.settled();
      },
    ],
  ];
  for (const [method, path, does] of routes) {
    app.on(method, `/_emulator${path}`, (context) => answer(context, does));
  }
  app.all("/_emulator/*", (context) =>
    answer(context, () => {
      throw notThere(
        `there is no ${context.req.method} ${context.req.path}`,
        `Known: ${routes.map(([method, path]) => `${method} /_emulator${path}`).join(", ")}.`,
      );
    }),
  );
}

async function answer(context: ControlContext, does: Does): Promise<Response> {
  try {
    checkCaller(context);
    const body = await does(await readBody(context), context);
    return body === undefined ? new Response(null, { status: 204 }) : Response.json(body);
  } catch (error) {
    if (error instanceof Refusal) return Response.json({ message: error.message }, { status: error.status });
    if (!(error instanceof HubsteadError)) throw error;
    const statuses: Partial<Record<string, number>> = { not_found: 404, forbidden: 403 };
    return Response.json(error.toJSON(), { status: statuses[error.code] ?? 400 });
  }
}

/** @throws {HubsteadError} `forbidden` */
function checkCaller({ req, env }: ControlContext): void {
  const { remoteAddress = "" } = env.incoming.socket;
  const isHere = isLoopback(remoteAddress.replace(/^::ffff:/u, ""));
  // A name that leads here may be anybody's.
  const host = (req.header("host") ?? "").replace(/:\d+$/u, "");
  const isNamedSo = host === "localhost" || isLoopback(host.replace(/^\[(.*)\]$/u, "$1"));
  const fetchSite = req.header("sec-fetch-site") ?? "none";
  const isBrowser = req.header("origin") !== undefined || fetchSite !== "none";
  if (isHere && isNamedSo && !isBrowser) return;
  throw new HubsteadError("forbidden", "the emulator is driven by programs on this machine only", {
    hint: "Call it by 127.0.0.1, and from no page of a browser.",
  });
}

function isLoopback(address: string): boolean {
  return address === "::1" || (isIPv4(address) && address.startsWith("127."));
}

/** @throws {HubsteadError} `invalid_input` @throws {Refusal} 413 */
async function readBody({ req, env }: ControlContext): Promise<unknown> {
  if (req.method === "GET" || req.method === "HEAD") return undefined;
  const text = await readIncoming(req.raw, env).text(mostBytes);
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    throw invalidInput("the body is no JSON", 'Send an object, as { "advanceMs": 60000 }.');
  }
}

function notThere(message: string, hint?: string): HubsteadError {
  return new HubsteadError("not_found", message, hint === undefined ? {} : { hint });
}
