/**
 * @module All methods of the client by name, each group loaded with the first call of one of its methods: who reads a file does
 * not load what reads logs. Which file has which method is seen here.
 */
import { stampDeadline } from "./call-deadline.ts";
import type { CommentMethods } from "./comments.ts";
import type { CommitMethods } from "./commit-files.ts";
import type { FileMethods } from "./files.ts";
import type { GitEnvMethods } from "./git-env.ts";
import type { IssueMethods } from "./issues.ts";
import type { LabelMethods } from "./labels.ts";
import type { ProvisionMethods } from "./provision.ts";
import type { PullRequestMethods } from "./pulls.ts";
import type { ReactionMethods } from "./reactions.ts";
import type { RefMethods } from "./refs.ts";
import type { RepositoryMethods } from "./repositories.ts";
import type { SecretMethods } from "./secrets.ts";
import type { Session } from "./session.ts";
import type { TokenMethods } from "./tokens.ts";
import type { WorkflowMethods } from "./workflows.ts";

export type ClientMethods = RepositoryMethods &
  FileMethods &
  CommitMethods &
  SecretMethods &
  WorkflowMethods &
  TokenMethods &
  GitEnvMethods &
  ProvisionMethods &
  IssueMethods &
  CommentMethods &
  LabelMethods &
  ReactionMethods &
  RefMethods &
  PullRequestMethods;

type Names<Methods> = Readonly<Record<keyof Methods, true>>;

export function clientMethods(session: Session): ClientMethods {
  const lazy = <Methods extends object>(names: Names<Methods>, load: () => Promise<Methods>): Methods =>
    lazyOn(session, names, load);
  return {
    ...lazy<RepositoryMethods>(
      {
        createRepo: true,
        getRepo: true,
        listRepos: true,
        deleteRepo: true,
        getDefaultBranch: true,
        getPermission: true,
      },
      async () => {
        return (await import("./repositories.ts")).repositoryMethods(session);
      },
    ),
    ...lazy<FileMethods>(
      { getFile: true, putFile: true, createOrUpdateFile: true, deleteFile: true, listFiles: true },
      async () => {
        return (await import("./files.ts")).fileMethods(session);
      },
    ),
    ...lazy<CommitMethods>({ commitFiles: true }, async () => {
      return (await import("./commit-files.ts")).commitMethods(session);
    }),
    ...lazy<SecretMethods>(
      { setSecret: true, setSecrets: true, listSecrets: true, deleteSecret: true },
      async () => {
        return (await import("./secrets.ts")).secretMethods(session);
      },
    ),
    ...lazy<WorkflowMethods>(
      {
        triggerWorkflow: true,
        getWorkflowRun: true,
        listWorkflowRuns: true,
        waitForRun: true,
        cancelRun: true,
        rerunFailed: true,
        getWorkflowLogs: true,
        getFailure: true,
      },
      async () => {
        return (await import("./workflows.ts")).workflowMethods(session);
      },
    ),
    ...lazy<TokenMethods>(
      { getOrgToken: true, getRepoToken: true, getOrgAccess: true, getRepoAccess: true },
      async () => {
        return (await import("./tokens.ts")).tokenMethods(session);
      },
    ),
    ...lazy<GitEnvMethods>({ gitEnv: true }, async () => {
      return (await import("./git-env.ts")).gitEnvMethods(session);
    }),
    ...lazy<ProvisionMethods>({ provisionRepo: true }, async () => {
      return (await import("./provision.ts")).provisionMethods(session);
    }),
    ...lazy<IssueMethods>(
      {
        createIssue: true,
        getIssue: true,
        editIssue: true,
        listIssues: true,
        lockIssue: true,
        unlockIssue: true,
      },
      async () => {
        return (await import("./issues.ts")).issueMethods(session);
      },
    ),
    ...lazy<CommentMethods>(
      { createComment: true, getComment: true, editComment: true, deleteComment: true, listComments: true },
      async () => {
        return (await import("./comments.ts")).commentMethods(session);
      },
    ),
    ...lazy<LabelMethods>(
      {
        getLabel: true,
        listLabels: true,
        createLabel: true,
        updateLabel: true,
        deleteLabel: true,
        addLabels: true,
        removeLabel: true,
        setLabels: true,
      },
      async () => {
        return (await import("./labels.ts")).labelMethods(session);
      },
    ),
    ...lazy<ReactionMethods>({ addReaction: true, listReactions: true, removeReaction: true }, async () => {
      return (await import("./reactions.ts")).reactionMethods(session);
    }),
    ...lazy<RefMethods>(
      {
        getRef: true,
        createRef: true,
        updateRef: true,
        deleteRef: true,
        createOrResetTag: true,
        branchContainsCommit: true,
      },
      async () => {
        return (await import("./refs.ts")).refMethods(session);
      },
    ),
    ...lazy<PullRequestMethods>(
      {
        createPullRequest: true,
        getPullRequest: true,
        listPullRequests: true,
        mergePullRequest: true,
        closePullRequest: true,
        enableAutoMerge: true,
      },
      async () => {
        return (await import("./pulls.ts")).pullRequestMethods(session);
      },
    ),
  };
}

/** @param names of all of them, so that the compiler sees that none is missing */
function lazyOn<Methods extends object>(
  { clock }: Session,
  names: Names<Methods>,
  load: () => Promise<Methods>,
): Methods {
  let loading: Promise<Methods> | undefined;
  const method =
    (name: string) =>
    async (...args: readonly unknown[]) => {
      const { checkArguments } = await import("./method-arguments.ts");
      checkArguments(name, args);
      const signal = signalIn(args);
      signal?.throwIfAborted();
      const timed = stampDeadline(args, clock);
      loading ??= load();
      const methods = (await loading) as Record<string, (...args: readonly unknown[]) => Promise<unknown>>;
      return methods[name]!(...timed).catch((error: unknown) => {
        // Whatever an abort looked like on its way: who gave up hears the own reason.
        signal?.throwIfAborted();
        throw error;
      });
    };
  return Object.fromEntries(Object.keys(names).map((name) => [name, method(name)])) as Methods;
}

/** Of the options, wherever they stand. */
function signalIn(args: readonly unknown[]): AbortSignal | undefined {
  const signals = args.map((arg) =>
    typeof arg === "object" && arg !== null && "signal" in arg ? arg.signal : undefined,
  );
  return signals.find((signal) => signal instanceof AbortSignal);
}
