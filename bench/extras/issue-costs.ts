/**
 * @module What objects in issues cost, in requests: ours as the emulator counts them in this run, and gh-store's: of its npm client, for
 * what that can do, counted as well, of its Python library as its format's description tells.
 */
import { type CostLibrary, costRows, countRequests } from "../../test/issues/cost-table.ts";

export interface IssueCost {
  readonly operation: string;
  readonly ours: number;
  /** Of them, those that GitHub counts. */
  readonly counted: number;
  readonly limit: number;
  /** With what it leaves out. */
  readonly npmClient: string | undefined;
  /** From the description. */
  readonly ghStore: string;
  readonly missed: boolean;
}

const dist = new URL("../../dist/", import.meta.url);

export async function measureIssueCosts(): Promise<readonly IssueCost[]> {
  const library: CostLibrary = {
    startGitHub: (await load<typeof import("../../src/emulator/index.ts")>("emulator")).startGitHub,
    GitHubClient: (await load<typeof import("../../src/github/index.ts")>("github")).GitHubClient,
    openIssueStore: (await load<typeof import("../../src/issues/index.ts")>("issues")).openIssueStore,
  };
  const open = await loadGhStore();
  const costs: IssueCost[] = [];
  for (const row of costRows) {
    const requests = await countRequests(library, row);
    const counted = requests.filter((request) => !request.endsWith(" 304")).length;
    const theirs = ghStoreJobs[row.operation];
    costs.push({
      operation: row.operation,
      ours: requests.length,
      counted,
      limit: row.limit,
      npmClient:
        theirs === undefined || open === undefined
          ? undefined
          : `${await countTheirs(library, open, theirs)}${shortcomings[row.operation] ?? ""}`,
      ghStore: row.ghStore,
      missed: requests.length > row.limit || (row.isFree === true && counted > 0),
    });
  }
  return costs;
}

function load<Library>(entry: string): Promise<Library> {
  return import(new URL(`${entry}/index.js`, dist).href) as Promise<Library>;
}

/** What is used of gh-store's client for npm. */
interface GhStore {
  createObject(id: string, data: object, labels?: readonly string[]): Promise<object>;
  getObject(id: string): Promise<object>;
  updateObject(id: string, changes: object): Promise<object>;
  listAll(): Promise<object>;
  getObjectHistory(id: string): Promise<object>;
}

type OpenGhStore = (token: string) => GhStore;

/** @returns `undefined` where it is not installed */
async function loadGhStore(): Promise<OpenGhStore | undefined> {
  const name = "gh-store-client";
  const loaded = await (import(name) as Promise<object>).catch(() => undefined);
  if (loaded === undefined) {
    console.error("\n!!! SKIPPED: gh-store's npm client is missing, run npm ci in the root.\n");
    return undefined;
  }
  const { GitHubStoreClient } = loaded as {
    readonly GitHubStoreClient: new (token: string, repo: string) => GhStore;
  };
  return (token) => new GitHubStoreClient(token, "ada/data");
}

type Job = (store: GhStore, begin: () => void) => Promise<unknown>;

/** What it can do, by the operations of the table; it neither processes, nor deletes, nor writes snapshots. */
const ghStoreJobs: Readonly<Record<string, Job>> = {
  async create(store, begin) {
    begin();
    await store.createObject("new", { n: 0 }, ["own"]);
  },
  async get(store, begin) {
    await store.createObject("a", { n: 0 });
    begin();
    await store.getObject("a");
  },
  async "update of a known object"(store, begin) {
    await store.createObject("a", { n: 0 });
    begin();
    await store.updateObject("a", { n: 1 });
  },
  async "history of 30 changes"(store, begin) {
    await store.createObject("a", { n: 0 });
    for (let n = 1; n <= 30; n++) await store.updateObject("a", { n });
    begin();
    await store.getObjectHistory("a");
  },
  async "list of 250"(store, begin) {
    for (let n = 0; n < 31; n++) await store.createObject(`object-${n}`, { n });
    begin();
    await store.listAll();
  },
};

/** Where it does less than is asked for. */
const shortcomings: Readonly<Record<string, string>> = {
  "history of 30 changes": ", without the last of them",
  "list of 250": ", for 30 of them: others it does not list",
};

/** It knows one address of GitHub: what goes there is led to the emulator. */
async function countTheirs(library: CostLibrary, open: OpenGhStore, job: Job): Promise<number> {
  const { fetch } = globalThis;
  try {
    const requests = await countRequests(library, {
      async measure({ github, begin }) {
        globalThis.fetch = (input, init) =>
          fetch(String(input).replace("https://api.github.com", github.url), init);
        await job(open(github.tokenFor("ada")), begin);
      },
    });
    return requests.length;
  } finally {
    globalThis.fetch = fetch;
  }
}
