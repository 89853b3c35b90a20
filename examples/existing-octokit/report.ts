/**
 * A program that used Octokit before: two lines are new, the import and `request: { fetch }`.
 */
import { Octokit } from "@octokit/rest";
import { createGitHubFetch } from "hubstead/github";

export async function titlesOf(baseUrl: string, auth: string, fullName: string): Promise<string[]> {
  const octokit = new Octokit({ auth, baseUrl, request: { fetch: governed } });
  const [owner = "", repo = ""] = fullName.split("/");
  const issues = await octokit.paginate(octokit.rest.issues.listForRepo, { owner, repo, per_page: 100 });
  return issues.map(({ title }) => title);
}

/** One for the whole program: limits and answers are shared by all that use it. */
const governed = createGitHubFetch();
