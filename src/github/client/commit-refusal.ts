/**
 * @module Why GitHub does not take a commit: because somebody else was faster, which is worth another attempt; because of a rule,
 * which is not; or because of a bad line, of which nobody knows what came of it.
 */
import { HubsteadError } from "../../errors.ts";
import { hintOf } from "./error-hints.ts";
import { withNeeded } from "./github-error.ts";

/**
 * - `moved`: a file or the branch is not where it was
 * - `uncertain`: nobody knows whether the commit was made
 * - `final`: asked again, it would be refused again
 */
export type CommitRefusal = "moved" | "uncertain" | "final";

export function commitRefusalOf(error: unknown): CommitRefusal {
  if (!(error instanceof HubsteadError)) return "final";
  const { code, message } = error;
  if (code === "version_conflict") return isRule(message) ? "final" : "moved";
  if (code === "invalid_input" && /"sha" wasn't supplied/u.test(message)) return "moved";
  return code === "ambiguous_write" || code === "remote_unavailable" ? "uncertain" : "final";
}

/** A refusal by a rule comes as a conflict: with its own code, so that nobody tries again. */
export function withRuleNamed(error: unknown, about: string): unknown {
  if (!(error instanceof HubsteadError) || !isRule(error.message)) return error;
  const why = /(?:could not \w+ file|rule violations? found|protected branch)[\s\S]*$/iu.exec(error.message);
  return new HubsteadError(
    "forbidden",
    `a rule of ${about} forbids the commit: ${why?.[0] ?? error.message}`,
    {
      hint: "Commit to another branch and open a pull request, or let the credential bypass the branch's protection or ruleset.",
      data: error.data,
    },
  );
}

/**
 * Files of workflows take a permission, or a scope, of their own, which GitHub does not always name.
 *
 * @see https://docs.github.com/rest/repos/contents#create-or-update-file-contents
 */
export function withWorkflowsNamed(error: unknown, paths: readonly string[]): unknown {
  if (!(error instanceof HubsteadError) || !paths.some((path) => path.startsWith(".github/workflows/")))
    return error;
  const { code, message, data } = error;
  const { scopes } = data as { readonly scopes?: readonly string[] };
  if (code === "not_found" && scopes?.includes("workflow") === false) {
    const needed = "scope workflow";
    const hint = hintOf({ code, status: 404, message: "", hasReasons: false, needed });
    return new HubsteadError(code, message, { hint, data: { ...data, needed } });
  }
  if (code !== "forbidden" || !mayBePermission(error)) return error;
  const isScope = scopes?.includes("workflow") === false || /workflow[^\w]* scope/iu.test(message);
  return withNeeded(error, isScope ? "scope workflow" : "contents=write,workflows=write");
}

function mayBePermission({ message, data }: HubsteadError): boolean {
  return data["needed"] !== undefined || /not accessible by|scope|permission/iu.test(message);
}

/** @see https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets */
function isRule(message: string): boolean {
  return /could not \w+ file:|rule violations? found|protected branch/iu.test(message);
}
