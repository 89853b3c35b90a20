import { expect, test } from "vitest";
import { HubsteadError } from "../../errors.ts";
import { parseApiUrl } from "./api-url.ts";

/** @returns its code and message, or what it was read as */
function read(text: string, allowInsecureLoopback = false): string {
  try {
    return parseApiUrl(text, { name: "GITHUB_API_URL", allowInsecureLoopback });
  } catch (error) {
    if (!(error instanceof HubsteadError)) throw error;
    expect(error.hint, text).toBeTruthy();
    expect(error.data["path"]).toBe("GITHUB_API_URL");
    return `${error.code}: ${error.message}`;
  }
}

test("the three forms of GitHub's API are read, and written in one way", () => {
  expect(read("https://api.github.com")).toBe("https://api.github.com");
  expect(read(" HTTPS://API.github.com:443/ \n")).toBe("https://api.github.com");
  expect(read("https://ghe.example.com/api/v3///")).toBe("https://ghe.example.com/api/v3");
  expect(read("https://ghe.example.com:8443/api/v3/")).toBe("https://ghe.example.com:8443/api/v3");
  expect(read("https://api.acme.ghe.com")).toBe("https://api.acme.ghe.com");
});

test("an API on this machine needs leave", () => {
  const urls = [
    "http://127.0.0.1:3000",
    "http://localhost:3000/api/v3",
    "http://[::1]:3000",
    "https://127.1",
  ];
  for (const url of urls) {
    expect(read(url)).toMatch(/^invalid_input: GITHUB_API_URL is on this machine: /u);
    expect(read(url, true)).toMatch(/^https?:/u);
  }
});

test("an address that is private, or not https, is refused, with leave for this machine too", () => {
  const hosts = [
    "169.254.169.254/latest",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "10.0.0.1",
    "10.1",
    "172.16.3.4/api/v3",
    "192.168.1.1",
    "0.0.0.0",
    "0",
    "224.0.0.1",
    "100.100.100.200",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:127.0.0.1]",
    "[::]",
    "[64:ff9b::a00:1]",
    "metadata.google.internal",
  ];
  for (const url of hosts.flatMap((host) => [`https://${host}`, `http://${host}`])) {
    for (const isAllowed of [false, true])
      expect(read(url, isAllowed), url).toMatch(/^invalid_input: .* a private or reserved address/u);
  }
  for (const url of ["http://api.github.com", "http://ghe.example.com/api/v3", "ftp://a.b", "ws://a.b"])
    expect(read(url, true), url).toMatch(/^invalid_input: GITHUB_API_URL is not https/u);
});

test("what is no URL of an API is refused, and said why", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /holds spaces/u],
    ["api.github.com", /is no URL/u],
    ["//api.github.com", /is no URL/u],
    ["https://", /is no URL/u],
    ["file:///etc/passwd", /is no URL/u],
    ["data:text/plain,x", /is no URL/u],
    ["https://github.com", /web site/u],
    ["https://www.github.com/api/v3", /web site/u],
    ["https://api.github.com/api/v3", /path that GitHub's API has not/u],
    ["https://api.github.com./", /dot at its end/u],
    ["https://api.github.com?x=1", /query/u],
    ["https://api.github.com#x", /fragment/u],
    ["https://аpi.github.com", /outside ASCII/u],
    ["https://api.github。com", /outside ASCII/u],
    ["https://api.git\thub.com", /spaces/u],
    ["https://api.github.com\\@evil.tld", /back-slashes/u],
    ["https://api.github.com evil.tld", /spaces/u],
    ["https://user@api.github.com", /user or a password/u],
    ["https://api.github.com@evil.tld", /user or a password/u],
  ];
  for (const [text, message] of cases) expect(read(text), text).toMatch(message);
});

test("an error shows no password and no token", () => {
  for (const text of [
    "https://me:hunter2secret@ghe.example.com",
    "https://me:hunter2 secret@ghe.example.com",
    "http://me:p@hunter2secret@10.0.0.1",
    `ghp_${"hunter2secret".repeat(3)}`,
  ]) {
    expect(read(text)).toMatch(/^invalid_input/u);
    expect(read(text)).not.toContain("hunter2");
  }
  expect(read(`x${"y".repeat(10_000)}`).length).toBeLessThan(200);
});
