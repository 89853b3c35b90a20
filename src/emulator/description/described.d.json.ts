/**
 * @module What is in `described.json`, for the compiler.
 */
declare const described: import("./description.ts").Described;
export = described;
