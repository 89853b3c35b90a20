/**
 * @module The emulator for tests: every answer that it gives is held against GitHub's own description of its API. No test
 * starts it in another way.
 */
import { isJsonObject, type Json } from "../../src/base/json.ts";
import type { Answered } from "../../src/emulator/http/exchange.ts";
import { type EmulatedGitHub, type StartOptions, startGitHub } from "../../src/emulator/start-github.ts";
import { problemsOf } from "./answer-check.ts";
import { documentProblems } from "./official-schema.ts";
import { requestProblems } from "./request-check.ts";

export interface CheckedOptions extends StartOptions {
  /** Whether each request must be one that GitHub's description knows: for tests of clients of ours. */
  readonly checksRequests?: boolean;
}

/** `close` throws when an answer, or a request that is checked, was not like GitHub's. */
export async function startCheckedGitHub({
  checksRequests = false,
  ...options
}: CheckedOptions = {}): Promise<EmulatedGitHub> {
  const problems = new Set<string>();
  const github = await startGitHub({
    ...options,
    onAnswer(answered) {
      for (const problem of problemsIn(answered)) problems.add(problem);
      if (checksRequests) for (const problem of requestProblems(answered)) problems.add(`asked: ${problem}`);
      options.onAnswer?.(answered);
    },
  });
  const close = async (): Promise<void> => {
    await github.close();
    if (problems.size > 0) throw new Error(`what was said is not GitHub's:\n${[...problems].join("\n")}`);
  };
  return { ...github, close, [Symbol.asyncDispose]: close };
}

function problemsIn({ operation, version, answer, content, isFault, failure }: Answered): string[] {
  if (failure !== undefined)
    return [`${operation} has failed: ${failure instanceof Error ? failure.stack : failure}`];
  // Git's own protocol and what browsers get are no part of the REST API.
  if (/^(?:git\/(?:upload|receive)-pack$|web\/)/u.test(operation)) return [];
  if (operation === "graphql") return isFault ? [] : graphqlProblems(answer.status, answer.body, content);
  const isJson = answer.headers?.["content-type"] === undefined;
  if (isFault || operation === "unknown" || answer.status === 501 || !isJson) return [];
  // As it goes over the wire: without what is undefined.
  const body = answer.body === undefined ? undefined : (JSON.parse(JSON.stringify(answer.body)) as Json);
  return problemsOf(operation, version, answer.status, body);
}

/** What the emulator answers must be a question that GitHub takes; the types of the answer are the schema's. */
function graphqlProblems(status: number, body: unknown, content: Json | undefined): string[] {
  const query = isJsonObject(content) ? content["query"] : undefined;
  const answer = typeof body === "object" && body !== null ? body : {};
  if (status !== 200) return "message" in answer ? [] : [`graphql ${status}: an error without a message`];
  if (!("data" in answer) && !("errors" in answer)) return ["graphql 200: neither data nor errors"];
  const isExecuted = "data" in answer;
  return isExecuted && typeof query === "string" ? documentProblems(query) : [];
}
