/**
 * @module T4: where changes are signed, nobody's counts who has no registered key, and no change counts that was altered, moved, put into
 * another order or said again, whoever does it with whatever rights on GitHub.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDice, type Dice } from "../../src/base/dice.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { GitHubClient } from "../../src/github/client/github-client.ts";
import type { IssueStore, IssueStoreOptions } from "../../src/issues/issue-store.ts";
import { openIssueStore } from "../../src/issues/open-issue-store.ts";
import { processObject } from "../../src/issues/process-object.ts";
import { createKeyReader } from "../../src/issues/registered-keys.ts";
import { keylessSigner } from "../../src/issues/signer.ts";
import { type CheckedComment, checkSignatures } from "../../src/issues/signing/check-signatures.ts";
import { keyFilePath, parseKeyFile } from "../../src/issues/signing/key-file.ts";
import { type ChainLink, signComment } from "../../src/issues/signing/statement.ts";
import { createWriterKey, parseWriterKey } from "../../src/issues/signing/writer-key.ts";
import { namesOfStore } from "../../src/issues/store-labels.ts";
import { type Account, createTrust } from "../../src/issues/trust.ts";
import { writeUpdateComment } from "../../src/issues/wire/write-comment.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { randomRuns } from "../random-runs.ts";

const keys = {
  ada: createWriterKey(),
  bob: createWriterKey(),
  keeper: createWriterKey(),
  eve: createWriterKey(),
};

let github: EmulatedGitHub;
let clients: GitHubClient[];
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.now();
  clients = [];
  github = await startCheckedGitHub({
    checksRequests: true,
    limits: false,
    seed: {
      users: { ada: {}, bob: {}, keeper: {}, eve: {} },
      repositories: {
        "ada/data": {
          collaborators: { bob: "write", keeper: "write", eve: "write" },
          files: { "README.md": "# Data" },
        },
      },
    },
  });
  await register([{ of: "ada" }, { of: "bob" }, { of: "keeper" }]);
});
afterEach(async () => {
  for (const client of clients) await client.close();
  await github.close();
});

type Login = keyof typeof keys;

const idOf = (login: string) => github.state.accounts.find("login", login)!.id;

async function register(entries: readonly { readonly of: Login; readonly until?: string }[]): Promise<void> {
  const file = {
    v: 1,
    keys: entries.map(({ of, ...more }) => ({
      publicKey: keys[of].publicKey,
      user: idOf(of),
      login: of,
      ...more,
    })),
  };
  await writeKeyFile(JSON.stringify(file));
}

async function writeKeyFile(text: string): Promise<void> {
  const path = `/contents/${keyFilePath}`;
  const { sha } = (await as("ada", `GET ${path}`)).body;
  const content = Buffer.from(text).toString("base64");
  const { status } = await as("ada", `PUT ${path}`, { message: "Keys", content, ...(sha ? { sha } : {}) });
  expect([200, 201]).toContain(status);
}

function open(login: Login, options: Partial<IssueStoreOptions> = {}): IssueStore {
  return openIssueStore({ ...optionsOf(login), ...options });
}

function optionsOf(login: Login): IssueStoreOptions {
  const client = new GitHubClient({
    apiUrl: github.url,
    token: github.tokenFor(login),
    cache: false,
    retry: { attempts: 1, lagMs: 50 },
    limits: {
      mutationGapMs: 0,
      contentPerMinute: 100_000,
      contentPerHour: 1_000_000,
      issuesPerMinute: 100_000,
      issuesPerHour: 1_000_000,
      pointsPerMinute: 10_000_000,
      reserve: 0,
    },
  });
  clients.push(client);
  return {
    repo: "ada/data",
    github: client,
    trust: { signed: true },
    key: keys[login].privateKey,
    now: () => nowMs,
  };
}

async function as(login: string, route: string, body?: object) {
  const [method, path] = route.split(" ") as [string, string];
  const response = await fetch(`${github.url}/repos/ada/data${path}`, {
    method,
    headers: { authorization: `Bearer ${github.tokenFor(login)}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: whatever GitHub answers
  return { status: response.status, body: (await response.json().catch(() => undefined)) as any };
}

/** The owner's, without a key. */
function keyless(): IssueStore {
  const { key: _, ...options } = { ...optionsOf("ada") };
  return openIssueStore(options);
}

