/**
 * @module P2 and P3: hosts that must never see a credential, and redirects that must never be followed.
 */
import { expect, test } from "vitest";
import { createOriginGuard } from "./origin-guard.ts";

const apis = {
  public: "https://api.github.com",
  server: "https://ghe.example.com/api/v3",
  tenant: "https://api.acme.ghe.com",
  port: "https://ghe.example.com:8443/api/v3",
};

const lookAlikeHosts = [
  "api.github.com.evil.tld",
  "api.github.com.",
  "api.github.com..",
  "api.github.co",
  "api.github.cm",
  "api.github.com.br",
  "api-github.com",
  "apigithub.com",
  "api.githubb.com",
  "api.gihtub.com",
  "api.glthub.com",
  "api.g1thub.com",
  "api.github.com-evil.tld",
  "evil-api.github.com",
  "xapi.github.com",
  "api.github.com.localhost",
  "api.github.com.127.0.0.1.nip.io",
  "github.com",
  "www.github.com",
  "raw.githubusercontent.com",
  "codeload.github.com",
  "objects.githubusercontent.com",
  "gist.github.com",
  "api.gist.github.com",
  "evil.github.com",
  "evil.api.github.com",
  "uploads.github.com.evil.tld",
  "uploads.github.com.",
  "upload.github.com",
  "uploads.githubusercontent.com",
  "api.github.io",
  "acme.github.io",
  "api.github.dev",
  "аpi.github.com",
  "api.gіthub.com",
  "api.githսb.com",
  "api.ɡithub.com",
  "api.gıthub.com",
  "api.github.cоm",
  "api.gitʜub.com",
  "ãpi.github.com",
  "api.githúb.com",
  "xn--pi-6kc.github.com",
  "api.xn--gthub-n4a.com",
  "api。github。com.evil.tld",
  "api.github.com%2eevil.tld",
  "localhost",
  "127.0.0.1",
  "[::1]",
  "10.0.0.1",
  "169.254.169.254",
  "140.82.112.6",
  "evil.tld",
  "xn--80ak6aa92e.com",
  "ghe.example.com.evil.tld",
  "ghe.example.com.",
  "ghe.example.co",
  "ghe-example.com",
  "api.ghe.example.com",
  "uploads.ghe.example.com",
  "example.com",
  "acme.ghe.com",
  "api.evil.ghe.com",
  "uploads.evil.ghe.com",
  "api.acme.ghe.com.evil.tld",
  "api.acme.ghe.co",
  "api.acme-ghe.com",
  "api.x.acme.ghe.com",
  "ghe.com",
  "api.ghe.com",
];

const hosts = Object.fromEntries(Object.entries(apis).map(([name, url]) => [name, new URL(url).host]));

/** Ways to write a URL around a right host so that something else is asked, or so that it is asked differently. */
function around(host: string): readonly string[] {
  return [
    `http://${host}/`,
    `http://${host}:443/`,
    `ftp://${host}/`,
    `ws://${host}/`,
    `wss://${host}/`,
    `file://${host}/etc/passwd`,
    `blob:https://${host}/0`,
    `filesystem:https://${host}/0`,
    `data:text/plain,https://${host}/`,
    `javascript:fetch("https://${host}/")`,
    `view-source:https://${host}/`,
    `git+https://${host}/`,
    `https://${host}@evil.tld/`,
    `https://${host}:pass@evil.tld/`,
    `https://${host}%40evil.tld@evil.tld/`,
    `https://evil.tld#@${host}/`,
    `https://evil.tld?@${host}/`,
    `https://evil.tld/${host}`,
    `https://evil.tld/@${host}/`,
    `https://evil.tld\\@${host}/`,
    `https:\\\\evil.tld\\${host}`,
    `https://user@${host}/`,
    `https://user:pass@${host}/`,
    `https://:pass@${host}/`,
    `https://${host.split(":")[0]}:1/`,
    `https://${host.split(":")[0]}:80/`,
    `https://${host.split(":")[0]}:444/`,
    `https://${host.split(":")[0]}:65535/`,
    `https://${host.split(":")[0]}./`,
    `https://x.${host}/`,
    `https://${host.split(":")[0]}.evil.tld/`,
  ];
}

