/**
 * @module Asks the emulator in GraphQL, as any HTTP client would.
 */
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { callAs, type Reply } from "./call.ts";

interface Asked {
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  readonly data: any;
  readonly errors:
    | readonly {
        readonly type?: string;
        readonly message: string;
        readonly path?: readonly (string | number)[];
        readonly extensions?: Readonly<Record<string, unknown>>;
      }[]
    | undefined;
  readonly reply: Reply;
}

export type Asker = (query: string, variables?: Readonly<Record<string, unknown>>) => Promise<Asked>;

/** @param token absent: without credentials */
export function askAs(github: Pick<EmulatedGitHub, "url">, token?: string): Asker {
  const call = callAs(github, token);
  return async (query, variables = {}) => {
    const reply = await call("POST /graphql", { query, variables });
    return { data: reply.body?.data, errors: reply.body?.errors, reply };
  };
}
