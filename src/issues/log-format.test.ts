import { expect, test } from "vitest";
import { readLogFormat } from "./log-format.ts";

const entry = {
  time: "2026-11-20T09:06:08.604Z",
  level: "info",
  message: "processed",
  facts: " issue=7",
} as const;

test.each([
  ["{time} | {level} | {message}", "2026-11-20T09:06:08.604000+0000 | INFO | processed issue=7"],
  ["{time:YYYY-MM-DD HH:mm:ss.SSS} {message}", "2026-11-20 09:06:08.604 processed issue=7"],
  ["{time:D.M.YY h[at]hh A ZZ}", "20.11.26 hat09 AM +0000"],
  ["[{level: <8}][{level:>6}][{level:-^8}]", "[INFO    ][  INFO][--INFO--]"],
  ["<green>{time:HH:mm}</green> <level>{message}</level>", "09:06 processed issue=7"],
  ["{name}:{function}:{line} {level.name}", "hubstead:-:- INFO"],
  ["{{{message}}}", "{processed issue=7}"],
])("%s", (format, line) => expect(readLogFormat(format)(entry)).toBe(line));

test("what no log has is named", () => {
  expect(() => readLogFormat("{lvel}")).toThrow(/no \{lvel\}/u);
  expect(() => readLogFormat("{__proto__}")).toThrow(/no \{__proto__\}/u);
  expect(() => readLogFormat("{level:wide}")).toThrow(/no width/u);
  expect(() => readLogFormat("}")).toThrow(/stands alone/u);
});
