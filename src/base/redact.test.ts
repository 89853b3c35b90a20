import { describe, expect, test } from "vitest";
import { redact } from "./redact.ts";

const pat = `github_pat_${"A1b2C3d4".repeat(8)}`;

describe("no secret survives", () => {
  test.each([
    ...["ghp", "gho", "ghu", "ghs", "ghr"].map((kind) => `${kind}_${"aB3".repeat(12)}`),
    pat,
    `a line with ghp_${"x".repeat(36)} inside`,
    `https://x-access-token:ghs_${"y".repeat(36)}@github.com/o/r.git`,
    "https://ada:lovelace-1815@example.com/path",
    "postgres://ada:lovelace-1815@db:5432/store",
    "Authorization: Bearer lovelace-1815-lovelace",
    "authorization: Basic bG92ZWxhY2UtMTgxNQ==",
    '{"headers":{"authorization":"token lovelace-1815"}}',
    '["authorization","Bearer lovelace-1815"]',
    "password=lovelace-1815",
    'password: "lovelace-1815"',
    '{"body":"{\\"password\\":\\"lovelace-1815\\"}"}',
    "GITHUB_TOKEN=lovelace-1815",
    "?access_token=lovelace-1815&x=1",
    "client_secret=lovelace-1815",
    "X-Api-Key: lovelace-1815",
    "apiKey='lovelace-1815'",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "-----BEGIN RSA PRIVATE KEY-----\nlovelace-1815\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nlovelace-1815 and cut off",
  ])("%s", (text) => {
    const safe = redact(text);
    expect(safe).not.toBe(text);
    expect(safe).not.toMatch(/lovelace|bG92|aB3aB3|A1b2C3|xxxx|yyyy|dozjg/u);
  });
});

test("no secret survives in Base64, wherever it begins", () => {
  const secrets = [
    ...["ghp", "gho", "ghu", "ghs", "ghr"].map((kind) => `${kind}_${"aB3x".repeat(9)}`),
    pat,
    "-----BEGIN RSA PRIVATE KEY-----\nlovelace-1815-lovelace-1815-lovelace",
  ];
  for (const secret of secrets) {
    for (const before of ["", "x", "xy", "x-access-token:"]) {
      for (const encoding of ["base64", "base64url"] as const) {
        const text = Buffer.from(before + secret).toString(encoding);
        const safe = redact(`Basic header, ${text}`);
        expect(safe, text).toMatch(/\[(?:token|private key)\]/u);
        expect(safe).not.toContain(text.slice(-12).replace(/=+$/u, ""));
      }
    }
  }
});

test("the rest of the text stays", () => {
  expect(redact(`git push https://ada:lovelace@example.com/o/r failed: ${pat}.`)).toBe(
    "git push https://[credentials]@example.com/o/r failed: [token].",
  );
  for (const text of [
    "a token of thanks",
    "5 tokens: enough",
    "https://example.com/a?b=c",
    "secretary: x",
    "user@example.com",
  ]) {
    expect(redact(text)).toBe(text);
  }
});

test("a long text takes no long time", () => {
  for (const part of ["a", "a-", "token", "https://", "eyJ", "ghp_", "-----BEGIN "]) {
    expect(redact(part.repeat(100_000)).length).toBeGreaterThan(0);
  }
});
