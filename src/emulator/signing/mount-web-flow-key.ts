/**
 * @module The key with which commits are signed, where GitHub has its own: `/web-flow.gpg`.
 */

import { freeOfLimits, plain } from "../git/smart-http.ts";
import { exchange, type ServerParts } from "../http/exchange.ts";
import { readIncoming } from "../http/incoming.ts";
import type { EmulatorApp } from "../http/server.ts";
import { webFlowPublicKey } from "./web-flow.ts";

export function mountWebFlowKey(app: EmulatorApp, parts: ServerParts): void {
  app.get("/web-flow.gpg", (context) => {
    const asked = {
      incoming: readIncoming(context.req.raw, context.env),
      connection: context.env,
      operation: "web/web-flow-key",
      docs: undefined,
      demand: freeOfLimits,
    };
    return exchange(parts, asked, () => plain(200, webFlowPublicKey().trimEnd()));
  });
}
