/**
 * A web service that never talks to GitHub and has no credential: it writes down what is wanted. Whoever breaks into it finds
 * no key, and a slow GitHub makes no request of its users slow.
 */
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { openStore } from "hubstead";

export type Store = Awaited<ReturnType<typeof openStore>>;

/** @returns a server that takes `POST /comments` with `{ repo, issue, body }` and answers 202 with the wish's id */
export function createService(store: Store): Server {
  return createServer(async (request, response) => {
    if (request.method !== "POST" || request.url !== "/comments") return void response.writeHead(404).end();
    const chunks: Uint8Array[] = [];
    for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const { repo, issue, body } = JSON.parse(Buffer.concat(chunks).toString());
    const { id } = await store.create({
      id: `wish-${randomUUID()}`,
      status: "open",
      data: { repo: String(repo), issue: Number(issue), body: String(body) },
    });
    response.writeHead(202, { "content-type": "application/json" }).end(JSON.stringify({ id }));
  });
}
