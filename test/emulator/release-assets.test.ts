/**
 * @module Files of releases: how they come, where they are downloaded from, and what is refused.
 */
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Octokit } from "@octokit/rest";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Caller, callAs, type Reply } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

const at = "/repos/ada/data";
const seed = {
  users: { ada: {}, bob: {} },
  repositories: {
    "ada/data": { collaborators: { bob: "triage" }, files: { "README.md": "# Data\n" } },
    "ada/secret": { visibility: "private", files: { "README.md": "# Secret\n" } },
  },
} as const;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

let github: EmulatedGitHub;
let ada: Caller;
let bob: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({ seed, sizes: { assetBytes: 1_000_000 } });
  ada = callAs(github, github.tokenFor("ada"));
  bob = callAs(github, github.tokenFor("bob"));
});
afterEach(() => github.close());

async function release(path = at, tag = "v1", more: object = {}): Promise<number> {
  return (await ada(`POST ${path}/releases`, { tag_name: tag, ...more })).body.id;
}

/** @param target the path with its query */
async function upload(
  target: string,
  body: Uint8Array<ArrayBuffer>,
  token = github.tokenFor("ada"),
): Promise<Pick<Reply, "status" | "body">> {
  const response = await fetch(github.url + target, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/zip" },
    body,
  });
  return { status: response.status, body: await response.json() };
}

test.each(["", "/api/v3"])("Octokit uploads and downloads with the paths of %j", async (prefix) => {
  const octokit = new Octokit({
    auth: github.tokenFor("ada"),
    baseUrl: github.url + prefix,
    log: silent,
  });
  const { repos } = octokit.rest;
  const repo = { owner: "ada", repo: "data" };
  const { data } = await repos.createRelease({ ...repo, tag_name: "v1" });
  const place = prefix === "" ? "" : "/api/uploads";
  expect(data.upload_url).toBe(`${github.url}${place}${at}/releases/${data.id}/assets{?name,label}`);
  const bytes = randomBytes(100_000);
  const asset = await repos.uploadReleaseAsset({
    ...repo,
    release_id: data.id,
    url: data.upload_url,
    name: "tool.bin",
    label: "The tool",
    data: bytes as unknown as string,
    headers: { "content-type": "application/x-tool" },
  });
  expect(asset.data).toMatchObject({
    name: "tool.bin",
    label: "The tool",
    state: "uploaded",
    content_type: "application/x-tool",
    size: 100_000,
    digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
    download_count: 0,
    uploader: { login: "ada" },
    url: `${github.url}${prefix}${at}/releases/assets/${asset.data.id}`,
    browser_download_url: `${github.url}/ada/data/releases/download/v1/tool.bin`,
  });
  const got = await repos.getReleaseAsset({
    ...repo,
    asset_id: asset.data.id,
    headers: { accept: "application/octet-stream" },
  });
  expect(Buffer.from(got.data as unknown as ArrayBuffer).equals(bytes)).toBe(true);
  const listed = await repos.listReleaseAssets({ ...repo, release_id: data.id });
  expect(listed.data).toMatchObject([{ name: "tool.bin", download_count: 1 }]);
  expect((await repos.getRelease({ ...repo, release_id: data.id })).data.assets).toHaveLength(1);
});

test("Octokit finds the uploads where it is told that they are", async () => {
  const octokit = new Octokit({ auth: github.tokenFor("ada"), baseUrl: github.url, log: silent });
  const asset = await octokit.rest.repos.uploadReleaseAsset({
    owner: "ada",
    repo: "data",
    release_id: await release(),
    baseUrl: `${github.url}/api/uploads`,
    name: "a.txt",
    data: "text",
  });
  expect(asset.data).toMatchObject({ name: "a.txt", size: 4 });
});

