/**
 * @module What each method takes, for programs without a compiler: a wrong or missing argument is refused by name before anything is
 * sent. What only one method knows, that method checks.
 */
import { mustBeList, mustBeNumber, mustBeObject, mustBeText, mustNotBeNull } from "./check-arguments.ts";

/** @param path of the argument @throws {HubsteadError} `invalid_input` */
type Check = (value: unknown, path: string) => void;

const repo: Check = (value) => mustBeText(value, "the name of a repository", "repo");
const text =
  (what: string): Check =>
  (value, path) =>
    mustBeText(value, what, path);
const number =
  (what: string): Check =>
  (value, path) =>
    mustBeNumber(value, what, path);
const [issue, pull, run, comment] = [
  number("the number of an issue"),
  number("the number of a pull request"),
  number("the id of a run"),
  number("the id of a comment"),
];
const [path, label, ref, sha] = [
  text("the path of a file"),
  text("the name of a label"),
  text("the name of a ref"),
  text("the id of a commit"),
];

const unless =
  (isRight: (value: unknown) => boolean, check: Check): Check =>
  (value, at) => {
    if (!isRight(value)) check(value, at);
  };
const isText = (value: unknown) => typeof value === "string";
const isAbsent = (value: unknown) => value === undefined;

/** Options of whatever method: what has the same name is the same. */
const fields: Readonly<Record<string, Check>> = {
  title: text("the title"),
  body: text("the body"),
  message: text("the message of a commit"),
  description: text("the description"),
  branch: text("the name of a branch"),
  head: text("the branch with the changes"),
  base: text("the branch that they are to go into"),
  commitTitle: text("the title of a commit"),
  commitMessage: text("the message of a commit"),
  newName: text("the new name of a label"),
  color: text("the color"),
  creator: text("a login"),
  assignee: text("a login"),
  labels: (value, at) => mustBeList(value, "the labels", at),
  assignees: (value, at) => mustBeList(value, "the logins of the assignees", at),
  milestone: unless((value) => value === null, number("the number of a milestone")),
  issue,
  comment,
  operation: (value, at) => mustBeObject(value as object | undefined, "the operation", at),
};

const options: Check = (value) => {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  for (const [name, check] of Object.entries(fields)) {
    const given = (value as Readonly<Record<string, unknown>>)[name];
    if (given !== undefined) check(given, name);
  }
};
const changes: Check = (value, at) => {
  mustBeObject(value as object | undefined, "what is to be changed", at);
  options(value, at);
};
/** With keys of the caller's own. */
const free: Check = () => undefined;
/** The most usual option alone, or all of them. */
const either: Check = (value, at) => {
  if (isText(value)) text(`what was given as ${at}`)(value, at);
  options(value, at);
};
const labels = unless(isText, (value, at) => mustBeList(value, "the names of labels", at));
const subject: Check = (value, at) => {
  if (typeof value === "number") return issue(value, at);
  const given = mustBeObject(value as object | undefined, "what is reacted to", at) as {
    readonly issue?: unknown;
    readonly comment?: unknown;
  };
  return "comment" in given ? comment(given.comment, "comment") : issue(given.issue, "issue");
};

const issueOrOptions: Check = (value, at) => (typeof value === "object" ? options : issue)(value, at);

/** By position: the name that errors say, and the check. What comes after these are options. */
type Arguments = readonly (readonly [name: string, check: Check])[];

const inRepo = (...others: Arguments): Arguments => [["repo", repo], ...others];
const ofIssue = inRepo(["issue", issue]);
const ofPull = inRepo(["number", pull]);
const ofRun = inRepo(["runId", run]);
const ofComment = inRepo(["commentId", comment]);
const ofFile = inRepo(["path", path]);