const hostile: readonly (readonly [api: string, url: string])[] = Object.entries(apis).flatMap(
  ([name, api]) => [
    ...lookAlikeHosts.map((host) => [api, `https://${host}/`] as const),
    ...around(hosts[name]!).map((url) => [api, url] as const),
  ],
);
const readable = hostile.filter(([, url]) => URL.canParse(url));

test("a credential goes to no other origin than the API's, whatever it looks like", () => {
  // What `new URL` cannot read can be asked by nobody.
  expect(readable.length).toBeGreaterThanOrEqual(380);
  const carried = readable.filter(([api, url]) => createOriginGuard(api).mayCarryCredential(new URL(url)));
  expect(carried).toEqual([]);
});

test("a URL that is only written differently is the API's all the same", () => {
  const guard = createOriginGuard(apis.public);
  const same = [
    "https://api.github.com/repos/acme/data",
    "https://API.GitHub.com/",
    "https://api.github.com:443/",
    "HTTPS:\\\\api.github.com\\user",
    "https:api.github.com/user",
    "https://api%2Egithub.com/",
    "https://api.gi\tthub.com/",
    "https://ａｐｉ.github.com/",
    "https://api。github。com/",
  ];
  expect(same.filter((url) => !guard.mayCarryCredential(new URL(url)))).toEqual([]);
});

test("the upload host that belongs to an API gets its credential, and no other's", () => {
  const uploads = { public: "https://uploads.github.com/", tenant: "https://uploads.acme.ghe.com/" };
  for (const [name, api] of Object.entries(apis)) {
    for (const [owner, url] of Object.entries(uploads)) {
      expect(createOriginGuard(api).mayCarryCredential(new URL(url)), `${api} and ${url}`).toBe(
        owner === name,
      );
    }
  }
  const other = createOriginGuard("https://api.github.com:8443");
  expect(other.mayCarryCredential(new URL("https://uploads.github.com/"))).toBe(false);
});

test("an API on this machine shares its credential with no other port and no other name of this machine", () => {
  const guard = createOriginGuard("http://127.0.0.1:3000");
  expect(guard.mayCarryCredential(new URL("http://127.0.0.1:3000/user"))).toBe(true);
  for (const url of [
    "http://127.0.0.1:3001/",
    "http://localhost:3000/",
    "https://127.0.0.1:3000/",
    "http://127.0.0.2:3000/",
    "http://[::1]:3000/",
    "http://0.0.0.0:3000/",
  ]) {
    expect(guard.mayCarryCredential(new URL(url)), url).toBe(false);
  }
});

/** P3: places inside that a redirect from outside must not reach, in every notation of an address. */
const insidePlaces: readonly string[] = [
  "169.254.169.254",
  "169.254.170.2",
  "169.254.0.1",
  "2852039166",
  "0xa9fea9fe",
  "0xA9.0xFE.0xA9.0xFE",
  "0251.0376.0251.0376",
  "169.254.43518",
  "169.16689662",
  "0251.254.169.254",
  "169.254.169.254.",
  "１６９.254.169.254",
  "127.0.0.1",
  "127.1",
  "127.0.1",
  "127.255.255.254",
  "2130706433",
  "0x7f000001",
  "0x7f.1",
  "017700000001",
  "0177.0.0.1",
  "①②⑦.0.0.1",
  "127。0。0。1",
  "0.0.0.0",
  "0",
  "0.1.2.3",
  "10.0.0.1",
  "10.255.255.255",
  "167772161",
  "0xa000001",
  "012.0.0.1",
  "10.1",
  "172.16.0.1",
  "172.31.255.255",
  "2886729729",
  "0xac.0x10.1",
  "192.168.0.1",
  "192.168.1",
  "3232235777",
  "0xc0a80101",
  "0300.0250.1.1",
  "100.64.0.1",
  "100.100.100.200",
  "100.127.255.255",
  "192.0.0.192",
  "192.0.2.1",
  "192.88.99.1",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.7",
  "203.0.113.9",
  "224.0.0.1",
  "239.255.255.250",
  "240.0.0.1",
  "255.255.255.255",
  "4294967295",
  "0xffffffff",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[0000:0000:0000:0000:0000:0000:0000:0001]",
  "[::]",
  "[::127.0.0.1]",
  "[::7f00:1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::FFFF:7F00:1]",
  "[0:0:0:0:0:ffff:169.254.169.254]",
  "[::ffff:a9fe:a9fe]",
  "[::ffff:10.0.0.1]",
  "[::ffff:192.168.1.1]",
  "[::ffff:0:127.0.0.1]",
  "[64:ff9b::169.254.169.254]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b:1::a00:1]",
  "[100::1]",
  "[2001::1]",
  "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
  "[2001:db8::1]",
  "[2001:20::1]",
  "[2002:7f00:1::]",
  "[2002:a9fe:a9fe::1]",
  "[2002:a00:1::1]",
  "[3fff::1]",
  "[5f00::1]",
  "[fc00::1]",
  "[fd00::1]",
  "[fd00:ec2::254]",
  "[fdff:ffff::1]",
  "[fe80::1]",
  "[fe80::a9fe:a9fe]",
  "[febf::1]",
  "[fec0::1]",
  "[ff02::1]",
  "[ff0e::1]",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "x.localhost",
  "a.b.localhost.",
  "ⓛocalhost",
  "metadata.google.internal",
  "Metadata.Google.Internal.",
  "metadata.goog",
  "instance-data.ec2.internal",
];

