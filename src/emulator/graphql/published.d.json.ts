/**
 * @module What is in `published.json`, for the compiler.
 */
declare const published: import("./published.ts").Published;
export = published;