/** Of every method of the client. */
const methodArguments: Readonly<Record<string, Arguments>> = {
  createRepo: [
    ["name", text("the name of a repository")],
    ["options", either],
  ],
  getRepo: inRepo(),
  listRepos: [["options", either]],
  deleteRepo: inRepo(),
  getDefaultBranch: inRepo(),
  getPermission: inRepo(["username", text("a login")]),
  getFile: [...ofFile, ["options", either]],
  putFile: [...ofFile, ["content", free], ["options", either]],
  createOrUpdateFile: [
    ...ofFile,
    ["content", free],
    ["options", either],
    ["branch", unless(isAbsent, text("the name of a branch"))],
  ],
  deleteFile: [...ofFile, ["options", either]],
  listFiles: inRepo(["path", either], ["options", either]),
  commitFiles: inRepo(["options", free]),
  setSecret: inRepo(["name", text("the name of a secret")], ["value", text("the value of a secret")]),
  setSecrets: inRepo(["secrets", free]),
  listSecrets: inRepo(),
  deleteSecret: inRepo(["name", text("the name of a secret")]),
  triggerWorkflow: inRepo(
    ["workflow", unless((value) => typeof value === "number", text("the name of a workflow's file"))],
    ["options", either],
    ["inputs", free],
  ),
  getWorkflowRun: ofRun,
  listWorkflowRuns: inRepo(["options", either]),
  waitForRun: ofRun,
  cancelRun: ofRun,
  rerunFailed: ofRun,
  getWorkflowLogs: ofRun,
  getFailure: ofRun,
  getOrgToken: [["options", either]],
  getRepoToken: inRepo(),
  getOrgAccess: [["options", either]],
  getRepoAccess: inRepo(),
  gitEnv: inRepo(),
  provisionRepo: [
    ["options", free],
    ["description", unless(isAbsent, text("the description"))],
    ["spec", free],
    ["secrets", free],
  ],
  createIssue: inRepo(["title", text("the title of an issue")], ["options", either]),
  getIssue: ofIssue,
  editIssue: [...ofIssue, ["options", changes]],
  listIssues: inRepo(),
  lockIssue: ofIssue,
  unlockIssue: ofIssue,
  createComment: [...ofIssue, ["body", text("the body of a comment")]],
  getComment: ofComment,
  editComment: [...ofComment, ["body", text("the body of a comment")]],
  deleteComment: ofComment,
  listComments: inRepo(["issue", unless(isAbsent, issueOrOptions)], ["options", options]),
  getLabel: inRepo(["label", label]),
  listLabels: inRepo(),
  createLabel: inRepo(["label", label]),
  updateLabel: inRepo(["label", label], ["options", changes]),
  deleteLabel: inRepo(["label", label]),
  addLabels: [...ofIssue, ["labels", labels]],
  removeLabel: [...ofIssue, ["label", label]],
  setLabels: [...ofIssue, ["labels", labels]],
  addReaction: inRepo(["subject", subject], ["content", text("the reaction")]),
  listReactions: inRepo(["subject", subject]),
  removeReaction: inRepo(["subject", subject], ["reactionId", number("the id of a reaction")]),
  getRef: inRepo(["ref", ref]),
  createRef: inRepo(["ref", ref], ["sha", sha]),
  updateRef: inRepo(["ref", ref], ["sha", sha]),
  deleteRef: inRepo(["ref", ref]),
  createOrResetTag: inRepo(["tag", text("the name of a tag")], ["sha", sha]),
  branchContainsCommit: inRepo(["branch", text("the name of a branch")], ["sha", sha]),
  createPullRequest: inRepo(["options", either], ["head", free], ["base", unless(isAbsent, ref)]),
  getPullRequest: ofPull,
  listPullRequests: inRepo(),
  mergePullRequest: ofPull,
  closePullRequest: ofPull,
  enableAutoMerge: ofPull,
};

/** @throws {HubsteadError} `invalid_input` with the argument's name as `data.path` */
export function checkArguments(method: string, args: readonly unknown[]): void {
  mustNotBeNull(method, args);
  const known = methodArguments[method] ?? [];
  known.forEach(([name, check], at) => {
    check(args[at], name);
  });
  for (const value of args.slice(known.length)) options(value, "options");
}
