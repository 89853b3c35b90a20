/**
 * @module Secrets that are looked for wherever something comes out, and how they are found: whole or in part, plain, in Base64
 * wherever it begins, and as URLs write them.
 */
import { createHash, generateKeyPairSync } from "node:crypto";

/** From a name, so that each run has the same ones. */
function random(name: string, length: number): string {
  const digest = (round: number) => createHash("sha512").update(`${name} ${round}`).digest("base64");
  return Array.from({ length: 8 }, (_, round) => digest(round))
    .join("")
    .replaceAll(/[^A-Za-z0-9]/gu, "")
    .slice(0, length);
}

/** GitHub's shapes of tokens. */
export const canaryTokens = {
  personal: `ghp_${random("personal", 36)}`,
  installation: `ghs_${random("installation", 36)}`,
  oauth: `gho_${random("oauth", 36)}`,
  appUser: `ghu_${random("app user", 36)}`,
  fineGrained: `github_pat_${random("fine", 22)}_${random("grained", 59)}`,
} as const;

/** What has no shape of its own. */
export const webhookSecret = random("webhook", 40);
export const password = random("password", 24);

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

export const jwt = [
  base64url({ alg: "RS256", typ: "JWT" }),
  base64url({ iss: "12", jti: random("claims", 60) }),
  random("signature", 80),
].join(".");

export const privateKey = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();

const windowSize = 12;

/** Every so many characters in a row; a part of a secret is a leak as well. */
function windowsOf(text: string, step: number): string[] {
  const windows: string[] = [];
  for (let at = 0; at + windowSize <= text.length; at += step) windows.push(text.slice(at, at + windowSize));
  return windows;
}

/** The secret in Base64, without what depends on its neighbours, for each way in which it can lie in the groups of three bytes. */
function base64FormsOf(secret: string): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]).toString("base64");
    const certain = text.replace(/=+$/u, "").slice(shift === 0 ? 0 : 4, -2);
    return [certain, certain.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

function needlesOf(secret: string): string[] {
  // What comes before it is no secret: `ghp_`, the head of a JSON Web Token, `-----BEGIN`.
  const core = secret
    .replace(/^(?:gh[a-z]_|github_pat_|eyJ[^.]*\.eyJ)/u, "")
    .replaceAll(/-----[A-Z ]+-----/gu, "");
  const isLong = core.length > 200;
  const lines = core.split(/\s+/u).filter((line) => line !== "");
  return [
    ...lines.flatMap((line) => windowsOf(line, isLong ? 8 : 1)),
    ...lines.flatMap((line) => windowsOf(encodeURIComponent(line), isLong ? 8 : 1)),
    ...lines.flatMap(base64FormsOf).flatMap((form) => windowsOf(form, 4)),
  ];
}

/** Finds secrets in texts. */
export interface Detector {
  /** From now on this is a secret, too. */
  add(secret: string): void;
  /** @returns the parts of secrets that are in it */
  leaksIn(text: string): readonly string[];
}

export function createDetector(secrets: readonly string[]): Detector {
  const known = new Set<string>();
  const needles = new Set<string>();
  /** How needles begin: most places of a text are left at their first look. */
  const beginnings = new Uint8Array(2 ** 21);
  const add = (secret: string): void => {
    if (known.has(secret)) return;
    known.add(secret);
    for (const needle of needlesOf(secret)) {
      needles.add(needle);
      beginnings[beginningAt(needle, 0)] = 1;
    }
  };
  for (const secret of secrets) add(secret);
  return {
    add,
    // All needles are of one length: each place of a text is looked up once.
    leaksIn(text) {
      const leaks = new Set<string>();
      for (let at = 0; at + windowSize <= text.length; at++) {
        if (beginnings[beginningAt(text, at)] !== 1) continue;
        const part = text.slice(at, at + windowSize);
        if (needles.has(part)) leaks.add(part);
      }
      return [...leaks];
    },
  };
}

/** Of three characters, seven bits each. */
function beginningAt(text: string, at: number): number {
  const bits = (place: number) => text.charCodeAt(place) & 0x7f;
  return (bits(at) << 14) | (bits(at + 1) << 7) | bits(at + 2);
}
