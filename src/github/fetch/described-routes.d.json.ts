/**
 * @module What is in `described-routes.json`, for the compiler.
 */
declare const described: {
  readonly source: string;
  /** By route, its methods, with `!` after those that notify people: `GET POST!`. */
  readonly routes: Readonly<Record<string, string>>;
};
export = described;
