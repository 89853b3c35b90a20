/**
 * @module Where mutations begin: each counts against the limits, and any may fail alone.
 */
import { Refusal } from "../../http/refusal.ts";
import { Problem, refusalToProblem } from "../problem.ts";
import type { Fields, View } from "../view.ts";
import { commentMutations } from "./comment-mutations.ts";
import { commitMutations } from "./commit-mutations.ts";
import { issueMutations } from "./issue-mutations.ts";
import { labelMutations } from "./label-mutations.ts";
import { type Input, type Mutation, roleProblem } from "./mutation.ts";
import { pullMutations } from "./pull-mutations.ts";
import { refMutations } from "./ref-mutations.ts";
import { repositoryMutations } from "./repository-mutations.ts";

const mutations: Readonly<Record<string, Mutation>> = {
  ...issueMutations,
  ...commentMutations,
  ...labelMutations,
  ...commitMutations,
  ...refMutations,
  ...pullMutations,
  ...repositoryMutations,
};

export interface Admission {
  /** Whether the limits of content have room for one more. */
  admits(mutation: Mutation): boolean;
  /** So many take effect; the connection dies before the next one. */
  readonly survivors: number;
}

/** @returns a field for each mutation; graphql-js runs them one after the other */
export function mutationRoot(view: View, { admits, survivors }: Admission): Fields {
  let done = 0;
  const fieldOf = ([name, mutation]: [string, Mutation]) => [
    name,
    ({ input }: { readonly input: Input }): Fields => {
      if (done >= survivors) throw new Problem("UNPROCESSABLE", "nobody hears this: the connection dies");
      if (!admits(mutation)) throw new Problem("UNPROCESSABLE", "was submitted too quickly");
      try {
        const payload = mutation.run(view, input);
        done++;
        return { ...payload, clientMutationId: input["clientMutationId"] ?? null };
      } catch (error) {
        throw error instanceof Refusal ? toProblem(view, name, error) : error;
      }
    },
  ];
  return Object.fromEntries(Object.entries(mutations).map(fieldOf));
}

function toProblem(view: View, name: string, refusal: Refusal): Problem {
  const isRole =
    refusal.status === 403 && /admin rights|push access|permission to do this/iu.test(refusal.message);
  return isRole ? roleProblem(view, name) : refusalToProblem(refusal);
}
