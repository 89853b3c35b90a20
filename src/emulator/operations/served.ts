/**
 * @module All operations that the emulator serves.
 */
import { collaboratorOperations } from "./collaborators.ts";
import { issueCommentOperations } from "./issue-comments.ts";
import { issueOperations } from "./issues.ts";
import { labelOperations } from "./labels.ts";
import { metaOperations } from "./meta.ts";
import { milestoneOperations } from "./milestones.ts";
import type { Operation } from "./operation.ts";
import { organizationOperations } from "./organizations.ts";
import { pullOperations } from "./pulls.ts";
import { reactionOperations } from "./reactions.ts";
import { repositoryOperations } from "./repositories.ts";
import { repositoryListOperations } from "./repository-lists.ts";
import { searchOperations } from "./search.ts";
import { teamOperations } from "./teams.ts";
import { userOperations } from "./users.ts";

export const servedOperations: readonly Operation[] = [
  ...metaOperations,
  ...issueOperations,
  ...issueCommentOperations,
  ...labelOperations,
  ...reactionOperations,
  ...repositoryOperations,
  ...repositoryListOperations,
  ...userOperations,
  ...organizationOperations,
  ...teamOperations,
  ...collaboratorOperations,
  ...milestoneOperations,
  ...searchOperations,
  ...pullOperations,
];
