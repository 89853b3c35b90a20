/**
 * @module Completion scripts for three shells. They hold every word themselves: completing starts no program.
 */
import type { CompletionCommand, CompletionOption, CompletionWords } from "./completion-words.ts";

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
  const cases = commands.map(
    ({ name, options, words }) =>
      `    ${name}) words="${[...words, ...optionNames(options), ...optionNames(globals)].join(" ")}" ;;`,
  );
  const choices = commands.flatMap(({ name, options }) =>
    options
      .filter((option) => option.choices.length > 0)
      .map((option) => `    "${name} ${option.long}") words="${option.choices.join(" ")}" ;;`),
  );
  return `# hubstead completion for bash. Put this into ~/.bashrc:  eval "$(hubstead completion bash)"
_hubstead() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
    ${namesWithValue(globals)}) ((index++)) ;;
    -*) ;;
    *) command="\${COMP_WORDS[index]}"; break ;;
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
  const described = commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`);
  const cases = commands.map(
    ({ name, options, words }) =>
      `    ${name}) _arguments ${[...[...options, ...globals].map(zshOption), quote(`*:word:${words.length > 0 ? `(${words.join(" ")})` : "_files"}`)].join(" ")} ;;`,
  );
  return `#compdef hubstead
# hubstead completion for zsh. Put this into ~/.zshrc, after compinit:  eval "$(hubstead completion zsh)"
_hubstead() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  local context state line
  _arguments -C ${globals.map(zshOption).join(" ")} '1:command:->command' '*::argument:->argument'
  case $state in
  command) _describe command commands ;;
  argument)
    case $line[1] in
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
    ...globals.map((option) => `complete -c hubstead ${fishOption(option)}`),
    ...commands.flatMap(fishCommand),
  ];
  return `${lines.join("\n")}\n`;
}

function fishCommand({ name, summary, options, words }: CompletionCommand): string[] {
  const after = `-n ${quote(`__fish_seen_subcommand_from ${name}`)}`;
  return [
    `complete -c hubstead -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
    ...words.map((word) => `complete -c hubstead ${after} -f -a ${word}`),
    ...options.map((option) => `complete -c hubstead ${after} ${fishOption(option)}`),
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
