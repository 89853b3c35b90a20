/**
 * @module What the tests use of `@octokit/fixtures`, which has no types of its own.
 */
declare module "@octokit/fixtures" {
  export interface Exchange {
    readonly method: string;
    readonly path: string;
    readonly body: unknown;
    readonly status: number;
    readonly response: unknown;
    readonly reqheaders: Readonly<Record<string, string | number>>;
    readonly headers: Readonly<Record<string, string | number>>;
  }
  const fixtures: { get(name: string): readonly Exchange[] };
  export default fixtures;
}
