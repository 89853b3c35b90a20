/**
 * @module All operations that the emulator serves.
 */
import { appOperations } from "./apps.ts";
import { hookOperations } from "./hooks.ts";
import { issueCommentOperations } from "./issue-comments.ts";
import { issueOperations } from "./issues.ts";
import { labelOperations } from "./labels.ts";
import { metaOperations } from "./meta.ts";
import type { Operation } from "./operation.ts";
import { reactionOperations } from "./reactions.ts";
import { runOperations } from "./runs.ts";
import { secretOperations } from "./secrets.ts";
import { workflowOperations } from "./workflows.ts";

export const servedOperations: readonly Operation[] = [
  ...metaOperations,
  ...issueOperations,
  ...issueCommentOperations,
  ...labelOperations,
  ...reactionOperations,
  ...appOperations,
  ...hookOperations,
  ...secretOperations,
  ...workflowOperations,
  ...runOperations,
];
