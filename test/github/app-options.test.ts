/**
 * @module Mistakes with an App are told by the names that they were made under: those of options, or of variables.
 */
import { describe, expect, test } from "vitest";
import type { HubsteadError } from "../../src/errors.ts";
import { GitHubClient, type GitHubClientOptions } from "../../src/github/client/github-client.ts";

describe("what is wrong with an App that the program names", () => {
  const key = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n";
  test.for<readonly [string, GitHubClientOptions, string, string]>([
    ["no key", { appId: 12 }, "appId is set, but neither privateKey nor privateKeyPath is", "privateKey"],
    ["no id", { privateKey: key }, "privateKey is set, but appId is not", "appId"],
    ["no id for a file", { privateKeyPath: "/x.pem" }, "privateKeyPath is set, but appId is not", "appId"],
    ["an id that is none", { appId: "my app", privateKey: key }, "appId is no id of a GitHub App", "appId"],
    ["a damaged key", { appId: 12, privateKey: key }, "privateKey is damaged", "privateKey"],
    ["a file that is not there", { appId: 12, privateKeyPath: "/none.pem" }, "privateKeyPath: /none.pem", ""],
  ])("is told by the options' names: %s", async ([, options, message, path]) => {
    // What the environment says is another App's.
    const env = { GITHUB_APP_ID: "99", GITHUB_APP_PRIVATE_KEY: "x" };
    await using client = new GitHubClient({ ...options, env });
    const error = await client.getRepo("a/b").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "invalid_input", message: expect.stringContaining(message) });
    expect((error as HubsteadError).message).not.toContain("GITHUB_");
    if (path !== "") expect(error).toMatchObject({ data: { path } });
  });

  test("is told by the variables' names where the environment names it", async () => {
    await using client = new GitHubClient({ env: { HUBSTEAD_GITHUB_APP_ID: "12" } });
    await expect(client.getRepo("a/b")).rejects.toMatchObject({
      message: expect.stringContaining("HUBSTEAD_GITHUB_APP_ID is set, but neither GITHUB_APP_PRIVATE_KEY"),
    });
    expect(() => new GitHubClient({ apiUrl: "nonsense", env: {} })).toThrow(/apiUrl/u);
  });
});
