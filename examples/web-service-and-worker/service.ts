/**
 * A web service that never talks to GitHub and has no credential: it writes down what is wanted. Whoever breaks into it finds
 * no key, and a slow GitHub makes no request of its users slow.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { openStore } from "hubstead";

export type Store = Awaited<ReturnType<typeof openStore>>;

/** @returns a server that takes `POST /comments` with `{ repo, issue, body }` and answers 202 with the wish's id */
export function createService(store: Store): Server {
  return createServer((request, response) => {
    const answer = (status: number, content: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
    if (request.method !== "POST" || request.url !== "/comments") {
      answer(404, { error: "there is POST /comments" });
      return;
    }
    writeDown(store, request).then(
      (id) => answer(202, { id }),
      (error: unknown) =>
        error instanceof WrongRequest
          ? answer(400, { error: error.message })
          : answer(500, { error: "this was not written down" }),
    );
  });
}

class WrongRequest extends Error {}

async function writeDown(store: Store, request: IncomingMessage): Promise<string> {
  const data = parseWish(await readText(request));
  const { id } = await store.create({ id: `wish-${randomUUID()}`, status: "open", data });
  return id;
}

// GitHub takes no longer comments.
const mostBytes = 262_144;

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length;
    // The rest is read and left, so that the answer gets through.
    if (sizeBytes <= mostBytes) chunks.push(chunk);
  }
  if (sizeBytes > mostBytes) throw new WrongRequest(`the body has more than ${mostBytes} bytes`);
  return Buffer.concat(chunks).toString();
}

function parseWish(text: string): { repo: string; issue: number; body: string } {
  let wish: { repo?: unknown; issue?: unknown; body?: unknown } | null;
  try {
    wish = JSON.parse(text);
  } catch {
    throw new WrongRequest("the body is no JSON");
  }
  const { repo, issue, body } = wish ?? {};
  if (typeof repo !== "string" || !/^[\w.-]+\/[\w.-]+$/u.test(repo))
    throw new WrongRequest("`repo` is OWNER/REPO");
  if (!Number.isSafeInteger(issue) || (issue as number) < 1) throw new WrongRequest("`issue` is a number");
  if (typeof body !== "string" || body === "") throw new WrongRequest("`body` is a text");
  return { repo, issue: issue as number, body };
}
