/**
 * @module The JSON Web Tokens with which GitHub Apps say who they are.
 *
 * @see https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
import { createPublicKey, verify } from "node:crypto";
import { Refusal } from "../http/refusal.ts";
import type { AppRow } from "../world/app-rows.ts";
import type { World } from "../world/world.ts";

const mostSeconds = 600;
/** For a client that rounds up; GitHub forgives no clock that is ahead of its own. @see https://github.com/octokit/auth-app.js/issues/698 */
const skewSeconds = 1;

/** Installation tokens hold dots, too, but begin otherwise. */
export function isAppJwt(secret: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/u.test(secret);
}

/** @throws {Refusal} 401 */
export function readAppJwt(world: World, jwt: string, nowMs: number): AppRow {
  const [header = "", payload = "", signature = ""] = jwt.split(".");
  const head = decode(header);
  const claims = decode(payload);
  if (head?.["alg"] !== "RS256" || claims === undefined) throw undecodable();
  const app = findIssuer(world, claims["iss"]);
  if (app === undefined) throw new Refusal(401, "Integration not found");
  // An app whose key nobody has asked for has signed nothing.
  if (app.publicKey === "") throw undecodable();
  const isSigned = verify(
    "RSA-SHA256",
    Buffer.from(`${header}.${payload}`),
    createPublicKey(app.publicKey),
    Buffer.from(signature, "base64url"),
  );
  if (!isSigned) throw undecodable();
  checkTimes(claims, Math.floor(nowMs / 1000));
  return app;
}

/** The issuer is the app's id, as a number or as text, or its client id. */
function findIssuer(world: World, issuer: unknown): AppRow | undefined {
  if (typeof issuer === "number") return world.apps.get(issuer);
  if (typeof issuer !== "string") return undefined;
  return (
    (/^\d+$/u.test(issuer) ? world.apps.get(Number(issuer)) : undefined) ??
    world.apps.all().find(({ clientId }) => clientId === issuer)
  );
}

function checkTimes(claims: Readonly<Record<string, unknown>>, now: number): void {
  const { iat, exp } = claims;
  if (!isWhole(exp) || exp <= now) {
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp > now + mostSeconds + skewSeconds) {
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  }
  if (!isWhole(iat) || iat > now + skewSeconds) {
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
}

function isWhole(time: unknown): time is number {
  return Number.isInteger(time);
}

function decode(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function undecodable(): Refusal {
  return new Refusal(401, "A JSON web token could not be decoded");
}
