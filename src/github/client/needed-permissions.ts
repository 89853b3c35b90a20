/**
 * @module Which permissions of a GitHub App each method of the client takes: the one table from which manifests are made, hints
 * are written, and tests draw Apps that may do just this.
 *
 * @see https://docs.github.com/rest/authentication/permissions-required-for-github-apps
 */

/** As GitHub names them: `{ contents: "write" }`. Each App can read `metadata`, which is not named here. */
export type Permissions = Readonly<Record<string, "read" | "write">>;

const administer = { administration: "write" } as const;
const readContents = { contents: "read" } as const;
const writeContents = { contents: "write" } as const;
const readActions = { actions: "read" } as const;
const writeActions = { actions: "write" } as const;
const readSecrets = { secrets: "read" } as const;
const writeSecrets = { secrets: "write" } as const;
const readIssues = { issues: "read" } as const;
const writeIssues = { issues: "write" } as const;
const readPulls = { pull_requests: "read" } as const;
const writePulls = { pull_requests: "write" } as const;

/** By the method's name. */
export const neededPermissions = {
  // They hand out what there is.
  getOrgToken: {},
  getRepoToken: {},
  getOrgAccess: {},
  getRepoAccess: {},

  createRepo: administer,
  getRepo: {},
  listRepos: {},
  deleteRepo: administer,
  getDefaultBranch: {},
  getPermission: {},

  getFile: readContents,
  listFiles: readContents,
  putFile: writeContents,
  createOrUpdateFile: writeContents,
  deleteFile: writeContents,
  commitFiles: writeContents,
  gitEnv: writeContents,

  setSecret: writeSecrets,
  setSecrets: writeSecrets,
  listSecrets: readSecrets,
  deleteSecret: writeSecrets,

  triggerWorkflow: writeActions,
  getWorkflowRun: readActions,
  listWorkflowRuns: readActions,
  waitForRun: readActions,
  cancelRun: writeActions,
  rerunFailed: writeActions,
  getWorkflowLogs: readActions,
  getFailure: readActions,

  // For comments, labels and reactions of a pull request `pull_requests` will do instead.
  getIssue: readIssues,
  listIssues: readIssues,
  createIssue: writeIssues,
  editIssue: writeIssues,
  lockIssue: writeIssues,
  unlockIssue: writeIssues,
  getComment: readIssues,
  listComments: readIssues,
  createComment: writeIssues,
  editComment: writeIssues,
  deleteComment: writeIssues,
  getLabel: readIssues,
  listLabels: readIssues,
  createLabel: writeIssues,
  updateLabel: writeIssues,
  deleteLabel: writeIssues,
  addLabels: writeIssues,
  removeLabel: writeIssues,
  setLabels: writeIssues,
  listReactions: readIssues,
  addReaction: writeIssues,
  removeReaction: writeIssues,

  getRef: readContents,
  branchContainsCommit: readContents,
  createRef: writeContents,
  updateRef: writeContents,
  deleteRef: writeContents,
  createOrResetTag: writeContents,

  getPullRequest: readPulls,
  listPullRequests: readPulls,
  createPullRequest: { ...writePulls, ...readContents },
  mergePullRequest: { ...readPulls, ...writeContents },
  closePullRequest: writePulls,
  enableAutoMerge: { ...writePulls, ...writeContents },

  provisionRepo: { ...administer, ...writeContents, ...writeSecrets },
} as const satisfies Readonly<Record<string, Permissions>>;

export type GovernedMethod = keyof typeof neededPermissions;

/** Of several needs the most of each: `read` and `write` are `write`. */
export function mergePermissions(all: readonly Permissions[]): Permissions {
  const merged: Record<string, "read" | "write"> = {};
  for (const permissions of all) {
    for (const [name, level] of Object.entries(permissions))
      if (merged[name] !== "write") merged[name] = level;
  }
  return Object.fromEntries(Object.entries(merged).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `administration=write, contents=write`: for people. */
export function permissionsToText(permissions: Permissions): string {
  return Object.entries(permissions)
    .map(([name, level]) => `${name}=${level}`)
    .join(", ");
}

/** `administration=write,contents=write`: the form of `x-accepted-github-permissions` and of `data.needed`. */
export function permissionsToHeader(permissions: Readonly<Record<string, string>>): string {
  return Object.entries(permissions)
    .map(([name, level]) => `${name}=${level}`)
    .join(",");
}