test("the bytes are behind a link to another origin that is good for a minute, and wants no token", async () => {
  const id = await release();
  const asset = (await upload(`${at}/releases/${id}/assets?name=a.zip`, Buffer.from("bytes"))).body;
  const found = await callAs(github)(`GET ${at}/releases/assets/${asset.id}`, undefined, {
    accept: "application/octet-stream",
  });
  expect(found.status).toBe(302);
  const location = found.headers.get("location")!;
  expect(new URL(location).origin).not.toBe(github.url);
  const got = await fetch(location);
  expect(got.headers.get("content-type")).toBe("application/zip");
  expect(got.headers.get("content-disposition")).toBe("attachment; filename=a.zip");
  expect(got.headers.get("content-length")).toBe("5");
  expect(await got.text()).toBe("bytes");
  expect((await fetch(location, { headers: { authorization: "Bearer x" } })).status).toBe(400);
  expect((await fetch(location.replace(String(asset.id), "1"))).status).toBe(403);
  github.clock.advance(61_000);
  expect((await fetch(location)).status).toBe(403);
});

test("browser_download_url leads to the bytes of what is public, and the latest release has a name of its own", async () => {
  const id = await release(at, "pkg/v1");
  const { body } = await upload(`${at}/releases/${id}/assets?name=a.zip`, Buffer.from("bytes"));
  expect(await (await fetch(body.browser_download_url)).text()).toBe("bytes");
  expect(await (await fetch(`${github.url}/ada/data/releases/latest/download/a.zip`)).text()).toBe("bytes");
  expect((await fetch(`${github.url}/ada/data/releases/download/pkg/v1/b.zip`)).status).toBe(404);
  const secret = await release("/repos/ada/secret");
  const hidden = await upload(`/repos/ada/secret/releases/${secret}/assets?name=a.zip`, Buffer.from("x"));
  const headers = { authorization: `Bearer ${github.tokenFor("ada")}` };
  expect((await fetch(hidden.body.browser_download_url, { headers })).status).toBe(404);
});

test("a file of a draft is for those who may write", async () => {
  const id = await release(at, "v1", { draft: true });
  const { body } = await upload(`${at}/releases/${id}/assets?name=a.zip`, Buffer.from("x"));
  expect((await ada(`GET ${at}/releases/assets/${body.id}`)).status).toBe(200);
  expect((await bob(`GET ${at}/releases/assets/${body.id}`)).status).toBe(404);
  expect((await fetch(body.browser_download_url)).status).toBe(404);
});

test("names are written as GitHub writes them, and there is one of each", async () => {
  const id = await release();
  const nameFor = async (name: string) =>
    (await upload(`${at}/releases/${id}/assets?name=${encodeURIComponent(name)}`, Buffer.from("x"))).body
      .name;
  expect(await nameFor("my file (1).tar.gz")).toBe("my.file.1.tar.gz");
  expect(await nameFor("../../etc/passwd")).toBe("default.etc.passwd");
  expect(await nameFor("über~1@x.zip")).toBe("uber~1@x.zip");
  expect(await nameFor("漢字")).toBe("default");
  const again = await upload(`${at}/releases/${id}/assets?name=my+file+(1).tar.gz`, Buffer.from("x"));
  expect(again).toMatchObject({
    status: 422,
    body: { errors: [{ resource: "ReleaseAsset", code: "already_exists", field: "name" }] },
  });
});

test("an empty file, a nameless one, one that is too large, and who may not write", async () => {
  const id = await release();
  const path = `${at}/releases/${id}/assets`;
  expect(await upload(`${path}?name=a`, Buffer.alloc(0))).toMatchObject({
    status: 422,
    body: {
      errors: [
        { resource: "ReleaseAsset", field: "size", message: "size must be greater than or equal to 1" },
      ],
    },
  });
  expect(await upload(path, Buffer.from("x"))).toMatchObject({
    status: 422,
    body: { errors: [{ resource: "ReleaseAsset", field: "name", code: "missing_field" }] },
  });
  expect((await upload(`${path}?name=a`, Buffer.alloc(1_000_000))).status).toBe(422);
  expect((await upload(`${path}?name=a`, Buffer.alloc(999_999))).status).toBe(201);
  expect((await upload(`${path}?name=b`, Buffer.from("x"), github.tokenFor("bob"))).status).toBe(403);
  expect((await upload(`${at}/releases/1/assets?name=b`, Buffer.from("x"))).status).toBe(404);
});

