/**
 * @module What clients send and ask that were written before GitHub's description of its API: GitHub's servers take it, and so
 * does the emulator.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { type Caller, callAs } from "./call.ts";
import { startCheckedGitHub } from "./checked-github.ts";

let github: EmulatedGitHub;
let ada: Caller;

beforeEach(async () => {
  github = await startCheckedGitHub({
    seed: {
      users: { ada: {} },
      organizations: { acme: { members: { ada: "admin" }, teams: { core: { members: ["ada"] } } } },
      repositories: {
        "ada/app": { files: { "README.md": "# App\n" }, issues: [{ title: "First" }], labels: ["ready"] },
      },
    },
  });
  ada = callAs(github, github.tokenFor("ada"));
});
afterEach(() => github.close());

describe("keys that the description does not have", () => {
  test("a label is renamed by its name, too", async () => {
    const { status, body } = await ada("PATCH /repos/ada/app/labels/ready", {
      name: "done",
      color: "ff0000",
    });
    expect({ status, body }).toMatchObject({ status: 200, body: { name: "done", color: "ff0000" } });
    const both = await ada("PATCH /repos/ada/app/labels/done", { name: "done", new_name: "over" });
    expect(both.body.name).toBe("over");
    expect((await ada("PATCH /repos/ada/app/labels/over", { name: 1 })).status).toBe(422);
    expect((await ada("PATCH /repos/ada/app/labels/over", { nam: "x" })).status).toBe(422);
  });
});
