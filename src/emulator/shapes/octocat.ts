/**
 * @module A cat that says something.
 */
export function octocatSaying(text: string): string {
  const line = "-".repeat([...text].length + 2);
  return [
    `   .${line}.`,
    `   | ${text} |`,
    `   '${line}'`,
    "      \\",
    "       \\  /\\_____/\\",
    "         (  o   o  )",
    "         (  =   =  )",
    "          \\_______/",
    "          /| | | |\\",
    "         ( ( | | ) )",
    "",
  ].join("\n");
}
