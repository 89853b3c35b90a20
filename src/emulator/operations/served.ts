/**
 * @module All operations that the emulator serves.
 */

import { accountIssueOperations } from "./account-issues.ts";
import { appOperations } from "./apps.ts";
import { archiveOperations } from "./archives.ts";
import { artifactOperations } from "./artifacts.ts";
import { branchOperations } from "./branches.ts";
import { checkOperations } from "./checks.ts";
import { collaboratorOperations } from "./collaborators.ts";
import { commitOperations } from "./commits.ts";
import { contentOperations } from "./contents.ts";
import { environmentOperations } from "./environments.ts";
import { forkOperations } from "./forks.ts";
import { gitDataOperations } from "./git-data.ts";
import { gitRefOperations } from "./git-refs.ts";
import { hookOperations } from "./hooks.ts";
import { issueCommentOperations } from "./issue-comments.ts";
import { issueFieldOperations } from "./issue-fields.ts";
import { issueTypeOperations } from "./issue-types.ts";
import { issueOperations } from "./issues.ts";
import { labelOperations } from "./labels.ts";
import { metaOperations } from "./meta.ts";
import { milestoneOperations } from "./milestones.ts";
import type { Operation } from "./operation.ts";
import { organizationOperations } from "./organizations.ts";
import { protectionOperations } from "./protection.ts";
import { pullChangeOperations } from "./pull-changes.ts";
import { pullOperations } from "./pulls.ts";
import { reactionOperations } from "./reactions.ts";
import { releaseAssetOperations } from "./release-assets.ts";
import { releaseOperations } from "./releases.ts";
import { repositoryOperations } from "./repositories.ts";
import { repositoryFactOperations } from "./repository-facts.ts";
import { repositoryListOperations } from "./repository-lists.ts";
import { reviewCommentOperations } from "./review-comments.ts";
import { reviewRequestOperations } from "./review-requests.ts";
import { reviewOperations } from "./reviews.ts";
import { rulesetOperations } from "./rulesets.ts";
import { runOperations } from "./runs.ts";
import { searchOperations } from "./search.ts";
import { fileSearchOperations } from "./search-files.ts";
import { secretOperations } from "./secrets.ts";
import { starOperations } from "./stars.ts";
import { statusOperations } from "./statuses.ts";
import { subscriptionOperations } from "./subscriptions.ts";
import { teamOperations } from "./teams.ts";
import { userOperations } from "./users.ts";
import { workflowOperations } from "./workflows.ts";

export const servedOperations: readonly Operation[] = [
  ...metaOperations,
  ...issueOperations,
  ...issueCommentOperations,
  ...labelOperations,
  ...reactionOperations,
  ...contentOperations,
  ...gitDataOperations,
  ...gitRefOperations,
  ...commitOperations,
  ...branchOperations,
  ...protectionOperations,
  ...rulesetOperations,
  ...repositoryOperations,
  ...repositoryListOperations,
  ...userOperations,
  ...organizationOperations,
  ...teamOperations,
  ...collaboratorOperations,
  ...milestoneOperations,
  ...searchOperations,
  ...pullOperations,
  ...pullChangeOperations,
  ...reviewOperations,
  ...reviewCommentOperations,
  ...reviewRequestOperations,
  ...statusOperations,
  ...checkOperations,
  ...appOperations,
  ...hookOperations,
  ...secretOperations,
  ...workflowOperations,
  ...runOperations,
  ...fileSearchOperations,
  ...accountIssueOperations,
  ...releaseOperations,
  ...releaseAssetOperations,
  ...archiveOperations,
  ...forkOperations,
  ...repositoryFactOperations,
  ...starOperations,
  ...subscriptionOperations,
  ...artifactOperations,
  ...environmentOperations,
  ...issueTypeOperations,
  ...issueFieldOperations,
];
