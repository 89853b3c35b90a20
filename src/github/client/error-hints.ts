/**
 * @module What to do about each refusal of GitHub's. Many causes share one status: then GitHub's words tell which it is.
 */
import type { ErrorCode } from "../../errors.ts";

/** What is known of a refusal. */
export interface Refused {
  readonly code: ErrorCode;
  readonly status: number;
  /** GitHub's words. */
  readonly message: string;
  readonly hasReasons: boolean;
  readonly needed: string | undefined;
}

/** What GitHub's words tell, whatever the status. */
const byWords: readonly (readonly [RegExp, string])[] = [
  [
    /requires authentication/iu,
    "No credential was sent: set GITHUB_TOKEN, or GITHUB_APP_ID with the App's private key.",
  ],
  [/no failed jobs/iu, "No job of the run has failed, so there is nothing to run again."],
  [/run is already running/iu, "Wait until it has ended (waitForRun), then run it again."],
  [/created over a month ago/iu, "Start the workflow anew with triggerWorkflow."],
  [
    /\b2,?500 comments/iu,
    "The issue is full: it has had 2,500 comments, as many as GitHub takes. Go on in a new issue.",
  ],
  [/is locked/iu, "Unlock it with unlockIssue, or use a credential that may write in the repository."],
  [/must have push access/iu, "Give the account the role `write` in the repository."],
  [/must have admin rights/iu, "Give the account the role `admin` in the repository."],
  [/archived/iu, "The repository is archived and read-only; its owner can unarchive it in its settings."],
  [/repository is empty/iu, "The repository has no commits yet: commit a first file with putFile."],
  [
    /branch \S+ not found/iu,
    "There is no such branch: check its name, or make it with createRef from another branch's commit.",
  ],
  [/no commit found/iu, "There is no such branch, tag or commit: check `ref`."],
  [
    /does not have 'workflow_dispatch' trigger/iu,
    "Add `on: workflow_dispatch` to the workflow's file on that branch; on the default branch, too.",
  ],
  [
    /unexpected inputs/iu,
    "Leave these inputs out, or declare them under `on.workflow_dispatch.inputs` in the workflow's file on that branch.",
  ],
  [/required input/iu, "Give this input in `inputs`."],
  [/disabled workflow/iu, "Enable the workflow in the repository's Actions tab."],
  [
    /protected branch|rule violations? found/iu,
    "A rule of the repository forbids it: open a pull request instead, or let the credential bypass the branch's protection or ruleset.",
  ],
  [/not a supported version/iu, "Set `apiVersion` to one that GitHub names in its message."],
  [/suspended/iu, "An owner of the account can unsuspend it in its settings."],
];

export function hintOf(refused: Refused): string {
  const { code, status, message, hasReasons, needed } = refused;
  if (status === 501) return "It is not served here: asked again, it will be answered the same.";
  const told = byWords.find(([words]) => words.test(message));
  if (told !== undefined) return told[1];
  switch (code) {
    case "unauthorized":
      return "Check that the token is whole, has not expired and belongs to this host; `hubstead github whoami` shows which is used.";
    case "forbidden":
      return hintForNeeded(needed);
    case "not_found":
      if (status === 410) return "It was deleted, or is switched off in the repository's settings.";
      return needed === undefined || !needed.startsWith("scope ")
        ? "Check the name; a private repository that the token may not read looks the same."
        : `Check the name; it looks the same where the token lacks ${orOf(needed)}.`;
    case "version_conflict":
      return "Read it again, put your change on top, and try again.";
    case "already_exists":
      return "Use another name, or read what is there.";
    case "rate_limited":
      return "Wait, and send less at once.";
    case "remote_unavailable":
      return "Try again in a moment; https://www.githubstatus.com tells of larger trouble.";
    default:
      if (hasReasons) return "See `data.errors` for what GitHub objects to.";
      return message === ""
        ? "GitHub does not say what it objects to; check each parameter."
        : `Change what GitHub objects to: ${message}`;
  }
}

/** @param needed as in `data.needed` */
export function hintForNeeded(needed: string | undefined): string {
  if (needed === undefined)
    return "Give the token or the App the permission, and the App access to the repository.";
  return /^scope /u.test(needed)
    ? `Give the token the ${orOf(needed)}.`
    : `Give the token or the App the permission: ${needed}.`;
}

function orOf(needed: string): string {
  const scopes = needed.split("; ").map((scope) => scope.replace(/^scope /u, ""));
  return needed.startsWith("scope ") ? `scope ${scopes.join(" or ")}` : needed;
}