const commentsOf = (number: number) => {
  const issue = github.state.issues.all().find((one) => one.number === number)!;
  return github.state.comments.all().filter(({ issueId }) => issueId === issue.id);
};
const operations = () => github.requests.list().map(({ operation }) => operation);
const payload = (data: object) =>
  JSON.stringify({
    _data: data,
    _meta: { client_version: "0.11.2", timestamp: "2026-11-20T09:56:38+00:00", update_mode: "append" },
  });

describe("a store whose changes are signed", () => {
  test("does what others do: one request more for the keys, each five minutes", async () => {
    const store = open("ada");
    await store.create("metrics", { count: 0 });
    expect(operations().slice(-4)).toEqual(["issues/list-for-repo", "graphql", "issues/create", "graphql"]);
    github.requests.clear();
    await store.update("metrics", { owner: "ada" });
    await Promise.all([store.increment("metrics", "/count", 2), store.append("metrics", "/tags", ["a"])]);
    expect(operations()).toEqual(["graphql", "graphql"]);
    await open("bob").increment("metrics", "/count", 40, { process: true });
    expect((await store.get("metrics")).data).toEqual({ count: 42, owner: "ada", tags: ["a"] });
    expect((await store.history("metrics")).map(({ by, because }) => [by, because])).toEqual([
      ["ada", undefined],
      ["ada", undefined],
      ["ada", undefined],
      ["ada", undefined],
      ["bob", undefined],
    ]);
    expect((await store.processUpdates(1)).writes).toBe(0);
  });

  test("is read and processed by who has no key, and written to only with one that counts", async () => {
    await open("ada").create("a", { n: 0 });
    await open("ada").update("a", { n: 1 });
    const reader = keyless();
    expect(await reader.processUpdates(1)).toMatchObject({ version: 2 });
    expect((await reader.get("a")).data).toEqual({ n: 1 });
    const before = commentsOf(1).length;
    await expect(reader.update("a", { n: 2 })).rejects.toMatchObject({ code: "forbidden" });
    await expect(reader.create("b", {})).rejects.toMatchObject({ code: "forbidden" });
    await expect(open("eve").update("a", { n: 2 })).rejects.toMatchObject({
      code: "forbidden",
      hint: expect.stringContaining(`"publicKey": "${keys.eve.publicKey}", "user": ${idOf("eve")}`),
    });
    const stolen = open("eve", { key: keys.ada.privateKey });
    await expect(stolen.update("a", { n: 2 })).rejects.toMatchObject({ code: "forbidden" });
    expect(commentsOf(1)).toHaveLength(before);
    expect(github.state.issues.all()).toHaveLength(1);
  });

  test("takes nothing that is not signed from anybody, and says why", async () => {
    const store = open("ada");
    await store.create("a", { n: 0 });
    await as("eve", "POST /issues/1/comments", { body: payload({ n: 66 }) });
    await as("bob", "POST /issues/1/comments", { body: payload({ n: 67 }) });
    const { decisions } = await store.processUpdates(1);
    expect(decisions.map(({ counts, because }) => [counts, because])).toContainEqual([
      false,
      "it is not signed",
    ]);
    expect(decisions.some(({ counts }) => counts)).toBe(false);
    expect((await store.get("a")).data).toEqual({ n: 0 });
  });

  test("takes no body and no title from who may write: both say again what was signed", async () => {
    const store = open("ada");
    await store.create("a", { n: 0 });
    await store.update("a", { n: 1 }, { process: true });
    const { title } = (await as("eve", "GET /issues/1")).body;
    const other = open("keeper");
    await other.create("b", { n: 77 });
    await other.update("b", { n: 78 }, { process: true });
    const forged = (await as("eve", "GET /issues/2")).body.title.replace("Object: b", "Object: a");
    await as("eve", "PATCH /issues/1", { body: '{\n  "n": 78\n}', title: forged });
    expect(await store.processUpdates(1)).toMatchObject({ version: 2 });
    const after = (await as("eve", "GET /issues/1")).body;
    expect([JSON.parse(after.body), after.title.split(".").at(-1)]).toEqual([
      { n: 1 },
      title.split(".").at(-1),
    ]);
    expect((await store.audit("a")).filter(({ outcome }) => outcome === "undone")).toMatchObject([
      { by: "eve", because: "a body cannot be signed" },
    ]);
  });

  test("is no object where the initial state is not signed", async () => {
    const labels = ["gh-store", "stored-object", "UID:x"];
    await as("bob", "POST /issues", { title: "Stored Object: x", body: '{"n": 1}', labels });
    await expect(open("ada").processUpdates(1)).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("signed its initial state"),
    });
  });

  test("stands as it was signed, whoever edits a comment: what is altered counts no more, what is put back counts again", async () => {
    const store = open("ada");
    await store.create("a", { n: 0 });
    const { commentId } = await store.update("a", { n: 1 });
    const { body } = (await as("ada", `GET /issues/comments/${commentId}`)).body;
    await as("eve", `PATCH /issues/comments/${commentId}`, { body: body.replace('"n": 1', '"n": 9') });
    expect((await store.processUpdates(1)).decisions).toMatchObject([
      { counts: false, because: "it is not what was signed" },
    ]);
    expect((await store.get("a")).data).toEqual({ n: 0 });
    await as("eve", `PATCH /issues/comments/${commentId}`, { body });
    await store.processUpdates(1);
    expect((await store.get("a")).data).toEqual({ n: 1 });
  });

  test("takes no comment a second time, nor in another issue", async () => {
    const store = open("ada");
    for (const id of ["a", "b"]) await store.create(id, { n: 0 });
    const { commentId } = await store.increment("a", "/n", 1, { process: true });
    const { body } = (await as("ada", `GET /issues/comments/${commentId}`)).body;
    for (const number of [1, 2]) await as("ada", `POST /issues/${number}/comments`, { body });
    const because = async (number: number) => (await store.processUpdates(number)).decisions[0]!.because;
    expect(await because(1)).toBe("it stands after what was signed later, or was sent twice");
    expect(await because(2)).toBe("it is not what was signed");
    expect([(await store.get("a")).data, (await store.get("b")).data]).toEqual([{ n: 1 }, { n: 0 }]);
  });

  test("asks nobody who may write: a key counts until it is given up, and gives the same object to everybody", async () => {
    const [ada, bob] = [open("ada"), open("bob")];
    await ada.create("a", { n: 0 });
    await bob.increment("a", "/n", 1);
    await as("ada", "DELETE /collaborators/bob");
    await bob.increment("a", "/n", 10).catch(() => undefined);
    for (const login of ["keeper", "ada"] as const) {
      const { decisions } = await open(login).processUpdates(1);
      expect(decisions.every(({ counts }) => counts)).toBe(true);
    }
    expect((await ada.get("a")).data).toEqual({ n: 11 });
    const paths = github.requests.list().map(({ path }) => path);
    expect(paths.filter((path) => path.endsWith("/collaborators/bob/permission"))).toEqual([]);
  });

  test("lets no label make a change count in another object", async () => {
    const [ada, bob] = [open("ada"), open("bob")];
    for (const id of ["a", "b"]) await ada.create(id, { n: 0 });
    await as("eve", "POST /issues/2/labels", { labels: ["ALIAS-TO:a"] });
    await bob.increment("b", "/n", 5);
    expect(await open("keeper").processUpdates(2)).not.toHaveProperty("passedOn");
    await open("keeper").processUpdates(1);
    expect([(await ada.get("a")).data, (await ada.get("b")).data]).toEqual([{ n: 0 }, { n: 5 }]);
  });
});

