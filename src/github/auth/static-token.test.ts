import { inspect } from "node:util";
import { expect, test } from "vitest";
import { HubsteadError } from "../../errors.ts";
import { anonymousSource, createTokenSource } from "./static-token.ts";

const body = "Ab1".repeat(12);
const shapes = {
  personal: `ghp_${body}`,
  "fine-grained": `github_pat_11AAAA_${body}${body}`,
  installation: `ghs_123_eyJhbGciOi.${body}.${body}`,
  oauth: `gho_${body}`,
  "app-user": `ghu_${body}`,
  token: "0123456789abcdef0123456789abcdef01234567",
};
const scope = { path: "/user" };

test("each shape of token makes a bearer's header, and a principal that is stable and is not the token", async () => {
  const principals = new Set<string>();
  for (const [kind, token] of Object.entries(shapes)) {
    const source = createTokenSource({ token, label: "GITHUB_TOKEN" });
    const { authorization, principal } = await source.credentialFor(scope);
    expect(authorization).toBe(`Bearer ${token}`);
    expect(principal).toMatch(new RegExp(`^${kind}:[0-9a-f]{16}$`, "u"));
    expect((await createTokenSource({ token }).credentialFor(scope)).principal).toBe(principal);
    expect(source.secrets()).toEqual([token]);
    expect(source.label).toBe("GITHUB_TOKEN");
    expect(await source.renew({ principal, authorization: `Bearer ${token}` }, scope)).toBeUndefined();
    principals.add(principal);
  }
  expect(principals.size).toBe(Object.keys(shapes).length);
});

test("white space around a token is left out", async () => {
  for (const token of [
    `${shapes.personal}\n`,
    ` ${shapes.personal}\r\n`,
    `\t${shapes.personal}\u00a0`,
    `\ufeff${shapes.personal}`,
  ])
    expect((await createTokenSource({ token }).credentialFor(scope)).authorization).toBe(
      `Bearer ${shapes.personal}`,
    );
});

test("what is no token is refused by what it looks like, and never shown", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /^unauthorized: GITHUB_TOKEN is empty$/u],
    [" \n", /^unauthorized: GITHUB_TOKEN is empty$/u],
    [`-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`, /in PEM/u],
    [`\${{ secrets.CANARY_TOKEN }}`, /nobody filled in/u],
    ["$CANARY_TOKEN_NAME", /nobody filled in/u],
    [`\${CANARY_TOKEN_NAME}`, /nobody filled in/u],
    ["%CANARY_TOKEN_NAME%", /nobody filled in/u],
    [`"${shapes.personal}"`, /in quotes/u],
    [`'${shapes.personal}'`, /in quotes/u],
    [`Bearer ${shapes.personal}`, /whole header/u],
    [`token ${shapes.personal}`, /whole header/u],
    [`Authorization: Bearer ${shapes.personal}`, /whole header/u],
    [`https://x-access-token:${shapes.personal}@github.com`, /a URL/u],
    [`${shapes.personal} # mine`, /white space within/u],
    [`${shapes.personal}\n${shapes.oauth}`, /white space within/u],
    [`${shapes.personal}\u0000`, /control characters/u],
    [`ghp_\u001b[31m${body}`, /control characters/u],
    [`ghp_${body}é`, /outside ASCII/u],
    ["*******************", /masked/u],
    [`ghp_Ab1...${body}`, /masked/u],
    [`eyJhbGciOiJSUzI1NiJ9.${body}.${body}`, /JSON Web Token/u],
    [`ghr_${body}`, /refresh token/u],
    [`glpat-${body}`, /another service/u],
    [`npm_${body}`, /another service/u],
    ["ghp_Ab1", /too short/u],
  ];
  for (const [token, expected] of cases) {
    let thrown: unknown;
    try {
      createTokenSource({ token, label: "GITHUB_TOKEN" });
    } catch (error) {
      thrown = error;
    }
    expect(thrown, token).toBeInstanceOf(HubsteadError);
    if (!(thrown instanceof HubsteadError)) continue;
    expect(`${thrown.code}: ${thrown.message}`, token).toMatch(expected);
    expect(thrown.hint, token).toBeTruthy();
    const told = `${inspect(thrown)} ${JSON.stringify(thrown)}`;
    for (const part of [body, "CANARY", "Ab1"]) expect(told, token).not.toContain(part);
  }
});

test("without a credential, requests are anonymous", async () => {
  expect(await anonymousSource.credentialFor(scope)).toEqual({ principal: "anonymous" });
  expect(await anonymousSource.renew({ principal: "anonymous" }, scope)).toBeUndefined();
  expect(anonymousSource.secrets()).toEqual([]);
});
