/**
 * @module Hints of the client, in the words of the command line: the client speaks of methods and options of its API, which who
 * types a command does not have.
 */
import { HubsteadError } from "../../../errors.ts";

/** What the client says, and what a command says instead. The first that fits counts; what comes later sees what it made. */
const wordsByApiWords: readonly (readonly [RegExp, string])[] = [
  // Waiting.
  [
    /Wait longer \(`timeoutMs`\), or end it with `?cancelRun`?/gu,
    "Wait longer (`--timeout`), or end it with `hubstead github workflow cancel`",
  ],
  [/,? or allow more time \(`timeoutMs`\)/gu, ""],
  [/, allow a longer wait \(`maxWaitMs`\)/gu, ""],
  [/`?limits\(\)`?/gu, "`hubstead github limits`"],
  // What another command does.
  [/with `?getRepo`?/gu, "with `hubstead github repo list`"],
  [/`?cancelRun`?/gu, "`hubstead github workflow cancel`"],
  [/it has ended \(`?waitForRun`?\)/gu, "it has ended (`hubstead github workflow watch`)"],
  [/wait for it with `?waitForRun`?/gu, "wait for it with `hubstead github workflow watch`"],
  [/with `?triggerWorkflow`?/gu, "with `hubstead github workflow run`"],
  [/with `?putFile`?/gu, "with `hubstead github file put`"],
  // What an option does.
  [/Set `?apiVersion`? to one that GitHub names/gu, "GitHub names the versions of its API that there are"],
  [/Pass \{ confirm: "([^"]*)" \}/gu, "Add --confirm $1"],
  [/`?replaceSpec`?/gu, "`--replace-spec`"],
  [/`?timeoutMs`?/gu, "`--timeout`"],
  // Objects in issues.
  [
    /Change it with `update`, or make sure of it with `put`/gu,
    "Change it with `hubstead issues update` or `replace`",
  ],
  [/or look with `list` for/gu, "or look with `hubstead issues list` for"],
  [/Look at its history for/gu, "Look with `hubstead issues history` for"],
  [/: `data\.body` holds it as it stands there/gu, "; --json shows its body in `data.body`"],
  [/Give `intervalMs`: 30_000/gu, "Give 30000 milliseconds"],
  // What the environment says.
  [/, `(?:appId|apiUrl|privateKey|privateKeyPath)`(?=[),])/gu, ""],
  [/ \(`(?:appId|apiUrl|privateKey|privateKeyPath)`\)/gu, ""],
  [/`appId` \(GITHUB_APP_ID\)/gu, "GITHUB_APP_ID"],
  [/`apiUrl`, (?=GITHUB_API_URL)/gu, ""],
  [/; `toWellFormed\(\)` replaces the half/gu, ""],
  // What no command does, and stock git or GitHub's pages do.
  [/, as `?listFiles`? shows/gu, ""],
  [/Unlock it with `?unlockIssue`?/gu, "Unlock it on GitHub"],
  [
    /Give a text or a Uint8Array; to delete a file, .*$/gu,
    "Give the file's content; delete a file with git.",
  ],
  [/Give an object, \{ name: value \}/gu, "Give names and their values"],
  [/; `?gitEnv`? gives git a token/gu, ""],
  [/; `?isOurs`? can tell them apart by a run-name/gu, ""],
  [/(?:with|use) `?(?:commitFiles|createRef|createOrResetTag)`?/gu, "with git"],
  [/use `?enableAutoMerge`?/gu, "let GitHub merge it by itself (auto-merge)"],
  [/For the emulator, allow it with `allowInsecureLoopback`/gu, "Only the emulator may be there"],
  [/; for another one make a fetch of its own with its `apiUrl`/gu, ": GITHUB_API_URL"],
];

/** @param hint as the client gives it */
export function toCommandWords(hint: string): string {
  return wordsByApiWords.reduce((text, [apiWords, words]) => text.replaceAll(apiWords, words), hint);
}

/** @returns the same error where it has no hint, or one without words of the API */
export function inCommandWords<E>(error: E): E | HubsteadError {
  if (!(error instanceof HubsteadError) || error.hint === undefined) return error;
  return withHint(error, toCommandWords(error.hint));
}

/** The same error with another hint. */
export function withHint(
  error: HubsteadError,
  hint: string,
  more: Readonly<Record<string, unknown>> = {},
): HubsteadError {
  const { code, message, data, cause } = error;
  const explained = new HubsteadError(code, message, {
    hint,
    data: { ...data, ...more },
    ...(cause === undefined ? {} : { cause }),
  });
  if (error.stack !== undefined) explained.stack = error.stack;
  return explained;
}
