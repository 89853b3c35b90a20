import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/core";
import { expect, test } from "vitest";
import { isAppPath, isClockRefusal, makeAppJwt } from "./app-jwt.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const now = Date.UTC(2026, 10, 21, 12);

/** The claims of a token, when its signature is right. */
function claimsOf(jwt: string): Record<string, unknown> {
  const [header = "", payload = "", signature = ""] = jwt.split(".");
  const data = Buffer.from(`${header}.${payload}`);
  expect(verify("RSA-SHA256", data, createPublicKey(privateKey), Buffer.from(signature, "base64url"))).toBe(
    true,
  );
  expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({ alg: "RS256", typ: "JWT" });
  return JSON.parse(Buffer.from(payload, "base64url").toString());
}

test("a token counts from a minute ago for less than ten minutes, in whole seconds", () => {
  const seconds = now / 1000;
  expect(claimsOf(makeAppJwt("12", privateKey, now + 999))).toEqual({
    iat: seconds - 60,
    exp: seconds + 300,
    iss: 12,
  });
  expect(claimsOf(makeAppJwt("Iv23liABCDEF1234567", privateKey, now))["iss"]).toBe("Iv23liABCDEF1234567");
});

/** Whether @octokit/auth-app, which others use for the same, sends the App's own token to a path. */
async function isAppPathOfOctokit(path: string): Promise<boolean> {
  let authorization: string | null = null;
  const octokit = new Octokit({
    authStrategy: createAppAuth,
    auth: { appId: 12, installationId: 34, createJwt: async () => ({ jwt: "own", expiresAt: "" }) },
    request: {
      async fetch(url: string, init: RequestInit) {
        authorization = new Headers(init.headers).get("authorization");
        const isMint = url.endsWith("/access_tokens");
        const body = isMint
          ? { token: "installation's", expires_at: "2026-11-21T13:00:00Z", permissions: {} }
          : {};
        return Response.json(body, { status: isMint ? 201 : 200 });
      },
    },
  });
  await octokit.request(`GET ${path}`);
  return authorization === "bearer own";
}

test("the paths that take the App's own token are those that @octokit/auth-app knows", async () => {
  const paths = [
    "/app",
    "/app/hook/config",
    "/app/hook/deliveries",
    "/app/hook/deliveries/1",
    "/app/hook/deliveries/1/attempts",
    "/app/installations",
    "/app/installations/1",
    "/app/installations/1/suspended",
    "/app/installation-requests",
    "/marketplace_listing/plans",
    "/marketplace_listing/plans/1/accounts",
    "/marketplace_listing/accounts/1",
    "/marketplace_listing/stubbed/plans",
    "/orgs/acme/installation",
    "/repos/acme/data/installation",
    "/users/ada/installation",
    "/enterprises/acme/installation",
    "/",
    "/apps/bot",
    "/app-manifests/code/conversions",
    "/orgs/acme",
    "/orgs/acme/installations",
    "/repos/acme/app",
    "/repos/acme/installation",
    "/repos/app/installation/issues",
    "/users/installation",
    "/user/installations",
    "/installation/repositories",
    "/installation/token",
    "/rate_limit",
    "/graphql",
  ];
  const theirs = await Promise.all(paths.map(isAppPathOfOctokit));
  expect(paths.map((path) => [path, isAppPath(path)])).toEqual(paths.map((path, at) => [path, theirs[at]]));
  // A file of this name in a repository is not the App's; there they are wrong.
  expect(isAppPath("/repos/acme/data/contents/installation")).toBe(false);
});

test("a refusal for the clock is told from others", () => {
  expect(isClockRefusal("'Expiration time' claim ('exp') is too far in the future")).toBe(true);
  expect(isClockRefusal("'Issued at' claim ('iat') must be an Integer representing the time …")).toBe(true);
  expect(isClockRefusal("A JSON web token could not be decoded")).toBe(false);
  expect(isClockRefusal("Bad credentials")).toBe(false);
});
