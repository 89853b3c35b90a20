/**
 * @module The name of an option as it was typed, without its value: that may be a secret, and goes into no error.
 */

/** @param argument `--name`, `--name=value`, `-n`, `-nvalue` */
export function optionNameOf(argument: string): string {
  return argument.startsWith("--") ? argument.split("=", 1)[0]! : argument.slice(0, 2);
}
