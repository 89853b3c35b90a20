/**
 * @module An unmodified client works with files, git data, branches and rules of the emulator.
 */
import { Octokit } from "@octokit/rest";
import { expect, test } from "vitest";
import { startCheckedGitHub } from "./checked-github.ts";

const say = () => undefined;
const silent = { debug: say, info: say, warn: say, error: say };
const repo = { owner: "ada", repo: "data" };

test("Octokit writes a file on a branch of its own, commits several at once, compares and protects", async () => {
  await using github = await startCheckedGitHub({
    seed: { users: { ada: {} }, repositories: { "ada/data": { files: { "README.md": "# Data\n" } } } },
  });
  for (const baseUrl of [github.url, `${github.url}/api/v3`]) {
    const { rest } = new Octokit({ auth: github.tokenFor("ada"), baseUrl, log: silent });
    const branch = `topic/${baseUrl.length}`;
    const base = (await rest.git.getRef({ ...repo, ref: "heads/main" })).data.object.sha;
    await rest.git.createRef({ ...repo, ref: `refs/heads/${branch}`, sha: base });
    const content = Buffer.from("{}").toString("base64");
    const path = "deep folder/ümlaut#1.json";
    const made = await rest.repos.createOrUpdateFileContents({
      ...repo,
      path,
      message: "m",
      content,
      branch,
    });
    const read = await rest.repos.getContent({ ...repo, path, ref: branch });
    expect(read.data).toMatchObject({ path, sha: made.data.content?.sha, content: "e30=\n" });

    const parent = made.data.commit.sha!;
    const blob = await rest.git.createBlob({ ...repo, content, encoding: "base64" });
    const tree = await rest.git.createTree({
      ...repo,
      base_tree: parent,
      tree: [
        { path: "a.json", mode: "100644", type: "blob", sha: blob.data.sha },
        { path, mode: "100644", type: "blob", sha: null },
      ],
    });
    const commit = await rest.git.createCommit({
      ...repo,
      message: "two at once",
      tree: tree.data.sha,
      parents: [parent],
    });
    await rest.git.updateRef({ ...repo, ref: `heads/${branch}`, sha: commit.data.sha });
    const compared = await rest.repos.compareCommitsWithBasehead({ ...repo, basehead: `main...${branch}` });
    expect(compared.data).toMatchObject({ status: "ahead", ahead_by: 2, files: [{ filename: "a.json" }] });

    await rest.repos.updateBranchProtection({
      ...repo,
      branch,
      required_status_checks: null,
      enforce_admins: true,
      required_pull_request_reviews: {},
      restrictions: null,
    });
    const refused = rest.git.updateRef({ ...repo, ref: `heads/${branch}`, sha: base, force: true });
    await expect(refused).rejects.toMatchObject({ status: 422 });
    await rest.repos.deleteBranchProtection({ ...repo, branch });
    await rest.git.deleteRef({ ...repo, ref: `heads/${branch}` });
    expect((await rest.repos.listBranches(repo)).data).toHaveLength(1);
  }
});