test("who is refused hears of it, however much was to come", async () => {
  const bytes = Buffer.alloc(30_000_000);
  for (let time = 0; time < 3; time++)
    expect((await upload(`${at}/releases/1/assets?name=b`, bytes)).status).toBe(404);
  expect((await upload(`${at}/releases/${await release()}/assets?name=b`, bytes)).status).toBe(422);
});

test("of an upload that breaks off nothing is kept", async () => {
  const id = await release();
  const target = new URL(`${github.url}${at}/releases/${id}/assets?name=half.bin`);
  const headers = {
    authorization: `Bearer ${github.tokenFor("ada")}`,
    "content-length": "1000",
    expect: "100-continue",
    "user-agent": "test",
  };
  const upload = request(target, { method: "POST", headers });
  const closed = new Promise((resolve) => upload.once("close", resolve));
  upload
    .on("error", () => undefined)
    .on("continue", () => {
      upload.write("some", () => upload.destroy());
    });
  upload.flushHeaders();
  await closed;
  await expect
    .poll(() => github.requests.list("repos/upload-release-asset"))
    .toMatchObject([{ status: 400 }]);
  expect(github.state.releaseAssets.all()).toEqual([]);
});

test("a file is renamed, labelled and removed", async () => {
  const id = await release();
  const { body } = await upload(`${at}/releases/${id}/assets?name=a.zip`, Buffer.from("x"));
  await upload(`${at}/releases/${id}/assets?name=b.zip`, Buffer.from("x"));
  const one = `${at}/releases/assets/${body.id}`;
  expect((await ada(`PATCH ${one}`, { name: "c.zip", label: "C" })).body).toMatchObject({
    name: "c.zip",
    label: "C",
  });
  expect((await ada(`PATCH ${one}`, { name: "b.zip" })).status).toBe(422);
  expect((await bob(`DELETE ${one}`)).status).toBe(403);
  expect((await ada(`DELETE ${one}`)).status).toBe(204);
  expect((await ada(`GET ${one}`)).status).toBe(404);
});

test("files lie in the state folder, are there after a restart, and go with their release", async () => {
  const stateDir = join(temporaryFolder(), "state");
  const first = await startCheckedGitHub({ seed, stateDir });
  const token = first.tokenFor("ada");
  const made = await callAs(first, token)(`POST ${at}/releases`, { tag_name: "v1" });
  const answer = await fetch(`${first.url}${at}/releases/${made.body.id}/assets?name=a.zip`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: "kept",
  });
  const asset = (await answer.json()) as { id: number; content_type: string };
  expect(asset.content_type).toBe("text/plain;charset=UTF-8");
  await first.close();
  expect(readdirSync(join(stateDir, "assets"))).toEqual([String(asset.id)]);
  const second = await startCheckedGitHub({ stateDir });
  expect(await (await fetch(`${second.url}/ada/data/releases/download/v1/a.zip`)).text()).toBe("kept");
  await callAs(second, token)(`DELETE ${at}/releases/${made.body.id}`);
  expect(readdirSync(join(stateDir, "assets"))).toEqual([]);
  await second.close();
});

test("a commit's files come as one archive, from another origin", async () => {
  const { sha } = (await ada(`GET ${at}/commits/main`)).body;
  const tarball = await callAs(github)(`GET ${at}/tarball/main`);
  expect(tarball.status).toBe(302);
  const got = await fetch(tarball.headers.get("location")!);
  expect(got.headers.get("content-disposition")).toBe(
    `attachment; filename=ada-data-${sha.slice(0, 7)}.tar.gz`,
  );
  const tar = gunzipSync(Buffer.from(await got.arrayBuffer())).toString("latin1");
  expect(tar).toContain(`ada-data-${sha.slice(0, 7)}/README.md`);
  expect(tar).toContain("# Data\n");
  const zipball = await fetch(`${github.url}${at}/zipball`);
  expect(zipball.headers.get("content-type")).toBe("application/zip");
  expect(Buffer.from(await zipball.arrayBuffer()).toString("latin1", 0, 2)).toBe("PK");
  expect((await ada(`GET ${at}/tarball/nowhere`)).status).toBe(404);
  expect((await bob("GET /repos/ada/secret/tarball")).status).toBe(404);
});
