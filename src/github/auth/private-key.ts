/**
 * @module A GitHub App's private key, read from text: mends what environments do to it, and tells what was handed in
 * instead. GitHub gives RSA keys, as PKCS#1; many tools turn them into PKCS#8.
 *
 * @see https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/managing-private-keys-for-github-apps
 */
import { createPrivateKey, type KeyObject } from "node:crypto";
import { type HubsteadError, invalidInput } from "../../errors.ts";

const fewestBits = 2048;
const download = "Generate a key in the App's settings, under “Private keys”, and hand in the file as it is.";

/**
 * @param text PEM; also with `\n` for line breaks, with none at all, in quotes, or as base64, as environments pass it on
 * @param name where it comes from: `GITHUB_APP_PRIVATE_KEY`, a file's path
 * @throws {HubsteadError} `invalid_input` for encrypted and public keys, for other algorithms than RSA, and for what is
 *   damaged or no key; the error shows nothing of it
 */
export function parsePrivateKey(text: string, name: string): KeyObject {
  const wrong = (what: string, hint: string): HubsteadError =>
    invalidInput(`${name} ${what}`, hint, { path: name, expected: "an RSA private key as PEM" });
  const { label, body } = choosePem(mend(text), wrong);
  refuseOthers(label, body, wrong);
  const base64 = body.replaceAll(/\s+/gu, "");
  let key: KeyObject;
  try {
    key = createPrivateKey({
      key: Buffer.from(base64, "base64"),
      format: "der",
      type: label === "RSA PRIVATE KEY" ? "pkcs1" : "pkcs8",
    });
  } catch {
    // What OpenSSL says helps nobody.
    throw wrong("is damaged: what stands in the PEM is no key", download);
  }
  if (key.asymmetricKeyType !== "rsa")
    throw wrong(`is a key for ${key.asymmetricKeyType ?? "another algorithm"}, not for RSA`, download);
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < fewestBits)
    throw wrong(`is an RSA key of fewer than ${fewestBits} bits`, download);
  return key;
}

/** Every form in which the key may turn up in a text, for those who take secrets out of texts. */
export function secretsOfKey(key: KeyObject): readonly string[] {
  return (["pkcs8", "pkcs1"] as const).flatMap((type) => [
    key.export({ type, format: "pem" }).toString().trim(),
    key.export({ type, format: "der" }).toString("base64"),
  ]);
}

function mend(text: string): string {
  const bare = text
    .replace(/^\ufeff/u, "")
    .trim()
    .replace(/^(["'])([\s\S]*)\1$/u, "$2");
  const isBase64 = /^[A-Za-z0-9+/\s]+=*\s*$/u.test(bare);
  const decoded = isBase64 ? Buffer.from(bare, "base64").toString("latin1") : "";
  return (decoded.includes("-----BEGIN") ? decoded : bare).replaceAll(/(?:\\r)?\\n|\r\n?/gu, "\n");
}

interface Pem {
  readonly label: string;
  readonly body: string;
}

/** A file may hold a certificate beside the key. */
function choosePem(text: string, wrong: (what: string, hint: string) => HubsteadError): Pem {
  const found = [
    ...text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*(?:-(?!----)[^-]*)*)-----END \1-----/gu),
  ];
  const pems = found.map(([, label = "", body = ""]) => ({ label, body }));
  const chosen = pems.find(({ label }) => label.includes("PRIVATE")) ?? pems[0];
  if (chosen !== undefined) return chosen;
  if (/-----BEGIN [A-Z0-9 ]{1,40}-----/u.test(text)) {
    throw wrong(
      "holds only the beginning of a key",
      "An .env file needs it on one line, with \\n for each line break; or name a file in GITHUB_APP_PRIVATE_KEY_PATH (`privateKeyPath`).",
    );
  }
  if (text === "") throw wrong("is empty", download);
  if (/^(?:~|\.{0,2}\/|[A-Za-z]:\\)[^\n]*$|^[^\n]*\.pem$/u.test(text))
    throw wrong(
      "looks like the path of a file",
      "Put a path into GITHUB_APP_PRIVATE_KEY_PATH (`privateKeyPath`).",
    );
  if (/^(?:gh[a-z]_|github_pat_)/u.test(text))
    throw wrong("looks like a token", "Put a token into GITHUB_TOKEN (`token`).");
  throw wrong("is no PEM", download);
}

function refuseOthers(
  label: string,
  body: string,
  wrong: (what: string, hint: string) => HubsteadError,
): void {
  if (label === "ENCRYPTED PRIVATE KEY" || /^\s*Proc-Type:.*ENCRYPTED/u.test(body)) {
    throw wrong(
      "is encrypted with a password",
      "Decrypt it: (umask 077; openssl pkey -in ENCRYPTED.pem -out github_app.pem)",
    );
  }
  if (label === "OPENSSH PRIVATE KEY") throw wrong("is a key of SSH", download);
  if (label === "EC PRIVATE KEY") throw wrong("is a key for EC, not for RSA", download);
  if (label.endsWith("PUBLIC KEY")) throw wrong("is a public key", download);
  if (label.startsWith("CERTIFICATE")) throw wrong("is a certificate, not a key", download);
  if (label !== "PRIVATE KEY" && label !== "RSA PRIVATE KEY")
    throw wrong(`is a PEM of another kind: ${label}`, download);
}
