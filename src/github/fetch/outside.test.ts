/**
 * @module P3: a redirect away from the API leads to no machine that GitHub has no business with, whatever its name leads to.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { createGitHubFetch } from "./create-github-fetch.ts";
import { createPinnedFetch } from "./pinned-fetch.ts";

type Addresses = Readonly<Record<string, readonly string[]>>;

const archive = "/repos/a/b/zipball/main";

/** An API whose archives lie elsewhere; a `fetch` that reaches everything, and a resolver. */
function redirecting(apiUrl: string, location: string, addresses: Addresses) {
  const sent: string[] = [];
  const fetch = createGitHubFetch({
    apiUrl,
    retry: { attempts: 1 },
    resolve: async (name) => {
      const found = addresses[name];
      if (found === undefined) throw Object.assign(new Error(`no such name: ${name}`), { code: "ENOTFOUND" });
      return found;
    },
    fetch: async (input) => {
      const { host } = new URL(String(input));
      sent.push(host);
      return host === new URL(apiUrl).host
        ? new Response(null, { status: 302, headers: { location } })
        : new Response("zip");
    },
  });
  onTestFinished(() => fetch.close());
  return { sent, answer: () => fetch(`${apiUrl}${archive}`) };
}

async function startServer(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const publicApi = { "api.github.com": ["140.82.112.6"] };

const inside: readonly (readonly string[])[] = [
  ["0.0.0.0"],
  ["10.1.2.3"],
  ["100.64.0.1"],
  ["127.0.0.1"],
  ["169.254.169.254"],
  ["172.31.255.255"],
  ["192.168.1.1"],
  ["224.0.0.1"],
  ["::"],
  ["::1"],
  ["::ffff:10.0.0.1"],
  ["::ffff:a9fe:a9fe"],
  ["64:ff9b::a9fe:a9fe"],
  ["64:ff9b::10.0.0.1"],
  ["fc00::1"],
  ["fd00:ec2::254"],
  ["fe80::1%eth0"],
  ["140.82.112.6", "10.0.0.1"],
  ["no address"],
  [],
];

test.for(inside.map((addresses) => [addresses.join(", ") || "nothing", addresses] as const))(
  "a name that leads to %s is not followed",
  async ([, addresses]) => {
    const location = "https://files.example/zip";
    const { sent, answer } = redirecting("https://api.github.com", location, {
      ...publicApi,
      "files.example": addresses,
    });
    await expect(answer()).rejects.toMatchObject({
      code: "forbidden",
      data: { to: "https://files.example" },
    });
    expect(sent).toEqual(["api.github.com"]);
  },
);

test.for([["185.199.108.133"], ["2606:50c0:8000::153"], ["64:ff9b::b9c7:6c85"]])(
  "a name that leads to %s is followed",
  async (addresses) => {
    const { sent, answer } = redirecting("https://api.github.com", "https://files.example/zip", {
      ...publicApi,
      "files.example": addresses,
    });
    expect(await (await answer()).text()).toBe("zip");
    expect(sent).toEqual(["api.github.com", "files.example"]);
  },
);

test("an Enterprise Server with a private address leads to private addresses, and to no others inside", async () => {
  const names = { "ghe.corp": ["10.0.0.5"], "files.corp": ["192.168.0.6"], "evil.corp": ["169.254.169.254"] };
  const ghe = "https://ghe.corp/api/v3";
  const beside = redirecting(ghe, "https://files.corp/zip", names);
  expect((await beside.answer()).status).toBe(200);
  for (const evil of [names["evil.corp"], ["127.0.0.1"], ["192.168.0.6", "::1"]]) {
    const { answer, sent } = redirecting(ghe, "https://evil.corp/", { ...names, "evil.corp": evil });
    await expect(answer()).rejects.toMatchObject({ code: "forbidden" });
    expect(sent).toEqual(["ghe.corp"]);
  }
  const mixed = { ...names, "ghe.corp": ["10.0.0.5", "140.82.112.6"] };
  await expect(redirecting(ghe, "https://files.corp/zip", mixed).answer()).rejects.toMatchObject({
    code: "forbidden",
  });
});

test("a name that leads elsewhere the second time is connected to where it was looked at the first time", async () => {
  const got: (string | undefined)[] = [];
  const filesPort = await startServer(({ headers }, response) => {
    got.push(headers.host);
    response.end("zip");
  });
  const location = `http://files.localhost:${filesPort}/zip?sig=1`;
  const apiPort = await startServer((_, response) => response.writeHead(302, { location }).end());
  const asked: string[] = [];
  const fetch = createGitHubFetch({
    apiUrl: `http://127.0.0.1:${apiPort}`,
    retry: { attempts: 1 },
    resolve: async (name) => {
      asked.push(name);
      return asked.length === 1 ? ["127.0.0.1"] : ["169.254.169.254"];
    },
  });
  const url = `http://127.0.0.1:${apiPort}${archive}`;
  expect(await (await fetch(url)).text()).toBe("zip");
  expect(asked).toEqual(["files.localhost"]);
  expect(got).toEqual([`files.localhost:${filesPort}`]);
  await expect(fetch(url)).rejects.toMatchObject({ code: "forbidden" });
  expect(got).toHaveLength(1);
});

test("the connection asks nobody where a name leads, and reads what is encoded", async () => {
  const port = await startServer((request, response) => {
    if (request.url === "/empty") response.writeHead(204).end();
    else if (request.url === "/gzip")
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("packed"));
    else response.writeHead(404, { "x-way": request.headers.accept }).end("plain");
  });
  const fetch = createPinnedFetch(["127.0.0.1"]);
  const place = `http://name-of-nobody.invalid:${port}`;
  const plain = await fetch(new URL(`${place}/`), { headers: { accept: "text/x" } });
  expect([plain.status, plain.headers.get("x-way"), await plain.text()]).toEqual([404, "text/x", "plain"]);
  expect(await (await fetch(`${place}/gzip`)).text()).toBe("packed");
  expect((await fetch(`${place}/empty`)).body).toBe(null);
  const gone = await createPinnedFetch(["127.0.0.1"])("http://name-of-nobody.invalid:1/").catch((e) => e);
  expect(gone).toMatchObject({ name: "TypeError", cause: { code: "ECONNREFUSED" } });
  const stopped = AbortSignal.abort(new Error("enough"));
  await expect(fetch(place, { signal: stopped })).rejects.toThrow();
});

test("a name that leads nowhere from here is left to a fetch of one's own, which may go by a proxy", async () => {
  const { sent, answer } = redirecting("https://api.github.com", "https://files.example/zip", publicApi);
  expect((await answer()).status).toBe(200);
  expect(sent).toEqual(["api.github.com", "files.example"]);
  const location = "http://files.localhost:1/zip";
  const apiPort = await startServer((_, response) => response.writeHead(302, { location }).end());
  const fetch = createGitHubFetch({
    apiUrl: `http://127.0.0.1:${apiPort}`,
    retry: { attempts: 1 },
    resolve: async () => {
      throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
    },
  });
  await expect(fetch(`http://127.0.0.1:${apiPort}${archive}`)).rejects.toMatchObject({
    code: "remote_unavailable",
    message: expect.stringContaining("no such name"),
  });
});
