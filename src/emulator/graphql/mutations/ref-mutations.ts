/**
 * @module Mutations of branches and tags.
 */
import { createRef, deleteRef, updateRef } from "../../acts/refs.ts";
import { mustFind } from "../find-node.ts";
import type { View } from "../view.ts";
import { actIn, type Mutation } from "./mutation.ts";

const writeContents = { permission: "contents", level: "write", role: "write" } as const;

export const refMutations: Readonly<Record<string, Mutation>> = {
  createRef: {
    run(view, { repositoryId, name, oid }) {
      const { row } = mustFind(view, String(repositoryId), "repository");
      createRef(actIn(view, row, writeContents), String(name), String(oid));
      return { ref: () => view.nodes.ref(row, String(name), String(oid)) };
    },
  },
  updateRef: {
    run(view, { refId, oid, force }) {
      const { act, name } = refToChange(view, String(refId));
      updateRef(act, name, String(oid), force === true);
      return { ref: () => view.nodes.ref(act.repository, name, String(oid)) };
    },
  },
  deleteRef: {
    run(view, { refId }) {
      const { act, name } = refToChange(view, String(refId));
      deleteRef(act, name);
      return {};
    },
  },
};

function refToChange(view: View, id: string) {
  const { repository, name } = mustFind(view, id, "ref");
  return { act: actIn(view, repository, writeContents), name };
}
