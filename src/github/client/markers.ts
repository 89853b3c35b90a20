/**
 * @module Marks that tell a thing that was made from one that was not: hidden in a body, so that a create whose answer was lost
 * can be found again.
 */
import { randomUUID } from "node:crypto";

export interface OperationMarker {
  readonly id: string;
  /** What stands in the body: an HTML comment, which GitHub does not show. */
  readonly text: string;
}

/** @param id the caller's own, for an operation that is to happen once even when it is begun twice */
export function createMarker(id: string = randomUUID()): OperationMarker {
  return { id, text: `<!-- hubstead:operation=${id} -->` };
}

/** @returns the body with the mark at its end */
export function markedBody(body: string, { text }: OperationMarker): string {
  return body === "" ? text : `${body}\n\n${text}`;
}

export function isMarked(body: string | null | undefined, { text }: OperationMarker): boolean {
  return body?.includes(text) ?? false;
}
