import fc from "fast-check";
import { expect, test } from "vitest";
import { entityIds, playHistory, steps } from "../../test/random-history.ts";
import { randomRuns } from "../../test/random-runs.ts";
import { createStory, nameOf } from "../../test/story.ts";
import { createCausalLog } from "./causal-log.ts";
import { createCausality } from "./causality.ts";
import { saw } from "./change.ts";
import { headsOf, orderForFold } from "./change-order.ts";

test("the best-informed one saw most of the log, and of equals it is the later one", () => {
  const story = createStory();
  const first = story.write("A", { kind: "create" });
  const informed = story.write("B", { kind: "update" }, { sees: [first] });
  const blind = story.write("C", { kind: "update" });
  const other = story.write("D", { kind: "update" }, { sees: [first] });
  const { bestInformed } = createCausality(story.log);
  expect(nameOf(bestInformed([informed, blind]))).toBe("B1");
  expect(nameOf(bestInformed([other, informed, blind]))).toBe("D1");
});

test("heads and counts are what reading all of the log would tell", () => {
  fc.assert(
    fc.property(steps(), (list) => {
      const log = createCausalLog();
      for (const change of playHistory(list).changes) log.receive(change);
      for (const entity of entityIds) {
        const ordered = orderForFold(log.logOf(entity));
        const { headsSeenBy, bestInformed } = createCausality(ordered);
        const countSeenBy = (entry: (typeof ordered)[number]) =>
          ordered.filter((earlier) => saw(entry, earlier)).length;
        for (const entry of ordered) {
          expect(headsSeenBy(entry)).toEqual(headsOf(ordered.filter((earlier) => saw(entry, earlier))));
        }
        if (ordered.length === 0) continue;
        const most = Math.max(...ordered.map(countSeenBy));
        expect(bestInformed(ordered)).toBe(ordered.findLast((entry) => countSeenBy(entry) === most));
      }
    }),
    randomRuns(200, 20_000),
  );
});
