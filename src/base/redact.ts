/**
 * @module Takes secrets out of text before it reaches a log or an error.
 */

// GitHub's five shapes of tokens, JSON Web Tokens, PEM blocks, credentials in URLs, and what stands under a telling name.
// https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
// Repetitions that can begin anywhere are bounded, so that a long text takes no quadratic time.
const secrets: readonly (readonly [RegExp, string])[] = [
  [/\b(?:gh[oprsu]_[A-Za-z0-9_.-]{10,}|github_pat_[A-Za-z0-9_]{10,})/g, "[token]"],
  // The same in Base64, as `authorization: Basic` holds them: how `ghp_`, `gho_` … `github_pat_` and `-----BEGIN` look there, for
  // each place that they can have in a group of three bytes.
  [
    /(?:Z2h[wv1zy]X|do(?:cF|b1|dV|c1|cl)|naHBf|naG9f|naHVf|naHNf|naHJf|Z2l0aHViX3BhdF|dpdGh1Yl9wYXRf|naXRodWJfcGF0X)[A-Za-z0-9]{30,}={0,2}/g,
    "[token]",
  ],
  [/(?:LS0tLS1CRUdJT|0tLS0tQkVHSU|tLS0tLUJFR0lO)[A-Za-z0-9+/_-]{30,}={0,2}/g, "[private key]"],
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
