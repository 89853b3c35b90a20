/**
 * @module What each exit code means, in one place: the help and the table of docs/cli.md say it with the same words.
 */
import { type ErrorCode, exitCodes } from "../errors.ts";

interface ExitCode {
  readonly exitCode: number;
  /** For the help: a few words. */
  readonly meaning: string;
  /** As `error.code` has it. */
  readonly codes: readonly (ErrorCode | "bug" | "interrupted")[];
  /** What to do, and which facts `data` has. */
  readonly advice?: string;
}

interface Meaning {
  readonly meaning: string;
  readonly advice?: string;
}

const meanings: Readonly<Record<number, Meaning>> = {
  [exitCodes.invalid_input]: { meaning: "invalid input", advice: "mend what was typed or read" },
  [exitCodes.not_found]: {
    meaning: "not found",
    advice: "no such entity, version, file, store or thing on GitHub; no match for `claim`",
  },
  [exitCodes.version_conflict]: {
    meaning: "conflict or exists already",
    advice: "somebody was faster: read again. `data.expected`, `data.actual`",
  },
  [exitCodes.busy]: {
    meaning: "busy or disk full",
    advice:
      "other processes held the file for 30 seconds, the disk is full, or a run has not ended in time. `data.retryAfterMs`",
  },
  [exitCodes.wrong_key]: {
    meaning: "wrong key",
    advice: "kept for what is sealed; no command ends with it yet",
  },
  [exitCodes.forbidden]: {
    meaning: "not permitted",
    advice: "no credential or no permission. `data.needed`",
  },
  [exitCodes.rate_limited]: {
    meaning: "rate limit or GitHub not available",
    advice: "later. `data.retryAt`",
  },
  [exitCodes.corrupt]: {
    meaning: "damaged",
    advice: "the file is damaged, or no store: `hubstead verify`, `backup restore`",
  },
  [exitCodes.unsupported_format]: {
    meaning: "unsupported format",
    advice: "made by a newer Hubstead, or by another program. `data.found`, `data.supported`",
  },
  [exitCodes.ambiguous_write]: {
    meaning: "may or may not have happened",
    advice: "nobody knows whether GitHub did it: look. `data.marker`",
  },
};

/** In their order. */
export const allExitCodes: readonly ExitCode[] = [
  { exitCode: 0, meaning: "done", codes: [] },
  {
    exitCode: 1,
    meaning: "a bug",
    codes: ["bug"],
    advice: "run it again with `--debug` and report it. With `--exit-status`: the run did not succeed",
  },
  ...Object.entries(meanings).map(([text, meaning]) => ({
    exitCode: Number(text),
    ...meaning,
    codes: (Object.keys(exitCodes) as ErrorCode[]).filter((code) => exitCodes[code] === Number(text)),
  })),
  { exitCode: 130, meaning: "interrupted", codes: ["interrupted"], advice: "Ctrl-C" },
];

/** Only what commands on a local store can end with; the rest belongs to remotes. */
const remoteOnly = new Set([exitCodes.wrong_key, exitCodes.rate_limited, exitCodes.ambiguous_write]);

/** For the help. */
export function exitCodesToText(isRemote: boolean): string {
  const known = allExitCodes.filter(({ exitCode }) => isRemote || !remoteOnly.has(exitCode));
  return `Exit codes: ${known.map(({ exitCode, meaning }) => `${exitCode} ${meaning}`).join(", ")}`;
}
