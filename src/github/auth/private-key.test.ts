import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { HubsteadError } from "../../errors.ts";
import { parsePrivateKey, secretsOfKey } from "./private-key.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const pem = (key: KeyObject, type: "pkcs1" | "pkcs8" | "sec1", encrypted = false) =>
  key
    .export({ type, format: "pem", ...(encrypted ? { cipher: "aes-256-cbc", passphrase: "p" } : {}) })
    .toString();
const pkcs1 = pem(rsa, "pkcs1");
const pkcs8 = pem(rsa, "pkcs8");

/** Whether a key that was read signs what the original's public key accepts. */
function isSame(key: KeyObject): boolean {
  const data = Buffer.from("signed");
  return verify("RSA-SHA256", data, createPublicKey(rsa), sign("RSA-SHA256", data, key));
}

test("a key is read as PKCS#1 and as PKCS#8, and as environments and files spell it", () => {
  const spellings: Record<string, (text: string) => string> = {
    "as it is": (text) => text,
    "without the last line break": (text) => text.trim(),
    "with Windows line breaks": (text) => text.replaceAll("\n", "\r\n"),
    "with old Mac line breaks": (text) => text.replaceAll("\n", "\r"),
    "with a literal \\n": (text) => text.replaceAll("\n", "\\n"),
    "with a literal \\r\\n": (text) => text.replaceAll("\n", "\\r\\n"),
    "in quotes": (text) => JSON.stringify(text),
    "in single quotes": (text) => `'${text}'`,
    "with spaces for line breaks": (text) => text.replaceAll("\n", " "),
    "without line breaks": (text) => text.replaceAll("\n", ""),
    indented: (text) => text.replaceAll(/^/gmu, "    "),
    "with a byte order mark": (text) => `\ufeff${text}`,
    "after other text": (text) => `Bag Attributes\n    friendlyName: bot\n${text}`,
    "as base64": (text) => Buffer.from(text).toString("base64"),
    "as wrapped base64": (text) => Buffer.from(text).toString("base64").replaceAll(/.{76}/gu, "$&\n"),
    "behind its public key": (text) =>
      `${createPublicKey(rsa).export({ type: "spki", format: "pem" }).toString()}\n${text}`,
  };
  // Some tools write the old name above the new form.
  expect(isSame(parsePrivateKey(pkcs8.replaceAll("PRIVATE KEY", "RSA PRIVATE KEY"), "KEY"))).toBe(true);
  for (const [name, spell] of Object.entries(spellings))
    for (const text of [pkcs1, pkcs8]) expect(isSame(parsePrivateKey(spell(text), "KEY")), name).toBe(true);
});

test("what is no RSA private key is refused by what it is, and never shown", () => {
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const ed = generateKeyPairSync("ed25519").privateKey;
  const pss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).privateKey;
  const short = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
  const body = pkcs1.split("\n").slice(1, -2).join("\n");
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /is empty$/u],
    [" \n", /is empty$/u],
    ["garbage", /is no PEM$/u],
    [body, /is no PEM$/u],
    ["/app/keys/github_app.pem", /path of a file/u],
    ["~/keys/app.pem", /path of a file/u],
    ["C:\\keys\\app.pem", /path of a file/u],
    ["keys/app.pem", /path of a file/u],
    [`ghs_${"Ab1".repeat(12)}`, /looks like a token/u],
    ["-----BEGIN RSA PRIVATE KEY-----", /only the beginning/u],
    [pkcs1.slice(0, 800), /only the beginning/u],
    [pem(rsa, "pkcs8", true), /encrypted with a password/u],
    [pem(rsa, "pkcs1", true), /encrypted with a password/u],
    [createPublicKey(rsa).export({ type: "spki", format: "pem" }).toString(), /public key/u],
    [createPublicKey(rsa).export({ type: "pkcs1", format: "pem" }).toString(), /public key/u],
    [pem(ec, "sec1"), /for EC, not for RSA/u],
    [pem(ec, "pkcs8"), /for ec, not for RSA/u],
    [pem(ed, "pkcs8"), /for ed25519, not for RSA/u],
    [pem(pss, "pkcs8"), /for rsa-pss, not for RSA/u],
    [pem(short, "pkcs8"), /fewer than 2048 bits/u],
    [`-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----`, /key of SSH/u],
    [`-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`, /a certificate/u],
    [`-----BEGIN PGP MESSAGE-----\n${body}\n-----END PGP MESSAGE-----`, /another kind: PGP MESSAGE/u],
    [pkcs1.replace(/\n.{64}\n/u, "\n"), /damaged/u],
    ["-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", /damaged/u],
    ["-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----", /damaged/u],
  ];
  for (const [text, expected] of cases) {
    let thrown: unknown;
    try {
      parsePrivateKey(text, "GITHUB_APP_PRIVATE_KEY");
    } catch (error) {
      thrown = error;
    }
    expect(thrown, text).toBeInstanceOf(HubsteadError);
    if (!(thrown instanceof HubsteadError)) continue;
    expect(`${thrown.code}: ${thrown.message}`, text).toMatch(/^invalid_input: GITHUB_APP_PRIVATE_KEY /u);
    expect(thrown.message, text).toMatch(expected);
    expect(thrown.hint, text).toBeTruthy();
    const told = `${inspect(thrown)} ${JSON.stringify(thrown)}`;
    for (const line of text.split("\n").filter((line) => line.length > 30 && !line.startsWith("-----")))
      expect(told, text).not.toContain(line.slice(0, 20));
  }
});

test("a text that never ends its PEM takes no long time", () => {
  const text = "-----BEGIN PRIVATE KEY-----\n".repeat(2_000) + "-".repeat(50_000);
  expect(() => parsePrivateKey(text, "KEY")).toThrow("only the beginning");
});

test("each form of a key is known as a secret", () => {
  const secrets = secretsOfKey(parsePrivateKey(pkcs1, "KEY"));
  expect(secrets).toContain(pkcs1.trim());
  expect(secrets).toContain(pkcs8.trim());
  expect(secrets).toContain(rsa.export({ type: "pkcs8", format: "der" }).toString("base64"));
});
