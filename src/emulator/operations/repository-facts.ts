/**
 * @module What a repository's default branch tells: in which languages its files are, and who has written them.
 *
 * @see https://docs.github.com/rest/repos/repos#list-repository-languages
 */
import { log } from "../git/history.ts";
import { languageSizes } from "../git/languages.ts";
import { readCommit } from "../git/revisions.ts";
import { type Answer, noContent, ok } from "../http/answer.ts";
import { listed } from "../http/pages.ts";
import { accountToJson } from "../shapes/account-json.ts";
import { accountOfEmail } from "../world/account-emails.ts";
import type { AccountRow } from "../world/account-rows.ts";
import { gitOf } from "./git-place.ts";
import { forRepository, type Operation, type RepositoryCall } from "./operation.ts";

/** Of more contributors GitHub counts the first only. */
const mostContributors = 500;

export const repositoryFactOperations: readonly Operation[] = [
  forRepository("repos/list-languages", { permission: "metadata", level: "read", role: "read" }, (call) => {
    const head = headOf(call);
    return ok(head === undefined ? {} : languageSizes(gitOf(call), readCommit(gitOf(call), head).tree));
  }),
  forRepository("repos/list-contributors", { permission: "metadata", level: "read", role: "read" }, (call) =>
    contributors(call),
  ),
];

function headOf(call: RepositoryCall): string | undefined {
  return gitOf(call).ref(`refs/heads/${call.repository.defaultBranch}`);
}

interface Contributor {
  /** `undefined` for an address that is no account's. */
  readonly account: AccountRow | undefined;
  readonly name: string;
  readonly email: string;
  readonly count: number;
}

/** Who has committed most comes first. Those who have no account are named if that is asked for. */
function contributors(call: RepositoryCall): Answer {
  const head = headOf(call);
  if (head === undefined) return noContent;
  const git = gitOf(call);
  const found = new Map<string, Contributor>();
  for (const oid of log(git, head)) {
    const { name, email } = readCommit(git, oid).author;
    const account = accountOfEmail(call.world, email);
    const key = account?.login ?? `${email}\n`;
    found.set(key, { account, name, email, count: (found.get(key)?.count ?? 0) + 1 });
  }
  const hasNameless = ["1", "true"].includes(call.query["anon"] ?? "");
  const shown = [...found.values()]
    .filter(({ account }) => hasNameless || account !== undefined)
    .sort((a, b) => b.count - a.count)
    .slice(0, mostContributors);
  return listed(call, shown, ({ account, name, email, count }) =>
    account === undefined
      ? { type: "Anonymous", name, email, contributions: count }
      : { ...accountToJson(account, call.urls), contributions: count },
  );
}
