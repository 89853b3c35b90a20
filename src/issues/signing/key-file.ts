/**
 * @module The file of keys on the default branch: which key signs for which account, and until when. Pure.
 */
import * as z from "zod/mini";
import { HubsteadError } from "../../errors.ts";
import { type PublicKey, parsePublicKey } from "./writer-key.ts";

/** Protect it: who can change it on the default branch decides whose changes count. */
export const keyFilePath = ".github/hubstead/keys.json";

export interface RegisteredKey extends PublicKey {
  /** The account whose it is, for good: logins change hands. */
  readonly userId: number;
  /** What was written from then on, by GitHub's clock, does not count. In milliseconds. */
  readonly untilMs?: number;
}

const shape = z.strictObject({
  v: z.literal(1),
  keys: z.array(
    z.strictObject({
      publicKey: z.string(),
      user: z.int().check(z.positive()),
      /** For people. */
      login: z.optional(z.string()),
      until: z.optional(z.iso.datetime({ offset: true })),
    }),
  ),
});

/**
 * @returns by their ids
 * @throws {HubsteadError} `corrupt` for a file that says anything else: then nobody knows whose key is whose
 */
export function parseKeyFile(text: string): ReadonlyMap<string, RegisteredKey> {
  const parsed = shape.safeParse(tryParse(text));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw noKeyFile(`${path.length === 0 ? "it" : path.join(".")} is wrong: ${message}`);
  }
  const keys = new Map<string, RegisteredKey>();
  for (const [index, { publicKey, user, until }] of parsed.data.keys.entries()) {
    const key = parsePublicKey(publicKey);
    if (key === undefined) throw noKeyFile(`keys.${index}.publicKey is no Ed25519 public key in base64url`);
    if (keys.has(key.id)) throw noKeyFile(`keys.${index}.publicKey is there twice`);
    keys.set(key.id, {
      ...key,
      userId: user,
      ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
    });
  }
  return keys;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function noKeyFile(because: string): HubsteadError {
  return new HubsteadError("corrupt", `${keyFilePath} cannot be used, because ${because}`, {
    hint: `Mend it on the default branch: { "v": 1, "keys": [{ "publicKey": "…", "user": 583231 }] }.`,
    data: { path: keyFilePath },
  });
}
