/**
 * @module What `gh` sent, word by word, sent again: so that its queries are held against the emulator where it is not
 * installed, too. `UPDATE=1 vitest run test/emulator/gh.test.ts` writes them down anew.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { ghSeed, ghStory, prepareForGh } from "./gh-story.ts";

interface Recorded {
  readonly source: string;
  readonly commands: readonly {
    readonly command: string;
    readonly requests: readonly { readonly query: string; readonly variables?: object }[];
  }[];
}

const { source, commands } = JSON.parse(
  readFileSync(join(import.meta.dirname, "gh-requests.json"), "utf8"),
) as Recorded;

test("every query and mutation of gh is answered, and does what gh wants", async () => {
  expect(source).toMatch(/^gh \d+\.\d+\.\d+$/u);
  const told = new Set(ghStory.map(({ command }) => command.join(" ")));
  expect(commands.filter(({ command }) => !told.has(command))).toEqual([]);
  expect(commands.length).toBeGreaterThan(30);
  await using github = await startCheckedGitHub({ seed: ghSeed });
  await prepareForGh(github);
  const call = callAs(github, github.tokenFor("ada"));
  for (const { command, requests } of commands) {
    for (const request of requests) {
      const { status, body } = await call("POST /graphql", request);
      expect({ command, query: request.query, status, errors: body.errors }).toEqual({
        command,
        query: request.query,
        status: 200,
        errors: undefined,
      });
    }
  }
  const { state } = github;
  const data = state.repositories.all().find(({ name }) => name === "data")!;
  const issues = state.issues.by("repository", data.id);
  const titles = issues.map(({ number, title, state: open, pull }) => [
    number,
    title,
    pull?.mergedAt == null ? open : "merged",
  ]);
  expect(titles).toEqual([
    [1, "Renamed", "open"],
    [3, "Better", "merged"],
    [5, "B", "open"],
  ]);
  const [first] = issues;
  expect(first!.labelIds.map((id) => state.labels.get(id)!.name)).toEqual(["question"]);
  const bodies = state.comments.by("issue", first!.id).map(({ body }) => body);
  expect(bodies).toEqual(["one", "two", "Three", "bye"]);
  expect(state.repositories.all().map(({ name, visibility }) => `${name} ${visibility}`)).toContain(
    "new private",
  );
});
