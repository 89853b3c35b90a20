/**
 * @module The server's port on this machine.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { HubsteadError } from "../../errors.ts";
import type { EmulatorApp } from "./server.ts";

export interface Listening {
  /** Without a slash at its end. */
  readonly url: string;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

/**
 * Serves on the loopback address only: what is emulated keeps no secrets.
 *
 * @param port 0 for a free one
 * @throws {HubsteadError} `busy` for a port that is taken, `forbidden` for one that may not be used
 */
export async function listen(app: EmulatorApp, port: number): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (cause) {
    throw toPortError(port, cause);
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
}

function toPortError(port: number, cause: unknown): unknown {
  switch ((cause as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new HubsteadError("busy", `the port ${port} is taken`, {
        hint: "Name another one, or none for a free one.",
        data: { port, retryAfterMs: 1_000 },
        cause,
      });
    case "EACCES":
      return new HubsteadError("forbidden", `the port ${port} may not be used`, {
        hint: "Ports below 1024 belong to the system: name a higher one.",
        data: { port, needed: "listen" },
        cause,
      });
    default:
      return cause;
  }
}
