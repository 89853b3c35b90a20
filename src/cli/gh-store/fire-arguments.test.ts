/**
 * @module Command lines as python-fire takes them.
 */
import { expect, test } from "vitest";
import { type Parameter, readFireArguments } from "./fire-arguments.ts";

const parameters: readonly Parameter[] = [
  { name: "object_id" },
  { name: "output", default: "out.json" },
  { name: "token", isOptional: true },
  { name: "repo", isOptional: true },
];
const read = (...argv: readonly string[]) => readFireArguments("get", parameters, argv);

test.each([
  [["a"], { object_id: "a", output: "out.json" }],
  [["a", "b", "t", "r"], { object_id: "a", output: "b", token: "t", repo: "r" }],
  [["--object_id", "a"], { object_id: "a", output: "out.json" }],
  [["--object-id=a"], { object_id: "a", output: "out.json" }],
  [["--token", "t", "a"], { object_id: "a", output: "out.json", token: "t" }],
  [["--object_id=a", "b"], { object_id: "a", output: "b" }],
  [["a", "-t", "t", "-r=r"], { object_id: "a", output: "out.json", token: "t", repo: "r" }],
  [["-5"], { object_id: "-5", output: "out.json" }],
  [["a", "--token="], { object_id: "a", output: "out.json", token: "" }],
  [["--output=x=y", '{"a": 1}'], { object_id: '{"a": 1}', output: "x=y" }],
])("%j", (argv, values) => {
  expect(read(...argv)).toEqual(values);
});

test.each([
  [[], "needs --object-id"],
  [["a", "b", "c", "d", "e"], "takes no 1 more"],
  [["a", "--tokn", "x"], "has no option '--tokn'"],
  // Two begin with it.
  [["-o", "a"], "has no option '-o'"],
  [["a", "--token"], "--token needs a value"],
  [["--token", "--repo", "r", "a"], "--token needs a value"],
])("%j is refused, without its values", (argv, message) => {
  expect(() => read(...argv)).toThrow(
    expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(message) }),
  );
  expect(() => read(...argv, "--hunter2hunter2=hunter3")).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining("hunter3") }),
  );
});
