/**
 * @module Calls the emulator as any HTTP client would.
 */
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** JSON, or text; `undefined` for none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  readonly body: any;
}

/** @param route `POST /repos/acme/data/issues` */
export type Caller = (
  route: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Reply>;

/** @param token absent: without credentials */
export function callAs({ url }: Pick<EmulatedGitHub, "url">, token?: string): Caller {
  return async (route, body, headers = {}) => {
    const [method = "GET", path = "/"] = route.split(" ", 2);
    const response = await fetch(url + path, {
      method,
      redirect: "manual",
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /^application\/json/u.test(response.headers.get("content-type") ?? "");
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : isJson ? JSON.parse(text) : text,
    };
  };
}
