/**
 * @module A bot's endpoint for webhooks, as a test has it.
 */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

interface Received {
  readonly event: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  readonly payload: any;
}

export interface HookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** What is answered; 0 never answers. */
  status: number;
}

export async function startHookReceiver(): Promise<HookReceiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString("utf8");
    const json = body.startsWith("payload=") ? new URLSearchParams(body).get("payload")! : body;
    const event = String(request.headers["x-github-event"]);
    received.push({ event, headers: request.headers, body, payload: JSON.parse(json) });
    if (receiver.status === 0) return;
    const headers = receiver.status === 302 ? { location: "/elsewhere" } : {};
    response.writeHead(receiver.status, headers).end("thanks");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const receiver: HookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    status: 200,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}
