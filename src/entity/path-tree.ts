/**
 * @module Touched paths as a tree, so that what lies above and below one is found without reading all of them. Pure.
 */
import type { Segments } from "../base/json-pointer.ts";
import type { Effect, Touch } from "./touches.ts";

interface Node<Spot> {
  spot: Spot | undefined;
  readonly below: Map<string, Node<Spot>>;
}

export interface PathTree<Spot> {
  /** The spot at a path; made where there is none. */
  at(path: Segments): Spot;
  /** What one change makes of every spot that it sets, removes, sets below or replaces from above. */
  effectsOf(touches: readonly Touch[]): ReadonlyMap<Spot, Effect>;
}

export function createPathTree<Spot>(makeSpot: (path: Segments) => Spot): PathTree<Spot> {
  const root: Node<Spot> = { spot: undefined, below: new Map() };

  return {
    at(path) {
      let node = root;
      for (const segment of path) {
        let next = node.below.get(segment);
        if (next === undefined) {
          next = { spot: undefined, below: new Map() };
          node.below.set(segment, next);
        }
        node = next;
      }
      node.spot ??= makeSpot(path);
      return node.spot;
    },
    effectsOf(touches) {
      const effects = new Map<Spot, Effect>();
      for (const touch of touches) addEffects(root, touch, effects);
      return effects;
    },
  };
}

function addEffects<Spot>(root: Node<Spot>, { path, effect }: Touch, effects: Map<Spot, Effect>): void {
  let node = root;
  for (const segment of path) {
    // What is set below makes an object of what stands above; what is removed below leaves it as it is.
    if (node.spot !== undefined && effect !== "absent") effects.set(node.spot, "object");
    const next = node.below.get(segment);
    if (next === undefined) return;
    node = next;
  }
  if (node.spot !== undefined) effects.set(node.spot, effect);
  // An object that is merged in leaves what is below it as it is; all else takes its place.
  if (effect !== "object") for (const next of node.below.values()) removeBelow(next, effects);
}

function removeBelow<Spot>(node: Node<Spot>, effects: Map<Spot, Effect>): void {
  if (node.spot !== undefined) effects.set(node.spot, "absent");
  for (const next of node.below.values()) removeBelow(next, effects);
}
