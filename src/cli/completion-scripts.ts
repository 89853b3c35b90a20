/**
 * @module Completion scripts for three shells. They hold every word themselves: completing starts no program.
 */
import {
  type CompletionCommand,
  type CompletionOption,
  type CompletionWords,
  withParts,
} from "./completion-words.ts";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

const writers: Readonly<Record<Shell, (words: CompletionWords) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export function completionScript(shell: Shell, words: CompletionWords): string {
  return writers[shell](words);
}

function optionNames(options: readonly CompletionOption[]): string[] {
  return options.flatMap(({ long, short }) => (short === undefined ? [long] : [long, short]));
}

/** Options that are followed by a value, so that the value is not taken for the command. */
function namesWithValue(options: readonly CompletionOption[]): string {
  return optionNames(options.filter(({ takesValue }) => takesValue)).join("|");
}

function bashScript({ commands, globals }: CompletionWords): string {
  const all = commands.flatMap(withParts);
  const cases = all.map(
    ({ path, options, words }) =>
      `    "${path}") words="${[...words, ...optionNames(options), ...optionNames(globals)].join(" ")}" ;;`,
  );
  const choices = all.flatMap(({ path, options }) =>
    options
      .filter((option) => option.choices.length > 0)
      .map((option) => `    "${path} ${option.long}") words="${option.choices.join(" ")}" ;;`),
  );
  return `# hubstead completion for bash. Put this into ~/.bashrc:  eval "$(hubstead completion bash)"
_hubstead() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" longer="" words="" index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
    ${namesWithValue(globals)}) ((index++)) ;;
    -*) ;;
    *)
      longer="\${command:+$command }\${COMP_WORDS[index]}"
      case "$longer" in
      ${all.map(({ path }) => `"${path}"`).join("|")}) command="$longer" ;;
      *) [[ -z "$command" ]] && command="$longer"; break ;;
      esac ;;
    esac
  done
  case "$command $previous" in
${choices.join("\n")}
  esac
  if [[ -z "$words" ]]; then
    case "$command" in
    "") words="${[...commands.map(({ name }) => name), "help", ...optionNames(globals)].join(" ")}" ;;
${cases.join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _hubstead hubstead
`;
}

function zshScript({ commands, globals }: CompletionWords): string {
  const all = commands.flatMap(withParts);
  const described = commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`);
  const parts = all.filter(({ path }) => path.includes(" "));
  const cases = all.map(
    ({ path, options, words }) =>
      `    "${path}") _arguments ${[...[...options, ...globals].map(zshOption), quote(`*:word:${words.length > 0 ? `(${words.join(" ")})` : "_files"}`)].join(" ")} ;;`,
  );
  return `#compdef hubstead
# hubstead completion for zsh. Put this into ~/.zshrc, after compinit:  eval "$(hubstead completion zsh)"
_hubstead() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  local context state line command index
  _arguments -C ${globals.map(zshOption).join(" ")} '1:command:->command' '*::argument:->argument'
  case $state in
  command) _describe command commands ;;
  argument)
    command=$line[1]
    for ((index = 2; index < CURRENT; index++)); do
      case "$command $words[index]" in
      ${parts.map(({ path }) => `"${path}"`).join("|")}) command="$command $words[index]" ;;
      esac
    done
    case $command in
${cases.join("\n")}
    esac ;;
  esac
}
compdef _hubstead hubstead
`;
}

function zshOption({ long, description, takesValue, choices, file }: CompletionOption): string {
  const value = takesValue
    ? `:value:${choices.length > 0 ? `(${choices.join(" ")})` : file ? "_files" : ""}`
    : "";
  return quote(`${long}[${description.replaceAll(/[[\]:\\]/g, " ")}]${value}`);
}

function fishScript({ commands, globals }: CompletionWords): string {
  const lines = [
    "# hubstead completion for fish. Save it as ~/.config/fish/completions/hubstead.fish",
    fishPosition(globals),
    ...globals.map((option) => `complete -c hubstead ${fishOption(option)}`),
    ...commands.map(
      ({ name, summary }) =>
        `complete -c hubstead -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
    ),
    ...commands.flatMap(withParts).flatMap(fishCommand),
  ];
  return `${lines.join("\n")}\n`;
}

/** Whether the words before the cursor, without options, begin with the given ones; after `--exactly`, whether they are these. */
function fishPosition(globals: readonly CompletionOption[]): string {
  return `function __hubstead_at
    set -l typed (commandline -opc)
    set -e typed[1]
    set -l path
    set -l skip 0
    for word in $typed
        if test $skip = 1
            set skip 0
        else if contains -- $word ${namesWithValue(globals).replaceAll("|", " ")}
            set skip 1
        else if not string match -q -- '-*' $word
            set -a path $word
        end
    end
    if test "$argv[1]" = --exactly
        set -e argv[1]
        test (count $path) = (count $argv); or return 1
    end
    set -l last (count $argv)
    test "$path[1..$last]" = "$argv"
end`;
}

function fishCommand({ path, options, words, parts }: CompletionCommand): string[] {
  const within = `-n ${quote(`__hubstead_at ${path}`)}`;
  // Behind the name of a part come the words of that part only.
  const next = parts.length > 0 ? `-n ${quote(`__hubstead_at --exactly ${path}`)}` : within;
  return [
    ...words.map((word) => `complete -c hubstead ${next} -f -a ${word}`),
    ...options.map((option) => `complete -c hubstead ${within} ${fishOption(option)}`),
  ];
}

function fishOption({ long, short, description, takesValue, choices, file }: CompletionOption): string {
  const parts = [
    `-l ${long.slice(2)}`,
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    ...(takesValue ? [file ? "-r -F" : choices.length > 0 ? `-x -a ${quote(choices.join(" "))}` : "-x"] : []),
    `-d ${quote(description)}`,
  ];
  return parts.join(" ");
}

/** For all three shells: single quotes, with those inside closed, escaped and opened again. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