test("a redirect to this machine or to a private place is not followed, in no notation of it", () => {
  expect(insidePlaces.length).toBeGreaterThanOrEqual(100);
  for (const api of Object.values(apis)) {
    const guard = createOriginGuard(api);
    const followed = insidePlaces.filter(
      (host) =>
        guard.mayFollow(new URL(`https://${host}/latest/meta-data/`)) ||
        guard.mayFollow(new URL(`https://${host}:8443/`)) ||
        guard.mayFollow(new URL(`http://${host}/`)),
    );
    expect(followed).toEqual([]);
  }
});

test("a redirect is followed over https to hosts of the open internet only", () => {
  const guard = createOriginGuard(apis.public);
  const open = [
    "https://codeload.github.com/acme/data/zip/main",
    "https://pipelines.actions.githubusercontent.com/logs?sig=x",
    "https://results-receiver.actions.githubusercontent.com/rest/runs/1",
    "https://productionresultssa0.blob.core.windows.net/actions-results/1?sig=a%2Bb",
    "https://140.82.112.6/",
    "https://[2606:50c0:8000::153]/",
    "https://11.0.0.1/",
    "https://172.32.0.1/",
    "https://100.128.0.1/",
    "https://notlocalhost/",
    "https://localhost.example.com/",
  ];
  expect(open.filter((url) => !guard.mayFollow(new URL(url)))).toEqual([]);
  const closed = [
    "http://codeload.github.com/acme/data/zip/main",
    "ftp://codeload.github.com/",
    "file:///etc/passwd",
    "data:text/plain,x",
    "blob:https://codeload.github.com/0",
    "javascript:0",
    "ws://codeload.github.com/",
    "gopher://codeload.github.com/",
    "https://user:pass@codeload.github.com/",
    "https://api.github.com@evil.tld/",
  ];
  expect(closed.filter((url) => guard.mayFollow(new URL(url)))).toEqual([]);
});

test("an API on this machine may lead to other ports of this machine, but to no private place", () => {
  const guard = createOriginGuard("http://127.0.0.1:3000");
  for (const url of [
    "http://127.0.0.1:4000/logs",
    "http://localhost:4000/",
    "http://[::1]:1/",
    "https://a.b/",
  ])
    expect(guard.mayFollow(new URL(url)), url).toBe(true);
  const loopback =
    /^(?:127|2130706433|0x7f|0177|①|localhost|LOCALHOST|x\.local|a\.b|ⓛ|\[::1\]|\[0{1,4}:.*1\]$)/u;
  const private_ = insidePlaces.filter((host) => !loopback.test(host) && !/^017700000001$/u.test(host));
  expect(private_.length).toBeGreaterThanOrEqual(75);
  expect(private_.filter((host) => guard.mayFollow(new URL(`http://${host}/`)))).toEqual([]);
  expect(guard.mayFollow(new URL("http://codeload.github.com/"))).toBe(false);
});
