/**
 * @module The hooks that refuse what a push may not bring, a few lines of shell each, started by git once the commits have arrived:
 * `pre-receive` once, for files that are too large; `update` for every ref, for what rules forbid. That stands in a file, since
 * a push may have more refs than fit into an environment variable.
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
/** What a file may have. */
const bytesVariable = "HUBSTEAD_FILE_BYTES";

/**
 * In GitHub's words.
 *
 * @see https://docs.github.com/repositories/working-with-files/managing-large-files/about-large-files-on-github
 */
const preReceiveScript = `#!/bin/sh
[ -n "$${bytesVariable}" ] || exit 1
large=$(while read -r before after ref; do
  case $after in *[!0]*) git rev-list --objects "$after" --not --all ;; esac
done | git cat-file --batch-check='%(objecttype) %(objectsize) %(rest)' |
  awk -v most="$${bytesVariable}" '
    function mb(bytes) { return sprintf("%.2f MB", bytes / 1048576) }
    $1 == "blob" && $2 > most {
      path = $0; sub(/^blob [0-9]+ /, "", path)
      print "error: File " path " is " mb($2) "; this exceeds GitHub'"'"'s file size limit of " mb(most)
    }' | sort -u)
[ -z "$large" ] && exit 0
printf 'error: See https://gh.io/lfs for more information.\\n%s\\n' "$large" >&2
echo 'error: GH001: Large files detected. You may want to try Git Large File Storage - https://git-lfs.github.com.' >&2
exit 1
`;

/** Of a merge, `-c` names the files that are as none of its parents has them: the others came before. */
const updateScript = `#!/bin/sh
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

/** @param folder of the bare repository, which may have the hooks of an older version */
export function installPushHooks(folder: string): void {
  mkdirSync(join(folder, "hooks"), { recursive: true });
  for (const [name, script] of [
    ["pre-receive", preReceiveScript],
    ["update", updateScript],
  ] as const) {
    const path = join(folder, "hooks", name);
    if (existsSync(path) && readFileSync(path, "utf8") === script) continue;
    writeFileSync(path, script);
    chmodSync(path, 0o755);
  }
}

/**
 * Keeps the objections where the hook finds them, for as long as a push takes.
 *
 * @param fileBytes that a file may have
 * @param push gets what git's environment needs
 */
export async function withObjections<T>(
  folder: string,
  { objections, fileBytes }: { readonly objections: readonly RefObjection[]; readonly fileBytes: number },
  push: (environment: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const path = join(folder, `objections-${randomUUID()}`);
  const lines = objections.map(
    ({ ref, when, message }) => `${ref}\t${when}\t${message.replaceAll(/[\t\n\0]/gu, " ")}\n`,
  );
  writeFileSync(path, lines.join(""));
  try {
    return await push({ [fileVariable]: path, [bytesVariable]: String(fileBytes) });
  } finally {
    rmSync(path, { force: true });
  }
}
