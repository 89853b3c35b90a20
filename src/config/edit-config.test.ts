import { expect, test } from "vitest";
import { addIssueSettings, readIssueSettings } from "./edit-config.ts";

const add = (text: string | undefined, repo = "ada/data", trustedApps: readonly string[] = []) =>
  addIssueSettings(text, "hubstead.yml", { repo, trustedApps });

test("a file that is not there yet says no more than it must", () => {
  expect(add(undefined)).toBe("issues:\n  repo: ada/data\n");
  expect(add("", "ada/data", ["github-actions"])).toBe(
    "issues:\n  repo: ada/data\n  trust:\n    apps: [ github-actions ]\n",
  );
});

test("all that stands in a file stays as it is, comments, layout and all", () => {
  const text = `# ours\ntypes:\n    task:   { statuses: [open,   done] }   # two\nauthor: "Ada"`;
  expect(add(text)).toBe(`${text}\nissues:\n  repo: ada/data\n`);
  expect(add("# only words\n")).toBe("# only words\nissues:\n  repo: ada/data\n");
});

test("a section that is there is extended, with its comments", () => {
  const before = `# ours\nissues: # objects\n  # where\n  repo: ada/old # moved\n  trust:\n    users: [bob]\n\n# after\ntypes:  {}\n`;
  const after = add(before, "ada/data", ["github-actions"]);
  for (const word of ["# ours", "# objects", "# where", "# moved", "# after\ntypes:  {}\n", "bob"])
    expect(after).toContain(word);
  expect(readIssueSettings(after, "x")).toEqual({
    repo: "ada/data",
    trustedApps: ["github-actions"],
    teams: [],
  });
  expect(add(after, "ada/data", ["GitHub-Actions"])).toBe(after);
});

test.each([
  "issues:\nauthor: Ada\n",
  "issues: # none yet\nauthor: Ada\n",
  "issues: ~\nauthor: Ada\n",
  "{ author: Ada }\n",
  "author: Ada\n...\n",
  "issues: { repo: x/y }\nauthor: Ada\n",
])("%j takes the section", (text) => {
  const after = add(text, "ada/data", ["one"]);
  expect(readIssueSettings(after, "x")).toMatchObject({ repo: "ada/data", trustedApps: ["one"] });
  expect(after).toContain("author: Ada");
  expect(add(after, "ada/data", ["one"])).toBe(after);
});

test("what is no configuration is refused by name", () => {
  expect(() => add("- a\n")).toThrow("hubstead.yml is no map of settings");
  expect(() => add("a: [\n")).toThrow("hubstead.yml line");
});
