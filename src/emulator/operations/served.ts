/**
 * @module All operations that the emulator serves.
 */
import { branchOperations } from "./branches.ts";
import { commitOperations } from "./commits.ts";
import { contentOperations } from "./contents.ts";
import { gitDataOperations } from "./git-data.ts";
import { gitRefOperations } from "./git-refs.ts";
import { issueCommentOperations } from "./issue-comments.ts";
import { issueOperations } from "./issues.ts";
import { labelOperations } from "./labels.ts";
import { metaOperations } from "./meta.ts";
import type { Operation } from "./operation.ts";
import { protectionOperations } from "./protection.ts";
import { reactionOperations } from "./reactions.ts";
import { rulesetOperations } from "./rulesets.ts";

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
];
