/**
 * @module The whole schema, as text: a part of GitHub's own.
 */
import { absentSchema } from "./absent-schema.ts";
import { accountSchema } from "./account-schema.ts";
import { checkSchema } from "./check-schema.ts";
import { commentMutationSchema } from "./comment-mutation-schema.ts";
import { commentSchema } from "./comment-schema.ts";
import { gitMutationSchema } from "./git-mutation-schema.ts";
import { gitSchema } from "./git-schema.ts";
import { issueMutationSchema } from "./issue-mutation-schema.ts";
import { issueSchema } from "./issue-schema.ts";
import { labelMutationSchema } from "./label-mutation-schema.ts";
import { pullMutationSchema } from "./pull-mutation-schema.ts";
import { pullSchema } from "./pull-schema.ts";
import { querySchema } from "./query-schema.ts";
import { reactionSchema } from "./reaction-schema.ts";
import { repositoryMutationSchema } from "./repository-mutation-schema.ts";
import { repositorySchema } from "./repository-schema.ts";
import { reviewSchema } from "./review-schema.ts";
import { searchSchema } from "./search-schema.ts";
import { teamSchema } from "./team-schema.ts";
import { timelineSchema } from "./timeline-schema.ts";

export const schemaText = [
  querySchema,
  searchSchema,
  accountSchema,
  teamSchema,
  repositorySchema,
  issueSchema,
  pullSchema,
  reviewSchema,
  commentSchema,
  reactionSchema,
  timelineSchema,
  gitSchema,
  checkSchema,
  absentSchema,
  issueMutationSchema,
  commentMutationSchema,
  labelMutationSchema,
  gitMutationSchema,
  pullMutationSchema,
  repositoryMutationSchema,
].join("\n");
