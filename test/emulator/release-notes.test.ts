/**
 * @module Notes of releases that the emulator writes, as GitHub does: from pull requests that were merged.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

const at = "/repos/ada/data";

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;
let page: string;

beforeEach(async () => {
  github = await startCheckedGitHub({
    limits: false,
    seed: {
      users: { ada: {}, bob: {} },
      repositories: {
        "ada/data": {
          collaborators: { bob: "write" },
          labels: ["bug", "skip"],
          files: { "README.md": "# Data\n" },
        },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
  page = `${github.url}/ada/data`;
});
afterEach(() => github.close());

/** Opens a pull request with one file, and merges it. */
async function merge(caller: Caller, title: string, labels: readonly string[] = []): Promise<void> {
  const { sha } = (await ada(`GET ${at}/commits/main`)).body;
  const branch = title.replaceAll(" ", "-");
  await caller(`POST ${at}/git/refs`, { ref: `refs/heads/${branch}`, sha });
  await caller(`PUT ${at}/contents/${branch}.txt`, { message: title, content: "YQ==", branch });
  const { number } = (await caller(`POST ${at}/pulls`, { title, head: branch, base: "main" })).body;
  if (labels.length > 0) await ada(`POST ${at}/issues/${number}/labels`, { labels });
  expect((await caller(`PUT ${at}/pulls/${number}/merge`)).status).toBe(200);
  github.clock.advance(5_000);
}

const notes = async (body: object) => (await ada(`POST ${at}/releases/generate-notes`, body)).body.body;

test("a first release has what was merged until then, later ones what was merged since the one before", async () => {
  expect(await notes({ tag_name: "v1" })).toBe(`**Full Changelog**: ${page}/commits/v1`);
  await merge(ada, "Fix it");
  const first = await ada(`POST ${at}/releases`, { tag_name: "v1", generate_release_notes: true });
  expect(first.body).toMatchObject({
    name: "v1",
    body: `## What's Changed
* Fix it by @ada in ${page}/pull/1

## New Contributors
* @ada made their first contribution in ${page}/pull/1

**Full Changelog**: ${page}/commits/v1`,
  });
  await merge(ada, "More");
  await merge(bob, "Yet more");
  const second = await ada(`POST ${at}/releases`, {
    tag_name: "v2",
    name: "Two",
    body: "Read me.",
    generate_release_notes: true,
  });
  expect(second.body.name).toBe("Two");
  expect(second.body.body).toBe(`Read me.

## What's Changed
* More by @ada in ${page}/pull/2
* Yet more by @bob in ${page}/pull/3

## New Contributors
* @bob made their first contribution in ${page}/pull/3

**Full Changelog**: ${page}/compare/v1...v2`);
  expect(await notes({ tag_name: "v2", previous_tag_name: "v1" })).toContain("Yet more");
  await merge(ada, "Last");
  expect(await notes({ tag_name: "v3" })).toBe(
    `## What's Changed\n* Last by @ada in ${page}/pull/4\n\n\n**Full Changelog**: ${page}/compare/v2...v3`,
  );
});

test("a repository sorts its notes by labels, and leaves some out", async () => {
  const config = `
changelog:
  exclude: { labels: [skip], authors: [bob] }
  categories:
    - { title: Fixes, labels: [Bug] }
    - { title: Features, labels: [feature] }
`;
  const content = Buffer.from(config).toString("base64");
  await ada(`PUT ${at}/contents/.github/release.yml`, { message: "c", content });
  await merge(ada, "Plain");
  await merge(ada, "Mend", ["bug"]);
  await merge(ada, "Hidden", ["skip"]);
  await merge(bob, "Ignored");
  const body = await notes({ tag_name: "v1" });
  expect(body.split("\n## New Contributors")[0]).toBe(
    `<!-- Release notes generated using configuration in .github/release.yml at main -->

## What's Changed
### Fixes
* Mend by @ada in ${page}/pull/2
### Other Changes
* Plain by @ada in ${page}/pull/1
`,
  );
});

test("what is not there is named, and who may only read writes none", async () => {
  const refused = async (body: object) => {
    const reply = await ada(`POST ${at}/releases/generate-notes`, body);
    return [reply.status, reply.body.message];
  };
  expect(await refused({ tag_name: "v1", target_commitish: "nowhere" })).toEqual([
    422,
    "Invalid target_commitish parameter",
  ]);
  expect(await refused({ tag_name: "v1", previous_tag_name: "v0" })).toEqual([
    422,
    "Invalid previous_tag parameter",
  ]);
  expect((await refused({ tag_name: "v1", configuration_file_path: "no.yml" }))[0]).toBe(422);
  expect((await refused({}))[0]).toBe(422);
  expect((await callAs(github)(`POST ${at}/releases/generate-notes`, { tag_name: "v1" })).status).toBe(401);
});
