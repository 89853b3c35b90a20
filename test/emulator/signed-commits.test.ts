/**
 * @module Which commits GitHub makes in its own name and signs, what it thinks of other signatures, and that stock git
 * takes them all.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { signAsWebFlow, webFlowPublicKey } from "../../src/emulator/signing/web-flow.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { askAs } from "./ask.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";
import { createStockGit } from "./stock-git.ts";

let github: EmulatedGitHub;
let ada: Caller;
let robot: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: { email: "ada@example.org" } },
      repositories: { "ada/data": { files: { a: "one\n" } } },
      apps: {
        robot: { permissions: { contents: "write", pull_requests: "write" }, installations: { ada: "all" } },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
  robot = callAs(github, github.tokenFor({ app: "robot", account: "ada" }));
});
afterEach(() => github.close());

const put = (by: Caller, path: string, more: object = {}) =>
  by(`PUT /repos/ada/data/contents/${path}`, { message: "m", content: "", ...more });

const signed = { verified: true, reason: "valid" };
const unsigned = { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };
const person = { name: "X", email: "x@example.org" };

async function headOf(branch = "main"): Promise<string> {
  return (await ada(`GET /repos/ada/data/git/ref/heads/${branch}`)).body.object.sha;
}

describe("files written over the REST API", () => {
  test("are commits of GitHub's where a bot names nobody", async () => {
    const { body } = await put(robot, "b");
    expect(body.commit).toMatchObject({
      author: { name: "robot[bot]" },
      committer: { name: "GitHub", email: "noreply@github.com" },
      verification: { ...signed, signature: expect.stringMatching(/^-----BEGIN PGP SIGNATURE-----\n\n/u) },
    });
    expect(body.commit.verification.payload).toMatch(/^tree [0-9a-f]{40}\nparent [\s\S]*\n\nm$/u);
    expect(body.commit.verification.verified_at).toBe(body.commit.committer.date);
    const { body: shown } = await ada("GET /repos/ada/data/commits/main");
    expect(shown).toMatchObject({
      author: { login: "robot[bot]" },
      committer: { login: "web-flow", id: 19_864_447 },
      commit: { verification: body.commit.verification },
    });
  });

  test("are signed for a job's token, too, and when they are deleted", async () => {
    const job = callAs(github, github.tokenFor({ actions: "ada/data" }));
    const { body } = await put(job, "b");
    expect(body.commit.verification).toMatchObject(signed);
    const gone = await job("DELETE /repos/ada/data/contents/b", { message: "m", sha: body.content.sha });
    expect(gone.body.commit.verification).toMatchObject(signed);
  });

  test("are not signed for a person, or a bot that names somebody", async () => {
    expect((await put(ada, "b")).body.commit).toMatchObject({
      committer: { email: "ada@example.org" },
      verification: unsigned,
    });
    expect((await put(robot, "c", { author: person })).body.commit.verification).toEqual(unsigned);
    expect((await put(robot, "d", { committer: person })).body.commit.verification).toEqual(unsigned);
  });
});

test("commits made of git's objects are signed for a bot that names nobody", async () => {
  const tree = (await ada("GET /repos/ada/data/git/trees/main")).body.sha;
  const parents = [await headOf()];
  const make = async (by: Caller, more: object = {}) =>
    (await by("POST /repos/ada/data/git/commits", { message: "m", tree, parents, ...more })).body;
  const made = await make(robot);
  expect(made).toMatchObject({
    author: { name: "robot[bot]" },
    committer: { name: "GitHub" },
    verification: signed,
  });
  expect((await ada(`GET /repos/ada/data/git/commits/${made.sha}`)).body.verification).toEqual(
    made.verification,
  );
  expect((await make(ada)).verification).toEqual(unsigned);
  expect((await make(robot, { author: person })).verification).toEqual(unsigned);
});

test("createCommitOnBranch is always signed, a person's as well", async () => {
  const ask = askAs(github, github.tokenFor("ada"));
  const { data, errors } = await ask(
    `mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit {
      oid committer { name email }
      signature { __typename isValid state wasSignedByGitHub email signature payload signer { login } }
    } } }`,
    {
      input: {
        branch: { repositoryNameWithOwner: "ada/data", branchName: "main" },
        message: { headline: "m" },
        expectedHeadOid: await headOf(),
        fileChanges: { additions: [{ path: "b", contents: "" }] },
      },
    },
  );
  expect(errors).toBeUndefined();
  const { commit } = data.createCommitOnBranch;
  const { body } = await ada(`GET /repos/ada/data/commits/${commit.oid}`);
  expect(body).toMatchObject({ author: { login: "ada" }, commit: { verification: signed } });
  expect(commit).toMatchObject({
    committer: { name: "GitHub" },
    signature: {
      __typename: "GpgSignature",
      isValid: true,
      state: "VALID",
      wasSignedByGitHub: true,
      email: "noreply@github.com",
      signer: { login: "web-flow" },
      signature: body.commit.verification.signature,
      payload: body.commit.verification.payload,
    },
  });
  const first = await ask(
    `{ repository(owner: "ada", name: "data") { object(oid: "${body.parents[0].sha}") { ... on Commit { signature { state } } } } }`,
  );
  expect(first.data.repository.object.signature).toBeNull();
});

test.each(["merge", "squash"])(
  "a pull request that is merged by %s ends in a signed commit",
  async (method) => {
    await ada("POST /repos/ada/data/git/refs", { ref: "refs/heads/topic", sha: await headOf() });
    await put(ada, "t", { branch: "topic" });
    await ada("POST /repos/ada/data/pulls", { title: "x", head: "topic", base: "main" });
    expect((await ada("PUT /repos/ada/data/pulls/1/merge", { merge_method: method })).status).toBe(200);
    const { body } = await ada("GET /repos/ada/data/commits/main");
    expect(body).toMatchObject({
      author: { login: "ada" },
      committer: { login: "web-flow" },
      commit: { verification: signed },
    });
  },
);

test("a signature of one's own is kept, and is one of a key that nobody knows", async () => {
  const tree = (await ada("GET /repos/ada/data/git/trees/main")).body.sha;
  const make = (signature: string, more: object = {}) =>
    ada("POST /repos/ada/data/git/commits", { message: "m", tree, parents: [], signature, ...more });
  const armored = (kind: string) =>
    `-----BEGIN ${kind} SIGNATURE-----\n\nAAAA\n-----END ${kind} SIGNATURE-----`;
  const { body } = await make(armored("PGP"));
  expect(body.verification).toMatchObject({
    verified: false,
    reason: "unknown_key",
    signature: armored("PGP"),
    verified_at: null,
  });
  expect(body.verification.payload).toMatch(/^tree [0-9a-f]{40}\nauthor [\s\S]*\n\nm$/u);
  expect((await make(armored("PGP"), { author: person })).body.verification.reason).toBe("no_user");
  expect((await make(armored("X509"))).body.verification.reason).toBe("unknown_signature_type");
  const taken = (await put(robot, "b")).body.commit.verification.signature;
  expect((await make(taken)).body.verification).toMatchObject({ verified: false, reason: "unknown_key" });
  for (const wrong of ["", "x", `${armored("PGP")}\0`, "-----BEGIN PGP SIGNATURE-----\n\né"])
    expect((await make(wrong)).status).toBe(422);
});

test("stock git takes signed commits, and those who have GitHub's key can verify them", async () => {
  const { body } = await put(robot, "b");
  const git = createStockGit();
  try {
    await git.run(".", "clone", "-q", `${github.url}/ada/data.git`, "work");
    await git.run("work", "fsck", "--strict");
    expect(await git.run("work", "cat-file", "commit", "HEAD")).toContain(
      "\ngpgsig -----BEGIN PGP SIGNATURE",
    );
    expect(await git.run("work", "log", "-1", "--format=%H %cn")).toBe(`${body.commit.sha} GitHub`);
    await git.run("work", "log", "--show-signature");
  } finally {
    git.remove();
  }
  const key = await fetch(`${github.url}/web-flow.gpg`);
  expect(await key.text()).toBe(webFlowPublicKey());
});

// Both were found good by GnuPG 2.2.40: `gpg --import`, `gpg --verify`.
test("key and signatures are those that GnuPG has verified", () => {
  expect(webFlowPublicKey()).toBe(`-----BEGIN PGP PUBLIC KEY BLOCK-----

xjMEXgvhABYJKwYBBAHaRw8BAQdAyprfseapPh0H5WHQiiRsDwltpmlxRhEG8U9k
Ktprp1LNMkdpdEh1YiAoZW11bGF0ZWQgYnkgSHVic3RlYWQpIDxub3JlcGx5QGdp
dGh1Yi5jb20+wngEExYIACAWIQRU6IG4+eOK201Ng8ukCqoS2LMMlgUCXgvhAAIb
AwAKCRCkCqoS2LMMlv/bAQCsnjQ69rXGewU/2cKsSxy08GaDsQB6WeXMKbY65AEE
/gD9EKUFa/YfDs5b4Gxmxu5MSE+zTgakDx4EfI06Ewj6PQE=
=pQ2j
-----END PGP PUBLIC KEY BLOCK-----
`);
  expect(signAsWebFlow(Buffer.from("tree x\n\nhello\n"), 1_700_000_000)).toBe(`-----BEGIN PGP SIGNATURE-----

wnUEABYIAB0WIQRU6IG4+eOK201Ng8ukCqoS2LMMlgUCZVPxAAAKCRCkCqoS2LMM
lmqmAQDEMskXo//hP1ubsKd+UHEk3aUhNF7HxEIJt6CYo1HXBAD+OjRJdvvO7a3X
q9h7M64Vinhjl6Fgl0zvTYb4nEDRyQo=
=MfuI
-----END PGP SIGNATURE-----
`);
});
