/**
 * @module In which languages files are written, by the ends of their names: the most common ones, as GitHub names them.
 * Prose and data are no languages to GitHub.
 *
 * @see https://github.com/github-linguist/linguist
 */
import type { GitRepository } from "./git-store.ts";
import { isBinary } from "./line-diff.ts";
import { modeToKind } from "./objects.ts";
import { walkTree } from "./revisions.ts";

const endsByLanguage: Readonly<Record<string, string>> = {
  C: "c",
  "C#": "cs",
  "C++": "cpp cc cxx hpp",
  CSS: "css",
  Clojure: "clj",
  CoffeeScript: "coffee",
  Dart: "dart",
  Elixir: "ex exs",
  Erlang: "erl",
  Go: "go",
  HCL: "hcl tf",
  HTML: "html htm",
  Haskell: "hs",
  Java: "java",
  JavaScript: "js cjs mjs jsx",
  Julia: "jl",
  Kotlin: "kt kts",
  Less: "less",
  Lua: "lua",
  Nix: "nix",
  OCaml: "ml mli",
  PHP: "php",
  Perl: "pl pm",
  PowerShell: "ps1 psm1",
  Python: "py pyi",
  R: "r",
  Ruby: "rb rake",
  Rust: "rs",
  SCSS: "scss",
  Scala: "scala",
  Shell: "sh bash zsh",
  Svelte: "svelte",
  Swift: "swift",
  TypeScript: "ts cts mts tsx",
  Vue: "vue",
  Zig: "zig",
};
const languageByEnd = new Map(
  Object.entries(endsByLanguage).flatMap(([language, ends]) =>
    ends.split(" ").map((end): [string, string] => [end, language]),
  ),
);
const languageByName = new Map([
  ["dockerfile", "Dockerfile"],
  ["makefile", "Makefile"],
]);

/** What others have written, what is explained, and what is made by machines. */
const leftOut =
  /(?:^|\/)(?:node_modules|vendor|vendored|third_party|docs?|documentation|examples?|dist)\/|\.min\.(?:js|css)$/iu;
/** A few small trees that name one another can have more entries below them than there is time to read. */
const mostEntries = 100_000;

/** Bytes by language, most first. @param tree its id */
export function languageSizes(git: GitRepository, tree: string): Readonly<Record<string, number>> {
  const sizes = new Map<string, number>();
  for (const { path, name, mode, oid } of walkTree(git, tree).take(mostEntries)) {
    const language = languageOf(name);
    if (language === undefined || leftOut.test(path) || modeToKind(mode) !== "blob" || mode === "120000")
      continue;
    const content = git.read(oid)?.content;
    if (content !== undefined && !isBinary(content))
      sizes.set(language, (sizes.get(language) ?? 0) + content.length);
  }
  return Object.fromEntries([...sizes].filter(([, size]) => size > 0).sort((a, b) => b[1] - a[1]));
}

function languageOf(name: string): string | undefined {
  const lower = name.toLowerCase();
  return languageByName.get(lower) ?? languageByEnd.get(/\.([^.]+)$/u.exec(lower)?.[1] ?? "");
}
