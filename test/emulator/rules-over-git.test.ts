/**
 * @module What protection and rulesets refuse to stock git.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import type { Caller } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { type Guarded, startGuarded } from "./guarded.ts";
import { createStockGit, type StockGit } from "./stock-git.ts";

let guarded: Guarded;
let github: EmulatedGitHub;
let ada: Caller;
let git: StockGit;
let first: string;
let second: string;

beforeEach(async () => {
  git = createStockGit();
  guarded = await startGuarded();
  ({ github, ada, first, second } = guarded);
});
afterEach(async () => {
  git.remove();
  await github.close();
});

const protect = (settings: object) => guarded.protect(settings);
const rule = (...rules: readonly object[]) => guarded.rule(...rules);

/** A clone of one commit, whose remote one may push to. */
async function cloneAs(user: string, ...more: readonly string[]): Promise<void> {
  const url = github.url.replace("//", `//x:${github.tokenFor(user)}@`);
  await git.run(".", "clone", "-q", ...more, `${url}/acme/data.git`, "work");
}

async function commit(name: string): Promise<void> {
  writeFileSync(join(git.folder, "work", name), name);
  await git.run("work", "add", ".");
  await git.run("work", "commit", "-q", "-m", name);
}

test("a push against the rules is declined, and the others of the same push are not", async () => {
  await protect({ required_pull_request_reviews: {} });
  await cloneAs("bob");
  await commit("c");
  const push = git.run("work", "push", "origin", "main", "HEAD:refs/heads/topic");
  await expect(push).rejects.toThrow(/remote rejected\] main -> main \(protected branch hook declined\)/u);
  await expect(push).rejects.toThrow(/GH006: Protected branch update failed for refs\/heads\/main/u);
  await expect(push).rejects.toThrow(/Changes must be made through a pull request/u);
  expect((await ada("GET /repos/acme/data/git/ref/heads/main")).body.object.sha).toBe(second);
  expect((await ada("GET /repos/acme/data/git/ref/heads/topic")).status).toBe(200);
});

test("a forced push is declined where a plain one goes through", async () => {
  await protect({});
  await cloneAs("ada");
  await git.run("work", "commit", "-q", "--amend", "-m", "Other");
  await expect(git.run("work", "push", "-f")).rejects.toThrow(/Cannot force-push to this protected branch/u);
  await git.run("work", "reset", "-q", "--hard", "origin/main");
  await commit("c");
  await git.run("work", "push", "-q");
  await expect(git.run("work", "push", "origin", ":main")).rejects.toThrow(/Cannot delete/u);
});

test("a pushed merge is declined where the history is linear", async () => {
  await rule({ type: "required_linear_history" });
  await cloneAs("ada");
  await git.run("work", "checkout", "-q", "-b", "side", first);
  await commit("c");
  await git.run("work", "checkout", "-q", "main");
  await git.run("work", "merge", "-q", "--no-edit", "side");
  await expect(git.run("work", "push")).rejects.toThrow(/must not contain merge commits/u);
  await git.run("work", "reset", "-q", "--hard", "origin/main");
  await commit("d");
  await git.run("work", "push", "-q");
});

test("ids in capitals are ids to the rules, too", async () => {
  await rule({ type: "update" });
  const { sha: tree } = (await ada(`GET /repos/acme/data/git/trees/${second}`)).body;
  const commit = { message: "m", tree, parents: [second] };
  const next = (await ada("POST /repos/acme/data/git/commits", commit)).body.sha;
  const command = `${second.toUpperCase()} ${next.toUpperCase()} refs/heads/main\0report-status`;
  const emptyPack = Buffer.from("5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e", "hex");
  const head = `${(command.length + 4).toString(16).padStart(4, "0")}${command}0000`;
  const response = await fetch(`${github.url}/acme/data/git-receive-pack`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${github.tokenFor("ada")}`,
      "content-type": "application/x-git-receive-pack-request",
    },
    body: Buffer.concat([Buffer.from(head), emptyPack]),
  });
  expect(await response.text()).toContain("ng refs/heads/main protected branch hook declined");
  expect((await ada("GET /repos/acme/data/git/ref/heads/main")).body.object.sha).toBe(second);
});

test("a linear history takes no merge that another branch has already", async () => {
  await rule({ type: "required_linear_history" });
  await cloneAs("ada");
  await git.run("work", "checkout", "-q", "-b", "side", first);
  await commit("c");
  await git.run("work", "checkout", "-q", "main");
  await git.run("work", "merge", "-q", "--no-edit", "side");
  await git.run("work", "push", "-q", "origin", "HEAD:refs/heads/tmp");
  await expect(git.run("work", "push", "origin", "main")).rejects.toThrow(/must not contain merge commits/u);
  await expect(git.run("work", "push", "origin", "HEAD:refs/heads/release/1")).rejects.toThrow(
    /must not contain merge commits/u,
  );
  await git.run("work", "push", "-q", "origin", `${first}:refs/heads/release/2`);
});

test("a push that brings a file that is too large is declined as a whole, in GitHub's words", async () => {
  await using github = await startCheckedGitHub({
    seed: { repositories: { "ada/data": { files: { "a.txt": "a" } } } },
    sizes: { pushedBytes: 2_000_000 },
  });
  const url = github.url.replace("//", `//x:${github.tokenFor("ada")}@`);
  await git.run(".", "clone", "-q", `${url}/ada/data.git`, "large");
  writeFileSync(join(git.folder, "large", "it's big.bin"), Buffer.alloc(2_000_001));
  await git.run("large", "add", ".");
  await git.run("large", "commit", "-q", "-m", "Large");
  await git.run("large", "rm", "-q", "it's big.bin");
  await git.run("large", "commit", "-q", "-m", "Small again");
  const push = git.run("large", "push", "origin", "main", "HEAD~2:refs/heads/topic");
  await expect(push).rejects.toThrow(/remote rejected\] main -> main \(pre-receive hook declined\)/u);
  await expect(push).rejects.toThrow(/remote rejected\] HEAD~2 -> topic \(pre-receive hook declined\)/u);
  await expect(push).rejects.toThrow(
    /File it's big\.bin is 1\.91 MB; this exceeds GitHub's file size limit of 1\.91 MB/u,
  );
  await expect(push).rejects.toThrow(/GH001: Large files detected/u);
  await git.run("large", "reset", "-q", "--hard", "HEAD~2");
  writeFileSync(join(git.folder, "large", "small.bin"), Buffer.alloc(2_000_000));
  await git.run("large", "add", ".");
  await git.run("large", "commit", "-q", "-m", "Small");
  await git.run("large", "push", "-q", "origin", "main");
});
