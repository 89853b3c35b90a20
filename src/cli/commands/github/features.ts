/**
 * @module What a GitHub App can be made for: the commands, the methods that each of them calls, and by those its permissions.
 */
import {
  type GovernedMethod,
  mergePermissions,
  neededPermissions,
  type Permissions,
} from "../../../github/client/needed-permissions.ts";

/** By the command, as it is typed after `hubstead github`. Those that are not here take no permission of their own. */
export const methodsByCommand = {
  "repo create": ["createRepo"],
  "repo list": ["listRepos"],
  "repo delete": ["deleteRepo"],
  "file get": ["getFile"],
  "file put": ["putFile"],
  "secret set": ["setSecret", "setSecrets"],
  "secret list": ["listSecrets"],
  "workflow run": ["triggerWorkflow", "getWorkflowRun"],
  "workflow watch": ["waitForRun"],
  "workflow cancel": ["cancelRun"],
  "workflow logs": ["getWorkflowLogs", "getFailure"],
  provision: ["provisionRepo"],
} as const satisfies Readonly<Record<string, readonly GovernedMethod[]>>;

export type GovernedCommand = keyof typeof methodsByCommand;

export function permissionsOfCommand(command: GovernedCommand): Permissions {
  return mergePermissions(methodsByCommand[command].map((method) => neededPermissions[method]));
}

/** What Hubstead's own data takes, entities in issues and snapshots in contents: always, unless only what `--for` names is wanted. */
export const basePermissions: Permissions = { contents: "write", issues: "write", metadata: "read" };

/** What GitHub gives every App that may do anything in a repository. */
export const leastPermissions: Permissions = { metadata: "read" };

/** Groups of what `--for` takes; it takes single commands, too. */
export const permissionsByFeature: Readonly<Record<string, Permissions>> = {
  issues: { issues: "write" },
  contents: { contents: "write" },
  repositories: mergePermissions([permissionsOfCommand("repo create"), permissionsOfCommand("repo delete")]),
  secrets: mergePermissions([permissionsOfCommand("secret set"), permissionsOfCommand("secret list")]),
  workflows: mergePermissions([
    permissionsOfCommand("workflow run"),
    permissionsOfCommand("workflow watch"),
    permissionsOfCommand("workflow cancel"),
    permissionsOfCommand("workflow logs"),
  ]),
  provision: permissionsOfCommand("provision"),
  // GitHub parts the files under .github/workflows from all others.
  "workflow-files": { ...permissionsOfCommand("file put"), workflows: "write" },
  "pull-requests": mergePermissions([
    neededPermissions.createPullRequest,
    neededPermissions.mergePullRequest,
    neededPermissions.enableAutoMerge,
  ]),
};

/** @param name a group, or a command as it is typed: `secret list`; `undefined` for anything else */
export function permissionsFor(name: string): Permissions | undefined {
  if (Object.hasOwn(permissionsByFeature, name)) return permissionsByFeature[name];
  return Object.hasOwn(methodsByCommand, name) ? permissionsOfCommand(name as GovernedCommand) : undefined;
}
