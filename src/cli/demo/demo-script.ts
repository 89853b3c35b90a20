/**
 * @module What the demo shows, command by command.
 */

/** The configuration of the demo's project. */
export const demoConfig = `types:
  paper:
    statuses: [active, reading, read]
    indexes: [sourceId]
    search: [title, authors, abstract]
`;

/** The object that changes. */
export const demoPaper = "paper:nature.s44284-026-00478-0";

/** Command lines as a user types them, without \`hubstead\`; and a sentence before each. */
export const demoSteps: readonly { readonly about: string; readonly argv: readonly string[] }[] = [
  {
    about: "The reading list of a real gh-store: 981 objects, read from its snapshot.",
    argv: ["import", "papers.json"],
  },
  { about: "What is in it?", argv: ["facets", "type", "sourceType"] },
  { about: "The newest papers.", argv: ["list", "--type", "paper", "--limit", "5"] },
  { about: "Search reads every word, in any language.", argv: ["search", "ride-hailing", "--highlight"] },
  {
    about: "A change is a version; its author and reason are kept.",
    argv: [
      "update",
      demoPaper,
      "--status",
      "reading",
      "rating=up",
      'tags:=["economics","mobility"]',
      "--note",
      "for the seminar",
    ],
  },
  { about: "Every version stays.", argv: ["history", demoPaper] },
  { about: "What did that change?", argv: ["diff", demoPaper, "2", "3"] },
  {
    about: "Fields can be asked for.",
    argv: ["list", "--where", "rating=up", "--where", "tags~economics", "--fields", "title,rating"],
  },
  { about: "And back again, as a new change.", argv: ["revert", demoPaper, "2"] },
  { about: "Everything is checked against the log.", argv: ["verify"] },
  { about: "Leaving is easy: plain JSON, one entity a line.", argv: ["export", "papers.ndjson"] },
];

const width = 80;

/** A command line as it is typed, in a form that a shell reads back, on lines that fit. @param prompt `$ hubstead` */
export function toShell(prompt: string, argv: readonly string[]): string {
  const words = argv.map((word) =>
    /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  const lines = [prompt];
  for (const word of words) {
    const line = `${lines.at(-1)} ${word}`;
    if (line.length + " \\".length <= width) lines[lines.length - 1] = line;
    else lines.push(`    ${word}`);
  }
  return lines.join(" \\\n");
}