describe("keys", () => {
  test("that were given up count for what was said before, and for nothing after", async () => {
    const [ada, bob] = [open("ada"), open("bob")];
    await ada.create("a", { n: 0 });
    await bob.increment("a", "/n", 1);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const until = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await bob.increment("a", "/n", 10);
    await register([{ of: "ada" }, { of: "bob", until }, { of: "keeper" }]);
    const fresh = open("keeper");
    const { decisions } = await fresh.processUpdates(1);
    expect(decisions.map(({ counts }) => counts)).toEqual([true, false]);
    expect(decisions[1]!.because).toContain("was given up before");
    expect((await fresh.get("a")).data).toEqual({ n: 1 });
    nowMs += 301_000;
    await expect(bob.increment("a", "/n", 1)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("are read once in five minutes; where GitHub does not tell them, or they say nothing, nothing is decided", async () => {
    const store = open("ada");
    await store.create("a", { n: 0 });
    await store.increment("a", "/n");
    await writeKeyFile('{"v": 1, "keys": [{"publicKey": "x", "user": 1}]}');
    await store.processUpdates(1);
    expect((await store.get("a")).data).toEqual({ n: 1 });
    nowMs += 301_000;
    await expect(store.processUpdates(1)).rejects.toMatchObject({
      code: "corrupt",
      data: { path: keyFilePath },
    });
    await expect(store.increment("a", "/n")).rejects.toMatchObject({ code: "corrupt" });
    await register([{ of: "ada" }]);
    await store.increment("a", "/n", 1, { process: true });
    expect((await store.get("a")).data).toEqual({ n: 2 });
  });

  test.each([
    ["no JSON", "{", "it is wrong"],
    ["another version", '{"v": 2, "keys": []}', "v is wrong"],
    ["an unknown word", '{"v": 1, "keys": [], "more": 1}', "is wrong"],
    ["no key", '{"v": 1, "keys": [{"publicKey": "AA", "user": 1}]}', "keys.0.publicKey is no Ed25519"],
    ["no account", `{"v": 1, "keys": [{"publicKey": "${keys.ada.publicKey}"}]}`, "keys.0.user is wrong"],
    [
      "no time",
      `{"v": 1, "keys": [{"publicKey": "${keys.ada.publicKey}", "user": 1, "until": "soon"}]}`,
      "keys.0.until",
    ],
  ])("in a file that has %s are nobody's", (_, text, message) =>
    expect(() => parseKeyFile(text)).toThrow(message),
  );

  test("that are none are refused, and are in no error", () => {
    for (const pem of ["", "secret-text", keys.ada.publicKey]) {
      let error: unknown;
      try {
        parseWriterKey(pem);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toMatchObject({ code: "wrong_key" });
      if (pem !== "") expect(JSON.stringify(error) + String(error)).not.toContain(pem);
    }
  });
});

describe("one key in two processes", () => {
  test("loses nothing that was acknowledged, and applies nothing twice", async () => {
    await open("ada").create("a", { n: 0, items: [] });
    const writers = [open("ada"), open("ada"), open("ada")];
    const acknowledged = await Promise.all(
      writers.flatMap((store, writer) =>
        Array.from({ length: 5 }, async (_, turn) => {
          // Each in a comment of its own.
          await new Promise((resolve) => setTimeout(resolve, turn * 5));
          await store.append("a", "/items", [`${writer}-${turn}`]);
          return `${writer}-${turn}`;
        }),
      ),
    );
    await open("keeper").processUpdates(1);
    const { items } = (await open("keeper").get("a")).data as { readonly items: readonly string[] };
    expect(items.toSorted()).toEqual(acknowledged.toSorted());
  });

  test("says again what another process has overtaken between its look and its word", async () => {
    const [first, second] = [open("ada"), open("ada")];
    await first.create("a", { n: 0 });
    await second.increment("a", "/n", 1);
    // Knows nothing of the other one's.
    await first.increment("a", "/n", 10);
    expect(commentsOf(1)).toHaveLength(4);
    const { decisions } = await open("keeper").processUpdates(1);
    expect(decisions.map(({ counts }) => counts)).toEqual([true, false, true]);
    expect((await first.get("a")).data).toEqual({ n: 11 });
  });
});

test("a lost answer leaves no gap: what comes after counts", async () => {
  const store = open("ada");
  await store.create("a", { n: 0 });
  for (const effect of ["none", "done"] as const) {
    github.faults.add({ operation: "graphql", times: 1, effect, does: { kind: "reset" } });
    await store.increment("a", "/n", 1).catch((error: unknown) => expect(error).toHaveProperty("code"));
    await store.increment("a", "/n", 100);
  }
  await store.processUpdates(1);
  const { n } = (await store.get("a")).data as { readonly n: number };
  expect(Math.floor(n / 100)).toBe(2);
  expect((await store.history("a")).filter(({ because }) => because !== undefined)).toEqual([]);
});

test("an object whose issue is full goes on in another one where who processes signs, and waits where there is no key", async () => {
  const [ada, bob] = [open("ada"), open("bob")];
  await ada.create("a", { n: 0 });
  await ada.increment("a", "/n", 1);
  const { github: client } = optionsOf("ada");
  const clock = { now: () => nowMs };
  const readKeys = createKeyReader(client, "ada/data", clock);
  const parts = {
    github: client,
    trustFor: (self: Account) => createTrust({ github: client, repo: "ada/data", clock, self, readKeys }),
    names: namesOfStore(),
    clientVersion: "hubstead 0.1.0",
    now: clock.now,
    isFull: true,
  };
  const issue = { owner: "ada", repo: "data", number: 1 };
  const waits = processObject(issue, { ...parts, signer: keylessSigner("ada/data") });
  await expect(waits).rejects.toMatchObject({ code: "forbidden" });
  expect(github.state.issues.all()).toHaveLength(1);
  const row = github.state.issues.all()[0]!;
  github.state.issues.put({ ...row, commentsEver: 2_500 });
  await bob.increment("a", "/n", 10);
  expect(github.state.issues.all()).toHaveLength(2);
  // Knows only the issue that is left: what is said there is carried over, and signed, by who processes.
  github.state.issues.put({ ...github.state.issues.all()[0]!, commentsEver: 10 });
  await ada.increment("a", "/n", 100);
  await expect(keyless().processUpdates(1)).rejects.toMatchObject({ code: "forbidden" });
  const keeper = open("keeper");
  await keeper.processUpdates(1);
  await keeper.increment("a", "/n", 1_000, { process: true });
  expect(await bob.get("a")).toMatchObject({ data: { n: 1_111 }, issueNumber: 2 });
});

const histories = randomRuns(25, 1_000);

test(`${histories.numRuns} histories with faults keep what was acknowledged once, also of two processes with one key`, {
  timeout: 3_600_000,
}, async () => {
  const dice = createDice(histories.seed);
  const stores = [open("ada"), open("ada"), open("bob")];
  const processors = [open("keeper"), keyless()];
  for (let history = 0; history < histories.numRuns; history++) {
    const id = `object-${history}`;
    const { issueNumber } = await stores[0]!.create(id, { items: [] });
    for (const effect of ["none", "done"] as const)
      github.faults.add({ operation: "graphql", probability: 0.05, effect, does: { kind: "reset" } });
    const acknowledged: number[] = [];
    const sent: number[] = [];
    const deeds: Promise<unknown>[] = [];
    const failed = (error: unknown) => expect(error).toHaveProperty("code");
    for (let item = 0, count = 3 + dice.below(10); item < count; item++) {
      const store = stores[dice.below(3)]!;
      sent.push(item);
      deeds.push(store.append(id, "/items", [item]).then(() => acknowledged.push(item), failed));
      if (dice.below(3) === 0)
        deeds.push(processors[dice.below(2)]!.processUpdates(issueNumber).catch(failed));
      if (dice.below(2) === 0) await Promise.all(deeds);
    }
    await Promise.all(deeds);
    github.faults.clear();
    await processors[0]!.processUpdates(issueNumber);
    const { items } = (await processors[0]!.get(id)).data as { readonly items: readonly number[] };
    const told = `SEED=${histories.seed} ${id} acknowledged ${acknowledged} found ${items}`;
    expect(new Set(items).size, told).toBe(items.length);
    for (const item of acknowledged) expect(items, told).toContain(item);
    for (const item of items) expect(sent, told).toContain(item);
  }
});

interface Said extends CheckedComment {
  readonly keyOf: Login;
  readonly sequence: number;
}

const place = { repositoryId: 7, objectId: "metrics", issueNumber: 12 };
const users: Readonly<Record<Login, number>> = { ada: 101, bob: 102, keeper: 103, eve: 104 };
const registered = () =>
  parseKeyFile(
    JSON.stringify({
      v: 1,
      keys: (["ada", "bob", "keeper"] as const).map((login) => ({
        publicKey: keys[login].publicKey,
        user: users[login],
      })),
    }),
  );

/** What three writers say, one after the other, as it was signed. */
function speak(dice: Dice, count: number): Said[] {
  const links = new Map<Login, ChainLink>();
  return Array.from({ length: count }, (_, index) => {
    const login = (["ada", "bob", "keeper"] as const)[dice.below(3)]!;
    const step = {
      operation: `operation-${index}`,
      edits: [{ op: "append" as const, path: "/items", items: [index, { né: "@x #1" }] }],
    };
    const text = writeUpdateComment([step], {
      clientVersion: "hubstead 0.1.0",
      time: "2026-11-20T09:56:38Z",
      issueNumber: 12,
    });
    const key = parseWriterKey(keys[login].privateKey);
    const signed = signComment(text, { key, userId: users[login], place, before: links.get(login) });
    links.set(login, signed.link);
    return {
      id: 1_000 + index,
      body: signed.text,
      createdAt: "2026-11-20T09:56:38Z",
      author: { id: users[login] },
      keyOf: login,
      sequence: signed.link.sequence,
    };
  });
}

const { seed, numRuns } = randomRuns(2_000, 20_000);

test(`${numRuns} altered changes are refused: a byte, the author, the object, the order, a replay`, {
  timeout: 600_000,
}, () => {
  const dice = createDice(seed);
  const known = registered();
  let said: Said[] = [];
  for (let run = 0; run < numRuns; run++) {
    if (run % 8 === 0) {
      said = speak(dice, 4 + dice.below(4));
      expect([...checkSignatures(said, known, place).verdicts.values()].every(({ isValid }) => isValid)).toBe(
        true,
      );
    }
    const at = dice.below(said.length);
    const victim = said[at]!;
    const told = `SEED=${seed} run ${run}`;
    const verdictAfter = (changed: readonly CheckedComment[], id: number, there = place) =>
      checkSignatures(changed, known, there).verdicts.get(id)!.isValid;
    const replaced = (change: Partial<CheckedComment>) =>
      said.map((one) => (one === victim ? { ...one, ...change } : one));
    const kind = run % 8;
    if (kind <= 3)
      expect(verdictAfter(replaced({ body: altered(victim.body, kind, dice) }), victim.id), told).toBe(false);
    else if (kind === 4) {
      const others = Object.values(users).filter((id) => id !== victim.author!.id);
      const author = dice.below(5) === 0 ? undefined : { id: others[dice.below(others.length)]! };
      expect(verdictAfter(replaced({ author }), victim.id), told).toBe(false);
    } else if (kind === 5) {
      const elsewhere = [{ repositoryId: 8 }, { objectId: "metricS" }, { issueNumber: 13 }][dice.below(3)];
      expect(verdictAfter(said, victim.id, { ...place, ...elsewhere }), told).toBe(false);
    } else if (kind === 6) {
      const copy = { ...victim, id: 5_000 };
      expect(verdictAfter([...said, copy], copy.id), told).toBe(false);
    } else expectOrderKept(said, dice, told);
  }
});

/** One byte another, more, less, or a blank that means nothing. */
function altered(body: string, kind: number, dice: Dice): string {
  const bytes = Buffer.from(body);
  const at = dice.below(bytes.length);
  if (kind === 0) bytes[at] = bytes[at]! ^ (1 << dice.below(7));
  if (kind === 1) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]).toString();
  if (kind === 2)
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from([32 + dice.below(90)]),
      bytes.subarray(at),
    ]).toString();
  if (kind === 3)
    return [`${body}\n`, ` ${body}`, body.replace(": ", ":"), body.replaceAll("\n", "\r\n")][dice.below(4)]!;
  return bytes.toString();
}

/** Of comments in another order, those that count of each key are in the order in which they were signed. */
function expectOrderKept(said: readonly Said[], dice: Dice, told: string): void {
  const shuffled = said
    .map((one) => ({ one, by: dice.below(1_000) }))
    .sort((a, b) => a.by - b.by)
    .map(({ one }) => one);
  const { verdicts } = checkSignatures(shuffled, registered(), place);
  for (const login of ["ada", "bob", "keeper"] as const) {
    const counted = shuffled.filter(({ id, keyOf }) => keyOf === login && verdicts.get(id)!.isValid);
    const sequences = counted.map(({ sequence }) => sequence);
    expect(sequences, told).toEqual(sequences.toSorted((a, b) => a - b));
    const all = shuffled.filter(({ keyOf }) => keyOf === login).map(({ sequence }) => sequence);
    const isMoved = all.some((sequence, index) => index > 0 && sequence < all[index - 1]!);
    expect(counted.length < all.length, told).toBe(isMoved);
  }
}
