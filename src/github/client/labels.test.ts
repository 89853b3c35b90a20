import { describe, expect, test } from "vitest";
import { apiVersions, startSession } from "../../../test/github/emulated-session.ts";
import { issueMethods } from "./issues.ts";
import { labelMethods } from "./labels.ts";

describe.each(apiVersions)("in version %s", (apiVersion) => {
  const start = () => startSession({ fetch: { apiVersion } });

  test("labels are made, found whatever their case, changed, listed and deleted", async () => {
    await using emulated = await start();
    const labels = labelMethods(emulated.session);
    const made = await labels.createLabel("app", "Area: a/b, c", { color: "#FF00aa", description: "x" });
    expect(made).toEqual({
      id: expect.any(Number),
      name: "Area: a/b, c",
      color: "ff00aa",
      description: "x",
    });
    expect(await labels.getLabel("app", "area: A/B, C")).toEqual(made);
    await expect(labels.createLabel("app", "AREA: a/b, c")).rejects.toMatchObject({ code: "already_exists" });
    expect(
      await labels.updateLabel("app", "Area: a/b, c", { newName: "area", color: "000000" }),
    ).toMatchObject({
      id: made.id,
      name: "area",
      color: "000000",
      description: "x",
    });
    expect((await labels.listLabels("app")).map(({ name }) => name)).toContain("area");
    expect(await labels.deleteLabel("app", "Area")).toBe(true);
    expect(await labels.deleteLabel("app", "area")).toBe(false);
    expect(await labels.getLabel("app", "area")).toBe(undefined);
    await expect(labels.updateLabel("app", "area", { color: "111111" })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("an issue's labels are added, set and taken away, also those with a comma", async () => {
    await using emulated = await start();
    const labels = labelMethods(emulated.session);
    const { createIssue, listIssues } = issueMethods(emulated.session);
    await createIssue("app", "a");
    await createIssue("app", "b", { labels: ["one"] });
    expect(await labels.addLabels("app", 1, ["one", "two, three"])).toEqual(["one", "two, three"]);
    const numbers = async (names: string[]) =>
      (await listIssues("app", { labels: names })).map(({ number }) => number);
    expect(await numbers(["ONE"])).toEqual([1, 2]);
    expect(await numbers(["Two, Three"])).toEqual([1]);
    expect(await numbers(["one", "two, three"])).toEqual([1]);
    expect(await labels.removeLabel("app", 1, "ONE")).toBe(true);
    expect(await labels.removeLabel("app", 1, "one")).toBe(false);
    await expect(labels.removeLabel("app", 9, "one")).rejects.toMatchObject({ code: "not_found" });
    expect(await labels.setLabels("app", 1, ["four"])).toEqual(["four"]);
    expect(await labels.setLabels("app", 1, [])).toEqual([]);
  });
});

test("a name that would lead to what is above is refused, so that no label's end is a repository's", async () => {
  await using emulated = await startSession();
  const labels = labelMethods(emulated.session);
  for (const name of ["..", ".", "", " ", "x".repeat(51), "\ud800"]) {
    for (const call of [
      () => labels.deleteLabel("app", name),
      () => labels.getLabel("app", name),
      () => labels.createLabel("app", name),
      () => labels.updateLabel("app", name, {}),
      () => labels.removeLabel("app", 1, name),
    ])
      await expect(call()).rejects.toMatchObject({ code: "invalid_input" });
  }
  expect(emulated.github.requests.list()).toEqual([]);
});

test("a label whose answer was lost is made once; one that is another's is told", async () => {
  for (const effect of ["done", "none"] as const) {
    await using emulated = await startSession();
    const { createLabel } = labelMethods(emulated.session);
    emulated.github.faults.add({
      operation: "issues/create-label",
      effect,
      times: 1,
      does: { kind: "reset" },
    });
    expect(await createLabel("app", "area", { color: "112233" })).toMatchObject({
      name: "area",
      color: "112233",
    });
  }
  await using emulated = await startSession();
  const { createLabel } = labelMethods(emulated.session);
  await createLabel("app", "area", { color: "000000" });
  emulated.github.faults.add({
    operation: "issues/create-label",
    effect: "none",
    times: 1,
    does: { kind: "reset" },
  });
  await expect(createLabel("app", "area", { color: "112233" })).rejects.toMatchObject({
    code: "ambiguous_write",
    data: { marker: "label area of acme/app" },
  });
});
