/**
 * @module Takes secrets out of text before it reaches a log or an error.
 */

// GitHub's five shapes of tokens, JSON Web Tokens, PEM blocks, credentials in URLs, and what stands under a telling name.
// https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
// Repetitions that can begin anywhere are bounded, so that a long text takes no quadratic time.
const secrets: readonly (readonly [RegExp, string])[] = [
  [/\b(?:gh[oprsu]_[A-Za-z0-9_.-]{10,}|github_pat_[A-Za-z0-9_]{10,})/g, "[token]"],
  [/\beyJ[\w-]{8,1000}\.[\w-]{8,}\.[\w-]{8,}/g, "[jwt]"],
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    "[private key]",
  ],
  [/(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@]+@/gi, "$1[credentials]@"],
  [
    /\b([\w-]{0,40}(?:authorization|api[-_]?key|password|passwd|secret|token)[\\"']*\s{0,9}[:=]\s{0,9}[\\"']*(?:bearer |basic |token )?)[^\s\\"',;&]{4,}/gi,
    "$1[secret]",
  ],
  [/\b(bearer )[\w.~+/-]{8,}=*/gi, "$1[secret]"],
];

/** The text with every known shape of secret replaced. */
export function redact(text: string): string {
  return secrets.reduce((safe, [pattern, name]) => safe.replace(pattern, name), text);
}
