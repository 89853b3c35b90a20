import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Io } from "./io.ts";
import { createStatusLine } from "./status-line.ts";

function openTerminal(isTTY: boolean) {
  let text = "";
  const stderr = {
    isTTY,
    destroyed: false,
    write(part: string | Uint8Array) {
      text += part;
      return true;
    },
    on: () => undefined,
    off: () => undefined,
  };
  return { io: { stderr } as unknown as Io, text: () => text };
}

test("a terminal is told what is waited for and for how long, and the line goes away", async () => {
  const { io, text } = openTerminal(true);
  const line = createStatusLine(io, "waiting for GitHub", true);
  while (!text().includes("waiting")) await sleep(20);
  expect(text()).toMatch(/^\r\u001b\[Kwaiting for GitHub: [1-9]\d* s$/u);
  line.say("run 7 is \u001b[31mqueued");
  while (!text().includes("run 7")) await sleep(20);
  expect(text()).toContain("run 7 is \\u001b[31mqueued");
  line.end();
  expect(text().endsWith("\r\u001b[K")).toBe(true);
  const before = text();
  await sleep(700);
  expect(text()).toBe(before);
});

test.each([
  ["a pipe", false, true],
  ["somebody who wants quiet", true, false],
])("%s is told nothing", async (_, isTTY, wanted) => {
  const { io, text } = openTerminal(isTTY);
  const line = createStatusLine(io, "waiting for GitHub", wanted);
  await sleep(1_600);
  line.say("still waiting");
  line.clear();
  line.end();
  expect(text()).toBe("");
});
