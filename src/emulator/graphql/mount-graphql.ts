/**
 * @module GraphQL's one path, beside those of the REST API. What answers is loaded with the first request.
 */
import { exchange, type ServerParts } from "../http/exchange.ts";
import { readIncoming } from "../http/incoming.ts";
import type { EmulatorApp } from "../http/server.ts";

const docs = "https://docs.github.com/graphql/guides/forming-calls-with-graphql#authenticating-with-graphql";

/** Points and load are known only when the query has been read; a place among the requests is taken at once. */
const demand = {
  resource: "graphql",
  cost: 0,
  load: { api: "graphql", points: 0, contents: 0, issues: 0 },
} as const;

type Answering = Promise<typeof import("./answer-graphql.ts")>;

export function mountGraphql(app: EmulatorApp, parts: ServerParts): void {
  let answering: Answering | undefined;
  app.post("/graphql", (context) => {
    const incoming = readIncoming(context.req.raw, context.env);
    const asked = { incoming, connection: context.env, operation: "graphql", docs, demand };
    return exchange(parts, asked, async (admitted) => {
      answering ??= import("./answer-graphql.ts");
      const { answerGraphql } = await answering;
      return answerGraphql(parts, incoming, admitted);
    });
  });
}
