/**
 * @module P2: a token is sent to the API that it was configured for, and nowhere else, whatever anybody answers.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Octokit } from "@octokit/rest";
import { describe, expect, onTestFinished, test } from "vitest";
import { createGitHubFetch } from "../../src/github/fetch/create-github-fetch.ts";

const token = `ghp_${"c".repeat(36)}`;

interface Place {
  readonly url: string;
  readonly got: IncomingMessage[];
}

/** A server that answers with a status and headers, and remembers who asked. */
async function startPlace(
  answer: (request: IncomingMessage) => [number, Record<string, string>, string?],
): Promise<Place> {
  const got: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    got.push(request);
    const [status, headers, body = "[]"] = answer(request);
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got };
}

const thief = () => startPlace(() => [200, {}, '{"stolen": true}']);

describe("a redirect", () => {
  test("of a read to another host is followed without the token", async () => {
    const other = await thief();
    const api = await startPlace(() => [302, { location: `${other.url}/logs.zip?sig=1` }]);
    const fetch = createGitHubFetch({ apiUrl: api.url, auth: token });
    const response = await fetch(`${api.url}/repos/a/b/actions/runs/1/logs`, {
      headers: { "x-extra": token },
    });
    expect(await response.json()).toEqual({ stolen: true });
    expect(api.got[0]!.headers.authorization).toContain(token);
    expect(other.got[0]!.headers.authorization).toBeUndefined();
    expect(JSON.stringify(other.got[0]!.headers)).not.toContain(token);
  });

  test.for([301, 302, 303, 307, 308])(
    "with %i of a write to another host is not followed",
    async (status) => {
      const other = await thief();
      const api = await startPlace(() => [status, { location: `${other.url}/x` }]);
      const fetch = createGitHubFetch({ apiUrl: api.url, auth: token });
      const sent = fetch(`${api.url}/repos/a/b/issues`, { method: "POST", body: "{}" });
      if (status >= 307) await expect(sent).rejects.toMatchObject({ code: "forbidden" });
      else expect((await sent).status).toBe(status);
      expect(other.got).toEqual([]);
    },
  );

  test("within the API keeps the token, the method and the body", async () => {
    const api = await startPlace(({ url }) =>
      url === "/repos/a/old/issues/1" ? [307, { location: "/repositories/7/issues/1" }] : [200, {}, "{}"],
    );
    const fetch = createGitHubFetch({ apiUrl: api.url, auth: token });
    await fetch(`${api.url}/repos/a/old/issues/1`, { method: "PATCH", body: '{"title":"a"}' });
    expect(api.got.map(({ method, url }) => [method, url])).toEqual([
      ["PATCH", "/repos/a/old/issues/1"],
      ["PATCH", "/repositories/7/issues/1"],
    ]);
    expect(api.got[1]!.headers.authorization).toContain(token);
  });

  test.for([301, 302])("with %i of a write within the API is the same write there", async (status) => {
    const api = await startPlace(({ url }) =>
      url === "/repos/a/old/issues" ? [status, { location: "/repositories/7/issues" }] : [201, {}, "{}"],
    );
    const fetch = createGitHubFetch({ apiUrl: api.url, auth: token });
    const response = await fetch(`${api.url}/repos/a/old/issues`, { method: "POST", body: "{}" });
    expect(response.status).toBe(201);
    expect(api.got.map(({ method, url }) => [method, url])).toEqual([
      ["POST", "/repos/a/old/issues"],
      ["POST", "/repositories/7/issues"],
    ]);
  });

  test("is not followed where the caller wants to see it, or wants none", async () => {
    const api = await startPlace(() => [301, { location: "/repositories/7" }]);
    const fetch = createGitHubFetch({ apiUrl: api.url, auth: token });
    const seen = await fetch(new Request(`${api.url}/repos/a/b`, { redirect: "manual" }));
    expect([seen.status, seen.headers.get("location")]).toEqual([301, "/repositories/7"]);
    const refused = fetch(`${api.url}/repos/a/b`, { redirect: "error" });
    await expect(refused).rejects.toMatchObject({ code: "forbidden" });
    expect(api.got).toHaveLength(2);
  });

  test("away and back comes back without the token", async () => {
    const other = await startPlace(() => [302, { location: `${api.url}/back` }]);
    const api = await startPlace(({ url }) =>
      url === "/back" ? [200, {}, "{}"] : [302, { location: `${other.url}/away` }],
    );
    const fetch = createGitHubFetch({ apiUrl: api.url, auth: token });
    await fetch(`${api.url}/repos/a/b`);
    expect(api.got.map(({ url, headers }) => [url, headers.authorization !== undefined])).toEqual([
      ["/repos/a/b", true],
      ["/back", false],
    ]);
  });

  test("in a circle ends", async () => {
    const api = await startPlace(() => [302, { location: "/repos/a/b" }]);
    const fetch = createGitHubFetch({ apiUrl: api.url, auth: token });
    await expect(fetch(`${api.url}/repos/a/b`)).rejects.toMatchObject({ code: "remote_unavailable" });
    expect(api.got).toHaveLength(6);
  });

  test.for([
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00::1]/",
    "http://10.0.0.1/",
    "file:///etc/passwd",
    "http://0x7f000001.example/",
    "https://user:pass@example.com/",
    "ftp://example.com/",
  ])("to %s is not followed", async (location) => {
    const api = await startPlace(() => [302, { location }]);
    const fetch = createGitHubFetch({ apiUrl: api.url, auth: token });
    await expect(fetch(`${api.url}/repos/a/b`)).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("a Link header to another host", () => {
  test("gets no request of a client with its own API", async () => {
    const other = await thief();
    const api = await startPlace(() => [
      200,
      { link: `<${other.url}/repositories/1/issues?page=2>; rel="next"` },
    ]);
    const fetch = createGitHubFetch({ apiUrl: api.url, auth: token });
    const octokit = new Octokit({ baseUrl: api.url, request: { fetch } });
    await expect(
      octokit.paginate("GET /repos/{owner}/{repo}/issues", { owner: "a", repo: "b" }),
    ).rejects.toThrow("was not sent");
    expect(other.got).toEqual([]);
  });

  test("gets no token that Octokit brings, either", async () => {
    const other = await thief();
    const api = await startPlace(() => [
      200,
      { link: `<${other.url}/repositories/1/issues?page=2>; rel="next"` },
    ]);
    const octokit = new Octokit({ auth: token, baseUrl: api.url, request: { fetch: createGitHubFetch() } });
    await expect(
      octokit.paginate("GET /repos/{owner}/{repo}/issues", { owner: "a", repo: "b" }),
    ).rejects.toThrow("was not sent");
    expect(other.got).toEqual([]);
  });
});

test("a fetch for one API sends nothing to look-alikes of it", async () => {
  const fetch = createGitHubFetch({
    apiUrl: "https://api.github.com",
    auth: token,
    fetch: async () => {
      throw new Error("it was sent");
    },
    retry: { attempts: 1 },
  });
  const hosts = [
    "https://api.github.com.evil.tld/",
    "https://api.github.com@evil.tld/",
    "https://evil.tld/https://api.github.com/",
    "https://api.github.com:8443/",
    "http://api.github.com/",
    "https://api.github.com./",
    "https://apí.github.com/",
    "https://github.com/",
    "https://raw.githubusercontent.com/",
  ];
  for (const host of hosts) {
    const error = await fetch(`${host}repos/a/b`).then(String, (thrown: unknown) => thrown);
    expect(error, host).toMatchObject({ code: expect.stringMatching(/^(?:forbidden|invalid_input)$/u) });
  }
});

test("a token that was used for one API is not sent to another, though nobody said which is right", async () => {
  const [one, two] = [await thief(), await thief()];
  const fetch = createGitHubFetch();
  const headers = { authorization: `token ${token}` };
  await fetch(`${one.url}/repos/a/b`, { headers });
  await expect(
    fetch(`${two.url}/repos/a/b`, { headers: { authorization: `Bearer ${token}` } }),
  ).rejects.toMatchObject({
    code: "forbidden",
    data: { expected: one.url },
  });
  await fetch(`${two.url}/repos/a/b`);
  expect(two.got.map(({ headers: { authorization } }) => authorization)).toEqual([undefined]);
});

test("a credential without its API is refused at once", () => {
  expect(() => createGitHubFetch({ auth: token })).toThrow(
    expect.objectContaining({ code: "invalid_input", data: { path: "apiUrl" } }),
  );
});

test("uploads go to a host beside the API: the token is the API's, and so is what it uses", async () => {
  const sent: string[] = [];
  const headers = { authorization: `Bearer ${token}` };
  const fetch = createGitHubFetch({
    fetch: async (url) => {
      sent.push(new URL(String(url)).host);
      return Response.json({}, { status: 200 });
    },
  });
  await fetch("https://uploads.github.com/repos/a/b/releases/1/assets?name=x", { method: "PUT", headers });
  await fetch("https://api.github.com/repos/a/b", { headers });
  expect(sent).toEqual(["uploads.github.com", "api.github.com"]);
  expect((await fetch.limits()).map(({ principal }) => principal)).toEqual([
    expect.stringMatching(/^api\.github\.com\/personal:/u),
  ]);
});

test("a token counts for the same whoever brings it", async () => {
  const fetch = createGitHubFetch({
    apiUrl: "https://api.github.com",
    auth: token,
    fetch: async () => Response.json({}),
  });
  await fetch("https://api.github.com/repos/a/b");
  await fetch("https://api.github.com/repos/a/b", { headers: { authorization: `token ${token}` } });
  expect(await fetch.limits()).toHaveLength(1);
});

test("tokens that change are one principal where the caller says so", async () => {
  const wire = async () => Response.json({});
  for (const principal of ["installation:7", () => "installation:7"] as const) {
    const fetch = createGitHubFetch({ principal, fetch: wire });
    for (const authorization of [`token ghs_${"a".repeat(36)}`, `token ghs_${"b".repeat(36)}`])
      await fetch("https://api.github.com/repos/a/b", { headers: { authorization } });
    expect((await fetch.limits()).map((view) => view.principal)).toEqual(["api.github.com/installation:7"]);
  }
});
