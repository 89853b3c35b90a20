/**
 * @module The hook that refuses what rules forbid. It is a few lines of shell, started by git for every ref of a push
 * once the commits have arrived; what is forbidden stands in a file, since a push may have more refs than fit into an
 * environment variable.
 */
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What is to be said against the change of a ref. */
export interface RefObjection {
  readonly ref: string;
  /**
   * `forced`: where commits get lost; `merges`: where commits with several parents come; `workflows`: where workflow
   * files change, whose path comes in place of the message's `@path@`.
   */
  readonly when: "always" | "forced" | "merges" | "workflows";
  readonly message: string;
}

/** Names the file. It has a line for each objection: the ref, when it counts, the message. */
const fileVariable = "HUBSTEAD_OBJECTIONS";

/** Of a merge, `-c` names the files that are as none of its parents has them: the others came before. */
const script = `#!/bin/sh
tab=$(printf '\\t')
[ -r "$${fileVariable}" ] || exit 1
reasons=$(grep -F -- "$1$tab" "$${fileVariable}" | while IFS="$tab" read -r ref when message; do
  [ "$ref" = "$1" ] || continue
  case $when in
    forced) git merge-base --is-ancestor "$2" "$3" && continue ;;
    merges)
      case $2 in *[!0]*) known=^$2 ;; *) known= ;; esac
      [ -z "$(git rev-list --merges --max-count=1 "$3" $known)" ] && continue ;;
    workflows)
      path=$(git log --format= --name-only -c --full-history "$3" --not --branches -- .github/workflows | sed -n '/./{p;q;}')
      [ -z "$path" ] && continue
      message="\${message%%@path@*}$path\${message#*@path@}" ;;
  esac
  printf 'error: %s\\n' "$message"
done)
[ -z "$reasons" ] && exit 0
case $reasons in
  'error: GH0'*) printf '%s\\n' "$reasons" >&2 ;;
  *) printf 'error: GH006: Protected branch update failed for %s.\\n%s\\n' "$1" "$reasons" >&2 ;;
esac
exit 1
`;

/** @param folder of the bare repository, which may have the hook of an older version */
export function installUpdateHook(folder: string): void {
  const path = join(folder, "hooks", "update");
  if (existsSync(path) && readFileSync(path, "utf8") === script) return;
  mkdirSync(join(folder, "hooks"), { recursive: true });
  writeFileSync(path, script);
  chmodSync(path, 0o755);
}

/**
 * Keeps the objections where the hook finds them, for as long as a push takes.
 *
 * @param push gets what git's environment needs
 */
export async function withObjections<T>(
  folder: string,
  objections: readonly RefObjection[],
  push: (environment: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const path = join(folder, `objections-${randomUUID()}`);
  const lines = objections.map(
    ({ ref, when, message }) => `${ref}\t${when}\t${message.replaceAll(/[\t\n\0]/gu, " ")}\n`,
  );
  writeFileSync(path, lines.join(""));
  try {
    return await push({ [fileVariable]: path });
  } finally {
    rmSync(path, { force: true });
  }
}
