import { describe, expect, test } from "vitest";
import { apiVersions, startSession } from "../../../test/github/emulated-session.ts";
import { repositoryMethods } from "./repositories.ts";

const lostAnswer = (operation: string, effect: "done" | "none") =>
  ({ operation, effect, times: 1, does: { kind: "reset" } }) as const;

describe.each(apiVersions)("in version %s", (apiVersion) => {
  const start = (options: Parameters<typeof startSession>[0] = {}) =>
    startSession({ ...options, fetch: { apiVersion, ...options.fetch } });

  test("a repository is made private in the organisation, unless said otherwise", async () => {
    await using emulated = await start();
    const repositories = repositoryMethods(emulated.session);
    const made = await repositories.createRepo("new", { description: "Words" });
    expect(made).toMatchObject({
      fullName: "acme/new",
      private: true,
      visibility: "private",
      description: "Words",
    });
    expect(made.id).toEqual(expect.any(Number));
    expect(made.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u);
    expect(await repositories.getRepo("new")).toEqual(made);
    const open = await repositories.createRepo("open", { private: false, autoInit: true });
    expect(open).toMatchObject({ private: false, defaultBranch: "main" });
  });

  test("a user's own repository is made with the user's own token, and with no other", async () => {
    await using emulated = await start();
    const repositories = repositoryMethods(emulated.session);
    expect(await repositories.createRepo("mine", { owner: "ada" })).toMatchObject({ fullName: "ada/mine" });
    await expect(repositories.createRepo("bob/his")).rejects.toMatchObject({ code: "forbidden" });
    await expect(repositories.createRepo("nobody/x")).rejects.toMatchObject({ code: "not_found" });
  });

  test("a list is whole, whatever its number of pages, and a person's holds the private ones where it is one's own", async () => {
    const names = Array.from({ length: 130 }, (_, at) => `r${at}`);
    const repositories = Object.fromEntries([
      ...names.map((name) => [`acme/${name}`, { visibility: "private" as const }]),
      ["ada/secret", { visibility: "private" as const }],
      ["bob/open", {}],
      ["bob/hidden", { visibility: "private" as const }],
    ]);
    await using emulated = await start({
      seed: {
        users: { ada: {}, bob: {} },
        organizations: { acme: { members: { ada: "admin" } } },
        repositories,
        apps: { keeper: { permissions: { contents: "read" }, installations: { acme: ["r3", "r5"] } } },
      },
    });
    const { listRepos } = repositoryMethods(emulated.session);
    const listed = await listRepos();
    expect(listed.map(({ name }) => name).sort()).toEqual(names.sort());
    expect((await listRepos({ owner: "ada" })).map(({ fullName }) => fullName)).toEqual(["ada/secret"]);
    expect((await listRepos({ owner: "bob" })).map(({ fullName }) => fullName)).toEqual(["bob/open"]);
    const app = repositoryMethods(emulated.sessionFor({ app: "keeper", account: "acme" }, { apiVersion }));
    expect((await app.listRepos()).map(({ name }) => name).sort()).toEqual(["r3", "r5"]);
    await expect(listRepos({ owner: "nobody" })).rejects.toMatchObject({ code: "not_found" });
  });

  test("what somebody may do is told by the true role and the number of the account", async () => {
    await using emulated = await start({
      seed: {
        users: { ada: {}, bob: {}, carol: {} },
        organizations: { acme: { members: { ada: "admin" } } },
        repositories: { "acme/app": { visibility: "private", collaborators: { bob: "maintain" } } },
      },
    });
    const { getPermission } = repositoryMethods(emulated.session);
    const bob = emulated.github.state.accounts.find("login", "bob")!;
    expect(await getPermission("app", "bob")).toEqual({
      userId: bob.id,
      login: "bob",
      roleName: "maintain",
      permission: "write",
    });
    expect(await getPermission("app", "carol")).toMatchObject({ roleName: "none" });
    await expect(getPermission("app", "nobody")).rejects.toMatchObject({ code: "not_found" });
    await expect(getPermission("app", "../..")).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("a repository is deleted when its full name is said, and not by an old name of another", async () => {
    await using emulated = await start();
    const { deleteRepo, getRepo, createRepo } = repositoryMethods(emulated.session);
    await createRepo("gone");
    await expect(deleteRepo("gone", { confirm: "gone" })).rejects.toMatchObject({
      code: "invalid_input",
      hint: expect.stringContaining('{ confirm: "acme/gone" }'),
    });
    await deleteRepo("gone", { confirm: "acme/gone" });
    await expect(getRepo("gone")).rejects.toMatchObject({ code: "not_found" });
    await expect(deleteRepo("gone", { confirm: "acme/gone" })).rejects.toMatchObject({ code: "not_found" });
    const api = await emulated.session.api("");
    await api.request("PATCH /repos/{owner}/{repo}", { owner: "acme", repo: "app", name: "renamed" });
    await expect(deleteRepo("app", { confirm: "acme/app" })).rejects.toMatchObject({
      code: "invalid_input",
      data: { expected: "acme/renamed" },
    });
    expect(await getRepo("renamed")).toMatchObject({ name: "renamed" });
  });
});

test("a name that is taken is told, and nothing is changed", async () => {
  await using emulated = await startSession();
  const { createRepo } = repositoryMethods(emulated.session);
  await expect(createRepo("app")).rejects.toMatchObject({
    code: "already_exists",
    data: { fullName: "acme/app" },
  });
  expect(emulated.github.requests.count("repos/create-in-org")).toBe(0);
});

test("a lost answer to a creation is looked up: what was made is returned, and what was not is made once", async () => {
  for (const effect of ["done", "none"] as const) {
    await using emulated = await startSession();
    const { createRepo } = repositoryMethods(emulated.session);
    emulated.github.faults.add(lostAnswer("repos/create-in-org", effect));
    expect(await createRepo("new", { description: "x" })).toMatchObject({ fullName: "acme/new" });
    const named = emulated.github.state.repositories.all().filter(({ name }) => name === "new");
    expect(named).toHaveLength(1);
  }
});

test("a repository that somebody else made in the meantime is not taken for one's own", async () => {
  await using emulated = await startSession();
  const { createRepo } = repositoryMethods(emulated.session);
  const other = repositoryMethods(emulated.sessionFor("ada"));
  emulated.github.faults.add(lostAnswer("repos/create-in-org", "none"));
  const creating = createRepo("new", { description: "mine" });
  const lost = expect(creating).rejects.toMatchObject({
    code: "ambiguous_write",
    data: { marker: "the repository acme/new" },
  });
  while (emulated.github.requests.count("repos/create-in-org") === 0)
    await new Promise((resolve) => setTimeout(resolve, 1));
  await other.createRepo("new", { description: "theirs" });
  await lost;
  expect(emulated.github.requests.count("repos/create-in-org")).toBe(2);
});
