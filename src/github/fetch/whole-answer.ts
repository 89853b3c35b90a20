/**
 * @module Whether what came is GitHub's answer: not a part of it, and not a page of something between, which answers whatever it is
 * asked with 200: an Enterprise Server before which a login stands, the network of a hotel, an address that is not the API's.
 */
import type { GovernedRequest } from "./governed-request.ts";

type Body = Uint8Array<ArrayBuffer> | null;

// Longer JSON is judged by its ends, so that nobody waits for it to be read twice.
const mostParsedBytes = 2 ** 20;

/** Whether all of an answer is there. @param response of 2xx */
export function isWhole(
  { status, headers }: Response,
  body: Body,
  { effect, isGraphql }: GovernedRequest["operation"],
): boolean {
  const type = headers.get("content-type") ?? "";
  const length = body?.length ?? 0;
  const announced = Number(headers.get("content-length") ?? Number.NaN);
  if (Number.isFinite(announced) && !headers.has("content-encoding") && announced !== length) return false;
  // What was made is shown.
  const isShown = effect === "create" && (status === 201 || (isGraphql && status === 200));
  if (isShown && (!/\bjson\b/u.test(type) || length === 0)) return false;
  return !isJsonType(type) || body === null || length === 0 || isWholeJson(body);
}

// What GitHub answers with text though nobody asks for it. @see https://docs.github.com/rest/meta/meta and …/markdown/markdown
const textRoutes: ReadonlySet<string> = new Set(["/zen", "/octocat", "/markdown", "/markdown/raw"]);
/** Media types of GitHub's that are text: `application/vnd.github.diff`, `…raw+json`. */
const acceptsText = /\b(?:raw|diff|patch|sha|text|octet-stream)\b/u;

/**
 * Whether it is a text that nobody has asked for. GitHub answers with JSON, or with the media type that it was asked for, under a
 * name of its own.
 *
 * @param response of 2xx
 * @param body `undefined` of a download, which is judged by its type alone
 * @see https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types
 */
export function isForeign(
  { headers }: Response,
  body: Body | undefined,
  request: Pick<GovernedRequest, "headers" | "operation">,
): boolean {
  const type = (headers.get("content-type") ?? "").toLowerCase();
  const accept = request.headers.get("accept") ?? "";
  const { route } = request.operation;
  const isPage = /^(?:text\/html|application\/xhtml\+xml)\b/u.test(type);
  const isText = isPage || type === "" || type.startsWith("text/");
  if (!isText || textRoutes.has(route)) return false;
  if (body === null || body?.length === 0) return false;
  if (isPage ? /\bhtml\b/u.test(accept) : acceptsText.test(accept)) return false;
  // A release's file may be a page; and what GitHub does not describe may answer with any text.
  if (body === undefined) return isPage && !route.includes("/assets/");
  return (isPage || route !== "unknown") && !isWholeJson(body);
}

function isJsonType(type: string): boolean {
  // `application/vnd.github.raw+json` is any file's bytes.
  return /\bjson\b/u.test(type) && !/\.raw\b/u.test(type);
}

function isWholeJson(bytes: Uint8Array<ArrayBuffer>): boolean {
  if (bytes.length > mostParsedBytes) {
    const first = String.fromCharCode(bytes.find((byte) => !isSpace(byte)) ?? 0);
    const last = String.fromCharCode(bytes.findLast((byte) => !isSpace(byte)) ?? 0);
    return ["{}", "[]", '""'].includes(first + last);
  }
  try {
    JSON.parse(new TextDecoder().decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
