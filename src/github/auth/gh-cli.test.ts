/**
 * @module `gh auth token`, by a `gh` of our own on the PATH.
 */
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { HubsteadError } from "../../errors.ts";
import { createGhTokenSource, ghHostOf } from "./gh-cli.ts";

const token = `gho_${"Ab1".repeat(12)}`;
const scope = { path: "/user" };

/** @param script what `gh` does; its arguments are kept in the file `asked` */
function fakeGh(script: string): { env: Record<string, string>; folder: string; asked(): readonly string[] } {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "gh"), `#!/bin/sh\necho "$@" >> "${folder}/asked"\n${script}\n`);
  chmodSync(join(folder, "gh"), 0o755);
  const asked = join(folder, "asked");
  return {
    env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder },
    folder,
    asked: () => (existsSync(asked) ? readFileSync(asked, "utf8").trim().split("\n") : []),
  };
}

async function failure(promise: Promise<unknown>): Promise<HubsteadError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HubsteadError);
  if (!(error instanceof HubsteadError)) throw error;
  expect(error.code).toBe("unauthorized");
  expect(error.hint).toBeTruthy();
  expect(inspect(error)).not.toContain("Ab1");
  return error;
}

test("gh is asked once, when first needed, and for the API's host only", async () => {
  const gh = fakeGh(`sleep 0.1; echo ${token}`);
  const source = createGhTokenSource({ apiUrl: "https://ghe.example.com/api/v3", env: gh.env });
  expect(gh.asked()).toEqual([]);
  expect(source.secrets()).toEqual([]);
  const all = await Promise.all([1, 2, 3].map(() => source.credentialFor(scope)));
  expect(all.map(({ authorization }) => authorization)).toEqual(Array(3).fill(`Bearer ${token}`));
  expect(gh.asked()).toEqual(["auth token --hostname ghe.example.com"]);
  expect(source.secrets()).toEqual([token]);
  expect(source.label).toBe("gh auth token (ghe.example.com)");
});

test("a host has the name under which gh knows it", () => {
  expect(ghHostOf("https://api.github.com")).toBe("github.com");
  expect(ghHostOf("https://api.acme.ghe.com")).toBe("acme.ghe.com");
  expect(ghHostOf("https://ghe.example.com/api/v3")).toBe("ghe.example.com");
  expect(ghHostOf("https://api.example.com/api/v3")).toBe("api.example.com");
  expect(ghHostOf("https://api.github.com.evil.tld")).toBe("api.github.com.evil.tld");
  expect(ghHostOf("http://127.0.0.1:3000")).toBe("127.0.0.1:3000");
});

test("tokens in the environment, which gh would give for any host, do not reach it", async () => {
  const gh = fakeGh(
    `echo "gho_stored$GH_TOKEN$GITHUB_TOKEN$GH_ENTERPRISE_TOKEN$GITHUB_ENTERPRISE_TOKEN-0123456789"`,
  );
  const other = { GH_TOKEN: "1", GITHUB_TOKEN: "2", GH_ENTERPRISE_TOKEN: "3", GITHUB_ENTERPRISE_TOKEN: "4" };
  const source = createGhTokenSource({ apiUrl: "https://evil.example.com", env: { ...gh.env, ...other } });
  expect((await source.credentialFor(scope)).authorization).toBe("Bearer gho_stored-0123456789");
});

test("a refused token is asked for anew, and given only if it is another", async () => {
  const gh = fakeGh(`cat "$HOME/token"`);
  const path = join(gh.folder, "token");
  writeFileSync(path, token);
  const source = createGhTokenSource({ apiUrl: "https://api.github.com", env: gh.env });
  const first = await source.credentialFor(scope);
  expect(await source.renew(first, scope)).toBeUndefined();
  writeFileSync(path, `gho_${"Zz9".repeat(12)}`);
  const second = await source.renew(first, scope);
  expect(second?.authorization).toContain("Zz9");
  expect(await source.credentialFor(scope)).toEqual(second);
});

test("what goes wrong with gh is told without what it said", async () => {
  const ask = (env: Record<string, string>, timeoutMs = 10_000) =>
    failure(createGhTokenSource({ apiUrl: "https://api.github.com", env, timeoutMs }).credentialFor(scope));
  expect((await ask({ PATH: temporaryFolder() })).message).toContain("is not installed");
  const notRunnable = fakeGh("exit 0");
  chmodSync(join(notRunnable.folder, "gh"), 0o644);
  expect((await ask({ PATH: notRunnable.folder })).message).toMatch(/cannot be run|is not installed/u);
  const out = await ask(fakeGh(`echo "no oauth token found for github.com ${token}" >&2; exit 1`).env);
  expect(out.message).toBe("gh is not logged in to github.com");
  expect(out.hint).toContain("gh auth login --hostname github.com");
  expect((await ask(fakeGh("exit 0").env)).message).toContain("empty token");
  expect((await ask(fakeGh("exec sleep 30").env, 100)).message).toBe("gh did not answer within 100 ms");
});

test("what gh says instead of a token is refused without being shown", async () => {
  const source = createGhTokenSource({
    apiUrl: "https://api.github.com",
    env: fakeGh(`echo "Ab1 is your token"`).env,
  });
  await expect(source.credentialFor(scope)).rejects.toMatchObject({ code: "invalid_input" });
});

test("a caller who gives up ends gh", async () => {
  const gh = fakeGh("exec sleep 30");
  const source = createGhTokenSource({ apiUrl: "https://api.github.com", env: gh.env });
  const stop = new AbortController();
  const asked = source.credentialFor(scope, stop.signal);
  stop.abort(new Error("enough"));
  await expect(asked).rejects.toThrow("enough");
});
