/**
 * @module One call of a webhook's URL: no redirect is followed, and nobody is waited for longer than allowed.
 */
import type { DeliveryRow, HookRow } from "../world/app-rows.ts";

/** Enough to see what went wrong. */
const mostResponseBytes = 65_536;

export type Posted = Pick<DeliveryRow, "duration" | "statusCode" | "status" | "response">;

export interface PostParts {
  readonly timeoutMs: number;
  /** Beyond this machine's own. */
  readonly allowHosts: readonly string[];
  readonly signal: AbortSignal;
}

/** Never throws: whatever goes wrong is the result. */
export async function postHook(
  hook: HookRow,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  { timeoutMs, allowHosts, signal }: PostParts,
): Promise<Posted> {
  const began = performance.now();
  const result = (statusCode: number, status: string, response = { headers: {}, payload: "" }): Posted => ({
    duration: Math.round(performance.now() - began) / 1000,
    statusCode,
    status,
    response,
  });
  if (!isReachable(hook.url, allowHosts)) return result(0, "failed to connect to host");
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(hook.url, {
      method: "POST",
      redirect: "manual",
      headers: request.headers,
      body: request.body,
      signal: AbortSignal.any([timeout, signal]),
    });
    const payload = await readSome(response);
    const status = response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`;
    return result(response.status, status, { headers: Object.fromEntries(response.headers), payload });
  } catch {
    return result(0, timeout.aborted ? "timed out" : "failed to connect to host");
  }
}

async function readSome({ body }: Response): Promise<string> {
  if (body === null) return "";
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size >= mostResponseBytes) break;
  }
  return Buffer.concat(parts).subarray(0, mostResponseBytes).toString("utf8");
}

/** The emulator calls this machine and hosts that were named, nothing else. */
function isReachable(url: string, allowHosts: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, host } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") return false;
  const isLoopback =
    hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/u.test(hostname);
  return isLoopback || allowHosts.includes(hostname) || allowHosts.includes(host);
}
