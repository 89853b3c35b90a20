/**
 * @module What somebody does with `gh`, GitHub's own program, and the GitHub in which they do it. The program itself runs
 * through it in `gh.test.ts`; what it sent is kept in `gh-requests.json` and sent again in `gh-requests.test.ts`.
 */
import type { EmulatedGitHub, StartOptions } from "../../src/emulator/start-github.ts";
import { callAs } from "./call.ts";

export const ghSeed: NonNullable<StartOptions["seed"]> = {
  users: { ada: { name: "Ada" }, bob: {} },
  organizations: { acme: { members: { ada: "admin", bob: "member" } } },
  repositories: {
    "acme/other": {},
    "acme/data": {
      collaborators: { bob: "write" },
      files: { "README.md": "# Data\n" },
      issues: [
        { title: "First", body: "Hello", labels: ["bug"], comments: ["one", "two"] },
        { title: "Second", state: "closed", assignees: ["bob"] },
      ],
    },
  },
};

/** Two branches, each with a commit of its own, and a pull request from the first: number 3, which is approved and has passed. */
export async function prepareForGh(github: EmulatedGitHub): Promise<void> {
  const rest = callAs(github, github.tokenFor("ada"));
  const { body: main } = await rest("GET /repos/acme/data/git/ref/heads/main");
  for (const branch of ["topic", "second"]) {
    await rest("POST /repos/acme/data/git/refs", { ref: `refs/heads/${branch}`, sha: main.object.sha });
    const content = Buffer.from(`${branch}\n`).toString("base64");
    await rest(`PUT /repos/acme/data/contents/${branch}.txt`, { message: `Add ${branch}`, branch, content });
  }
  await rest("POST /repos/acme/data/pulls", { title: "Topic", head: "topic", base: "main", body: "Please" });
  const { body: topic } = await rest("GET /repos/acme/data/git/ref/heads/topic");
  await rest(`POST /repos/acme/data/statuses/${topic.object.sha}`, { state: "success", context: "ci" });
  const bob = callAs(github, github.tokenFor("bob"));
  await bob("POST /repos/acme/data/pulls/3/reviews", { event: "APPROVE", body: "Nice" });
}

export interface GhStep {
  readonly command: readonly string[];
  /** What it prints. */
  readonly says: RegExp;
  /** What it ends with; 0 where it is not named. */
  readonly exit?: number;
}

const issueFields =
  "number,title,labels,author,assignees,milestone,state,comments,createdAt,closedAt,body,url,id,updatedAt";
const pullFields =
  "number,title,headRefName,baseRefName,state,mergeable,author,isDraft,url,labels,files,commits,headRefOid,additions,deletions,changedFiles,headRepository,headRepositoryOwner,isCrossRepository,latestReviews,maintainerCanModify,mergeCommit,mergedAt,mergedBy,mergeStateStatus,reviewDecision,reviewRequests,reviews,statusCheckRollup";
const repositoryFields =
  "name,owner,description,defaultBranchRef,isPrivate,url,id,parent,sshUrl,issues,pullRequests,repositoryTopics,assignableUsers,milestones,labels";

export const ghStory: readonly GhStep[] = [
  step("issue list", /^1\tOPEN\tFirst\tbug\t/u),
  step(`issue list --state all --json ${issueFields}`, /"title":"Second"/u),
  step("issue list --search label:bug", /^1\tOPEN\tFirst/u),
  step("issue view 1", /title:\tFirst\n.*labels:\tbug\ncomments:\t2\n.*Hello/su),
  step("issue view 1 --comments", /one\n.*two\n/su),
  step("issue create --title New --body Text --label bug --assignee bob", /\/acme\/data\/issues\/4\n$/u),
  step("issue comment 1 --body Three", /#issuecomment-/u),
  step("issue edit 1 --title Renamed --add-label question --add-assignee ada", /\/acme\/data\/issues\/1\n$/u),
  step("issue edit 1 --remove-label bug --remove-assignee ada", /\/issues\/1\n$/u),
  step("issue close 1 --reason completed --comment bye", /Closed issue #1 \(Renamed\)/u),
  step("issue reopen 1", /Reopened issue #1/u),
  step("issue lock 1 --reason spam", /^$/u),
  step("issue unlock 1", /^$/u),
  step("issue status", /assigned to you.*opened by you\n.*Renamed/su),
  step("issue transfer 2 acme/other", /\/acme\/other\/issues\/1\n$/u),
  step("issue delete 4 --yes", /^$|Deleted issue #4/u),
  step("pr list", /^3\tTopic\ttopic\tOPEN/u),
  step("pr list --search author:@me", /^3\tTopic/u),
  step(`pr list --state all --json ${pullFields}`, /"mergeable":"MERGEABLE"/u),
  step(
    "pr view 3",
    /title:\tTopic\nstate:\tOPEN\n.*reviewers:\tbob \(Approved\)\n.*additions:\t1\ndeletions:\t0\n.*Please/su,
  ),
  step(
    "pr create --title B --body b --head second --base main --draft --label bug",
    /\/acme\/data\/pull\/5\n$/u,
  ),
  step("pr comment 3 --body hi", /\/pull\/3#issuecomment-/u),
  step("pr edit 3 --title Better --add-label bug", /\/acme\/data\/pull\/3\n$/u),
  step("pr status", /Created by you\n.*#5 {2}B \[second\]/su),
  step("pr diff 3", /^diff --git a\/topic.txt b\/topic.txt\n/u),
  step("pr checks 3", /^ci\tpass\t/u),
  step("pr close 3", /Closed pull request #3/u),
  step("pr reopen 3", /Reopened pull request #3/u),
  step("pr ready 5", /"ready for review"/u),
  step("pr merge 3 --squash", /^$|Squashed/u),
  step(`repo view acme/data --json ${repositoryFields}`, /"name":"data"/u),
  step("repo list acme", /^acme\/data\t\tpublic\t/mu),
  step("repo create acme/new --private --description fresh", /\/acme\/new\n$/u),
  step("label list", /^bug\t/mu),
];

function step(command: string, says: RegExp): GhStep {
  return { command: command.split(" "), says };
}
