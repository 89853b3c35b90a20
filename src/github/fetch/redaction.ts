/**
 * @module The outermost layer: no secret leaves in an error. Those that the process holds are taken out by their value, all others
 * by their shape.
 */
import { redact } from "../../base/redact.ts";
import { HubsteadError } from "../../errors.ts";

/** @param secrets that are held now @param signal whose reason is the caller's own, and recognised by who it is */
export async function withoutSecrets<T>(
  secrets: () => readonly string[],
  body: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (signal?.aborted && error === signal.reason) throw error;
    throw errorWithoutSecrets(error, secrets());
  }
}

/** The same error without secrets. @param secrets that are held now */
export function errorWithoutSecrets(error: unknown, secrets: readonly string[]): unknown {
  return cleanError(error, cleaner(secrets));
}

type Clean = (text: string) => string;

/** The value itself, and how it looks in a URL and in Base64, where an error may quote a header. */
function cleaner(secrets: readonly string[]): Clean {
  const values = secrets
    .filter((secret) => secret.length >= 8)
    .flatMap((secret) => [secret, encodeURIComponent(secret), ...base64FormsOf(secret)]);
  return (text) => redact(values.reduce((safe, value) => safe.replaceAll(value, "[secret]"), text));
}

/** For each place that it can have in a group of three bytes; without the signs that depend on what stands beside it. */
function base64FormsOf(secret: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString("base64url");
    const own = text.slice(
      before === 0 ? 0 : before + 1,
      Math.floor(((before + Buffer.byteLength(secret)) * 4) / 3),
    );
    return [own, own.replaceAll("-", "+").replaceAll("_", "/")];
  });
}

/** Mistakes in a program stay what they are. */
const kinds: ReadonlyMap<string, ErrorConstructor> = new Map(
  [TypeError, RangeError, ReferenceError, SyntaxError].map((kind) => [kind.name, kind as ErrorConstructor]),
);

function cleanError(error: unknown, clean: Clean, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === "string" ? clean(error) : error;
  if (error instanceof HubsteadError) {
    const { code, message, hint, data, cause, stack } = error;
    const safe = new HubsteadError(code, clean(message), {
      ...(hint === undefined ? {} : { hint: clean(hint) }),
      data: cleanValue(data, clean) as Record<string, unknown>,
      ...(cause === undefined || depth > 5 ? {} : { cause: cleanError(cause, clean, depth + 1) }),
    });
    if (stack !== undefined) safe.stack = clean(stack);
    return safe;
  }
  // An abort is the caller's own, and recognised by who it is.
  if (error.name === "AbortError" || error.name === "TimeoutError") return error;
  const safe = new (kinds.get(error.name) ?? Error)(clean(error.message));
  safe.name = error.name;
  if (error.stack !== undefined) safe.stack = clean(error.stack);
  if (error.cause !== undefined && depth <= 5) safe.cause = cleanError(error.cause, clean, depth + 1);
  return safe;
}

function cleanValue(value: unknown, clean: Clean): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, clean));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cleanValue(item, clean)]));
}
