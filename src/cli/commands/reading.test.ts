/**
 * @module The commands that read.
 */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { randomRuns } from "../../../test/random-runs.ts";
import { openWorkbench, type Workbench } from "../captured-run.ts";
import { displayWidth } from "../display-width.ts";

let bench: Workbench;
beforeEach(() => {
  bench = openWorkbench();
});
afterEach(() => bench.remove());

const refused = (exitCode: number, ...argv: readonly string[]) => bench.refused(exitCode, ...argv);

async function createTasks(): Promise<void> {
  await bench.run(
    "create",
    "task-a",
    "title=Write the docs",
    "priority:=1",
    'tags:=["docs","now"]',
    "--status",
    "open",
  );
  await bench.run("create", "task-b", "title=Ship it", "priority:=2", "--status", "planned");
  await bench.run("create", "idea-c", "title=日本語の論文", "author.name=Ada");
}

describe("reading", () => {
  test("get shows an entity, now and as it was", async () => {
    await bench.run("create", "task-a", "n:=1");
    await bench.run("update", "task-a", "n:=2");
    const { stdout } = await bench.run("get", "task-a");
    expect(stdout).toMatch(
      /^id {7}task-a\ntype {5}task\nstatus {3}active\nversion {2}2\ncreated {2}.*\nupdated {2}.*\n\n\{\n {2}"n": 2\n\}\n$/u,
    );
    expect(await bench.json("get", "task-a", "--at", "1")).toMatchObject({ version: 1, data: { n: 1 } });
    expect(await bench.json("get", "task-a", "--at", "2999-01-01")).toMatchObject({ data: { n: 2 } });
    expect(await refused(10, "get", "task-a", "--at", "2001-01-01")).toContain("did not exist at 2001-01-01");
    expect(await refused(10, "get", "task-a", "--at", "9")).toContain("no version 9");
    await refused(2, "get", "task-a", "--at", "yesterday");
  });

  test("list has a stable shape, pages and all of it", async () => {
    await createTasks();
    const page = (await bench.json("list", "--limit", "2")) as { entities: { id: string }[]; cursor: string };
    expect(Object.keys(page)).toEqual(["entities", "cursor"]);
    expect(page.entities.map(({ id }) => id)).toEqual(["idea-c", "task-b"]);
    expect(await bench.json("list", "--limit", "2", "--cursor", page.cursor)).toEqual({
      entities: [expect.objectContaining({ id: "task-a" })],
    });
    expect(await bench.json("list", "--all")).toEqual({
      entities: expect.arrayContaining([expect.objectContaining({ id: "task-a" })]),
    });
    expect(await bench.json("list", "--all")).toEqual(await bench.json("list", "--limit", "10"));
    expect(await bench.json("list", "--all", "--type", "nothing")).toEqual({ entities: [] });
    expect(await bench.json("list", "--offset", "2")).toMatchObject({ entities: [{ id: "task-a" }] });
    await refused(2, "list", "--cursor", "nonsense");
    await refused(2, "list", "--all", "--limit", "5");
  });

  test("list filters and sorts", async () => {
    await createTasks();
    const ids = async (...argv: string[]) =>
      ((await bench.json("list", ...argv)) as { entities: { id: string }[] }).entities.map(({ id }) => id);
    expect(await ids("--type", "task", "--sort", "id")).toEqual(["task-a", "task-b"]);
    expect(await ids("--type", "task,idea", "--status", "open,active", "--sort", "-id")).toEqual([
      "task-a",
      "idea-c",
    ]);
    expect(await ids("--where", "priority>=1", "--where", "priority<2")).toEqual(["task-a"]);
    expect(await ids("--where", "tags~now")).toEqual(["task-a"]);
    expect(await ids("--where", "author.name=Ada")).toEqual(["idea-c"]);
    expect(await ids("--where", "!priority")).toEqual(["idea-c"]);
    expect(await ids("--where", "priority in 2,3")).toEqual(["task-b"]);
    expect(await ids("--sort", "data.priority:desc", "--where", "priority?")).toEqual(["task-b", "task-a"]);
    expect(await refused(2, "list", "--where", "priority")).toContain("is not understood");
  });

  test("in a pipe a list is tab-separated rows", async () => {
    await createTasks();
    const { stdout, stderr } = await bench.run("list", "--sort", "id", "--limit", "1");
    expect(stdout).toMatch(
      /^idea-c\tidea\tactive\t1\t[^\t]+Z\t[^\t]+Z\t\{"author":\{"name":"Ada"\},"title":"日本語の論文"\}\n$/u,
    );
    expect(stderr).toMatch(/^there are more: --cursor \S+, or --all\n$/u);
    expect(
      (await bench.run("list", "--fields", "title,priority", "--sort", "id")).stdout.split("\n")[1],
    ).toMatch(/\tWrite the docs\t1$/u);
  });

  test("on a terminal a list fits", async () => {
    await createTasks();
    await bench.run("create", "task-long", `title=${"長い題名 and a long title 😀".repeat(20)}`);
    for (const columns of [200, 80, 60, 40]) {
      const { stdout } = await bench.runWith({ columns, env: { NO_COLOR: "1" } }, "list");
      expect(stdout).toMatch(/^ID +TYPE +STATUS/u);
      for (const line of stdout.trimEnd().split("\n"))
        expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  test("colours follow the terminal, NO_COLOR, FORCE_COLOR and --no-color", async () => {
    await createTasks();
    const colored = async (options: Parameters<Workbench["runWith"]>[0], ...argv: string[]) =>
      (await bench.runWith(options, "list", ...argv)).stdout.includes("\u001b[");
    expect(await colored({ columns: 80 })).toBe(true);
    expect(await colored({ columns: 80, env: { NO_COLOR: "1" } })).toBe(false);
    expect(await colored({ columns: 80, env: { TERM: "dumb" } })).toBe(false);
    expect(await colored({ columns: 80 }, "--no-color")).toBe(false);
    expect(await colored({})).toBe(false);
    expect((await bench.runWith({ env: { FORCE_COLOR: "1" } }, "get", "task-a")).stdout).toContain("\u001b[");
    expect(
      (await bench.runWith({ env: { FORCE_COLOR: "0" }, columns: 80 }, "get", "task-a")).stdout,
    ).not.toContain("\u001b[");
    expect((await bench.runWith({ columns: 80 }, "get", "task-a", "--json")).stdout).not.toContain("\u001b[");
  });

  test("escape codes in data reach no terminal, and no pipe but in CSV", async () => {
    const hostile = "\u001b]0;owned\u0007\u009b31m\u202etxt\r\nnext";
    await bench.runWith(
      { stdin: JSON.stringify({ title: hostile, [hostile]: 1 }) },
      "create",
      "task-a",
      "--data",
      "-",
      "--note",
      hostile,
      "--author",
      "\u001b[31mme",
    );
    await bench.runWith(
      { stdin: JSON.stringify({ title: `${hostile} changed` }) },
      "update",
      "task-a",
      "--data",
      "-",
    );
    const commandLines = [
      ["get", "task-a"],
      ["list"],
      ["list", "--fields", "title"],
      ["search", "owned", "--highlight", "--facet", "title"],
      ["facets", "title"],
      ["history", "task-a"],
      ["diff", "task-a", "1"],
      ["audit"],
      ["export"],
    ];
    for (const argv of commandLines) {
      for (const options of [{ columns: 80, env: { NO_COLOR: "1" } }, {}]) {
        const { stdout, exitCode } = await bench.runWith(options, ...argv);
        expect(exitCode).toBe(0);
        if (argv[0] !== "export" || options.columns !== undefined)
          expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/u);
      }
      const { stdout } = await bench.run(...argv, "--json");
      expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/u);
    }
    expect((await bench.runWith({ columns: 80 }, "list", "--csv")).stdout).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u,
    );
  });

  test("CSV has a header and quotes what needs it", async () => {
    await bench.run("create", "task-a", 'title=say "hi", twice', "n:=1");
    const { stdout } = await bench.run("list", "--csv");
    const [header, row] = stdout.split("\n");
    expect(header).toBe("id,type,status,version,createdAt,updatedAt,data");
    expect(row).toMatch(
      /^task-a,task,active,1,[^,]+,[^,]+,"\{""n"":1,""title"":""say \\""hi\\"", twice""\}"$/u,
    );
    expect((await bench.run("list", "--csv", "--fields", "title,n")).stdout).toContain(
      '"say ""hi"", twice",1\n',
    );
    expect((await bench.run("list", "--csv", "--type", "none")).stdout).toBe(
      "id,type,status,version,createdAt,updatedAt,data\n",
    );
    expect(await bench.run("list", "--csv", "--json")).toMatchObject({ exitCode: 2, stdout: "" });
  });

  test("search finds words, counts and highlights", async () => {
    await createTasks();
    const result = await bench.json("search", "write", "docs", "--facet", "status", "--highlight");
    expect(result).toEqual({
      entities: [expect.objectContaining({ id: "task-a" })],
      total: 1,
      ranked: "all",
      facets: { status: [{ value: "open", count: 1 }] },
      highlights: { "task-a": expect.stringContaining("**") },
    });
    expect(await bench.json("search", "task-a")).toMatchObject({ entities: [{ id: "task-a" }] });
    expect(await bench.json("search", "論文")).toMatchObject({ entities: [{ id: "idea-c" }] });
    expect(
      await bench.json("search", "it", "--newest", "--type", "task", "--limit", "1", "--where", "priority=2"),
    ).toMatchObject({ entities: [{ id: "task-b" }] });
    expect(await bench.run("search", "nowhere")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "nothing found\n",
    });
    expect(
      (
        await bench.runWith(
          { columns: 80, env: { NO_COLOR: "1" } },
          "search",
          "docs",
          "--highlight",
          "--facet",
          "type",
        )
      ).stdout,
    ).toMatch(/^ID +FOUND\ntask-a +.*\*\*docs\*\*\ntype task: 1\n$/u);
    await refused(2, "search");
  });

  test("facets count", async () => {
    await createTasks();
    expect(await bench.json("facets")).toEqual({
      type: [
        { value: "task", count: 2 },
        { value: "idea", count: 1 },
      ],
      status: [
        { value: "active", count: 1 },
        { value: "open", count: 1 },
        { value: "planned", count: 1 },
      ],
    });
    expect(await bench.json("facets", "tags", "--type", "task")).toEqual({
      tags: [
        { value: "docs", count: 1 },
        { value: "now", count: 1 },
      ],
    });
    expect((await bench.run("facets", "priority")).stdout).toBe("priority\t1\t1\npriority\t1\t2\n");
  });

  test("history lists changes, diff shows what differs", async () => {
    await bench.run("create", "task-a", "n:=1", "old=x");
    await bench.run("update", "task-a", "n:=2", "--unset", "old", "--status", "closed", "--note", "because");
    expect(await bench.json("history", "task-a")).toEqual([
      {
        version: 1,
        change: expect.stringMatching(/^[a-z2-7]{16}:\d+$/u),
        kind: "create",
        at: expect.any(String),
        author: "tester",
        status: "active",
        set: { n: 1, old: "x" },
      },
      {
        version: 2,
        change: expect.any(String),
        kind: "update",
        at: expect.any(String),
        author: "tester",
        note: "because",
        status: "closed",
        set: { n: 2 },
        unset: ["/old"],
      },
    ]);
    expect(await bench.json("history", "task-a", "--limit", "1")).toMatchObject([{ version: 2 }]);
    expect((await bench.run("history", "task-a")).stdout.split("\n")[1]).toMatch(
      /^2\t.*\tupdate\ttester\tstatus=closed n=2 -\/old\tbecause\t/u,
    );
    expect(await bench.json("diff", "task-a", "1")).toEqual({
      id: "task-a",
      from: { version: 1, at: expect.any(String) },
      to: { version: 2, at: expect.any(String) },
      differences: [
        { path: "status", before: "active", after: "closed" },
        { path: "/n", before: 1, after: 2 },
        { path: "/old", before: "x" },
      ],
      edit: { status: "closed", set: { n: 2 }, unset: ["/old"] },
    });
    expect((await bench.run("diff", "task-a", "1", "2")).stdout).toBe(
      'task-a: version 1 → version 2\n- status "active"\n+ status "closed"\n- /n 1\n+ /n 2\n- /old "x"\n',
    );
    expect((await bench.run("diff", "task-a", "2", "2")).stdout).toContain("no difference");
    await refused(10, "history", "task-x");
    await refused(10, "diff", "task-x", "1");
    await refused(2, "diff", "task-a", "soon");
  });

  test("audit tells who did what", async () => {
    await bench.run("create", "task-a", "--note", "first", "--author", "Ada");
    await bench.run("delete", "task-a");
    await bench.run("rebuild");
    const records = await bench.json("audit", "--since", "1h");
    expect(records).toEqual([
      { at: expect.any(String), who: "Ada", what: "create", target: "task-a", why: "first" },
      { at: expect.any(String), who: "tester", what: "delete", target: "task-a", why: "" },
      { at: expect.any(String), who: "tester", what: "rebuild", target: expect.any(String), why: "" },
    ]);
    expect(await bench.json("audit", "--since", "2999-01-01")).toEqual([]);
    expect((await bench.run("audit", "--csv", "--limit", "1")).stdout).toMatch(
      /^at,who,what,target,why\n[^,]+,tester,rebuild,/u,
    );
    await refused(2, "audit", "--since", "soon");
    expect(await bench.run("audit", "--csv", "--json")).toMatchObject({ exitCode: 2, stdout: "" });
  });

  test("H5: hostile fields, conditions, orders and cursors are data or refused, never SQL", async () => {
    await createTasks();
    const hostile = [
      "a'b",
      "a'); DROP TABLE entity; --",
      'a"b',
      "a\\",
      "a`b",
      "a;b",
      "a\nb",
      "$.a",
      "$",
      "*",
      "a[0]",
      "a[#-1]",
      "a)b",
      "json_extract(data,'$')",
      "updated",
      "row",
      "rowid",
      "data",
      "__proto__",
      "constructor",
      "a.b'c",
      "/a'b/c\"d",
      "/~",
      "%",
      "_",
      "?1",
      ":x",
      "@x",
      "é'",
      "日'本",
      "\u0001",
      "a".repeat(5_000),
      Array(70).fill("a").join("."),
    ];
    const lines = hostile.flatMap((text) => [
      ["list", "--sort", text],
      ["list", "--sort", `-${text}`],
      ["list", "--sort", `${text}:desc`],
      ["list", "--where", `${JSON.stringify(text)}=1`],
      ["list", "--where", `title=${text}`],
      ["list", "--where", `title~${text}`],
      ["list", "--type", text],
      ["list", "--status", text],
      ["list", "--cursor", text],
      ["list", "--fields", text],
      ["facets", text],
      ["search", text, "--facet", text],
    ]);
    for (const argv of lines) {
      const { exitCode, stderr } = await bench.run(...argv);
      expect([0, 2], `${argv.join(" ")}\n${stderr}`).toContain(exitCode);
      expect(stderr, argv.join(" ")).not.toMatch(/SQL|syntax error|no such column|JSON path|near "/u);
    }
    expect(await bench.json("verify")).toEqual({ ok: true, findings: [] });
    expect(((await bench.json("list")) as { entities: unknown[] }).entities).toHaveLength(3);
  });

  test("H5: nor are random ones", async () => {
    await createTasks();
    const pieces = [
      "'",
      '"',
      "`",
      "\\",
      ";",
      "--",
      "/*",
      ")",
      "(",
      "$",
      ".",
      "[0]",
      "[#]",
      "*",
      "%",
      "_",
      "?",
      ":",
      "@",
      "=",
      "<",
      "~",
      " ",
      "\n",
      "a",
      "title",
      " OR 1=1",
      "\u0000",
      "\ud800",
      "日",
      "😀",
    ];
    const texts = fc
      .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 })
      .map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        for (const argv of [
          ["list", `--sort=${text}`],
          ["list", `--where=${text}`],
          ["list", `--where=${JSON.stringify(text)}~1`],
          ["facets", "--", text],
          ["search", "--", text],
        ]) {
          const { exitCode, stderr } = await bench.run(...argv);
          expect([0, 2]).toContain(exitCode);
          expect(stderr).not.toMatch(/SQL|syntax error|no such column|JSON path|near "/u);
        }
      }),
      randomRuns(60, 5_000),
    );
  }, 600_000);
});
