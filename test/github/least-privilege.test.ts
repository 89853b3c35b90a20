/**
 * @module P5: each command works for an App that has exactly the permissions of the table, and for one with less it says which
 * is missing.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorkbench, type Workbench } from "../../src/cli/captured-run.ts";
import {
  type GovernedCommand,
  methodsByCommand,
  permissionsOfCommand,
} from "../../src/cli/commands/github/features.ts";
import type { EmulatedGitHub } from "../../src/emulator/start-github.ts";
import { GitHubClient } from "../../src/github/client/github-client.ts";
import { neededPermissions, type Permissions } from "../../src/github/client/needed-permissions.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { createFastClock } from "./fast-clock.ts";

const deploy = "on: workflow_dispatch\njobs: { build: { steps: [{ run: make }] } }\n";
const speed = 20;

interface Try {
  readonly argv: readonly string[];
  readonly stdin?: string;
}

const specFile = "spec.yaml";

/** A command line for each command. @param run a run that has ended */
const tries: Readonly<Record<GovernedCommand, (run: number) => Try>> = {
  "repo create": () => ({ argv: ["new"] }),
  "repo list": () => ({ argv: ["acme"] }),
  "repo delete": () => ({ argv: ["acme/old", "--confirm", "acme/old"] }),
  "file get": () => ({ argv: ["acme/data", "README.md"] }),
  "file put": () => ({ argv: ["acme/data", "new.md"], stdin: "new" }),
  "secret set": () => ({ argv: ["acme/data", "KEY"], stdin: "value" }),
  "secret list": () => ({ argv: ["acme/data"] }),
  "workflow run": () => ({ argv: ["acme/data", "deploy.yml"] }),
  "workflow watch": (run) => ({ argv: ["acme/data", String(run)] }),
  "workflow cancel": (run) => ({ argv: ["acme/data", String(run)] }),
  "workflow logs": (run) => ({ argv: ["acme/data", String(run)] }),
  provision: () => ({ argv: ["new", "--spec", specFile, "--secrets", "-"], stdin: "KEY=value" }),
};

/** Each permission gone, and each to write become one to read. */
function lessThan(permissions: Permissions): Permissions[] {
  return Object.entries(permissions).flatMap(([name, level]) => {
    const { [name]: _, ...others } = permissions;
    return level === "write" ? [others, { ...others, [name]: "read" as const }] : [others];
  });
}

let bench: Workbench;
beforeAll(() => {
  bench = openWorkbench();
  writeFileSync(join(bench.folder, specFile), "name: new\n");
});
afterAll(() => bench.remove());

async function startFor(permissions: Permissions): Promise<{ github: EmulatedGitHub; run: number }> {
  const github = await startCheckedGitHub({
    checksRequests: true,
    seed: {
      users: { ada: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/data": {
          visibility: "private",
          files: { "README.md": "# Data", ".github/workflows/deploy.yml": deploy },
        },
        "acme/old": { visibility: "private" },
      },
      apps: { keeper: { owner: "acme", permissions, installations: { acme: "all" } } },
    },
  });
  const answer = await fetch(`${github.url}/repos/acme/data/actions/workflows/deploy.yml/dispatches`, {
    method: "POST",
    headers: { authorization: `Bearer ${github.tokenFor("ada")}` },
    body: JSON.stringify({ ref: "main" }),
  });
  expect(answer.ok).toBe(true);
  const { id } = github.actions.runs()[0]!;
  github.actions.advance(id, { status: "in_progress" });
  github.actions.advance(id, { status: "completed", log: "built\n" });
  return { github, run: id };
}

async function runAs(permissions: Permissions, command: GovernedCommand) {
  const { github, run } = await startFor({ ...permissions, metadata: "read" });
  try {
    const { argv, stdin = "" } = tries[command](run);
    const { appId, privateKey } = github.appCredentials("keeper");
    return await bench.runWith(
      {
        stdin,
        clock: createFastClock(speed),
        env: {
          GITHUB_API_URL: github.url,
          GITHUB_ORG: "acme",
          GITHUB_APP_ID: String(appId),
          GITHUB_APP_PRIVATE_KEY: privateKey,
          PATH: "",
        },
      },
      "github",
      ...command.split(" "),
      ...argv,
    );
  } finally {
    await github.close();
  }
}

const commands = Object.keys(methodsByCommand) as GovernedCommand[];

describe.each(commands)("`hubstead github %s`", (command) => {
  test("works with exactly the permissions of the table", async () => {
    expect(await runAs(permissionsOfCommand(command), command)).toMatchObject({ exitCode: 0 });
  });
});

const needy = commands.filter((command) => lessThan(permissionsOfCommand(command)).length > 0);

describe.each(needy)("`hubstead github %s`", (command) => {
  test("fails with less, and names what is missing", async () => {
    for (const permissions of lessThan(permissionsOfCommand(command))) {
      const { exitCode, stdout, stderr } = await runAs(permissions, command);
      expect([10, 14], `${JSON.stringify(permissions)}: ${stderr}`).toContain(exitCode);
      // What was done before is reported.
      if (command !== "provision") expect(stdout).toBe("");
      const missing = Object.entries(permissionsOfCommand(command)).filter(
        ([name, level]) => permissions[name] !== level,
      );
      const [, hint] = stderr.split(" hint: ");
      for (const [name, level] of missing) expect(hint).toContain(`${name}=${level}`);
    }
  });
});

test("the table has a row for every method of the client, and none for what is none", () => {
  const methods = Object.keys(new GitHubClient({ env: {} })).filter(
    (name) => !["fetch", "isAnonymous", "limits", "api"].includes(name),
  );
  const rows = Object.keys(neededPermissions);
  expect(methods.filter((name) => !rows.includes(name))).toEqual([]);
  expect(rows.filter((name) => !methods.includes(name))).toEqual([]);
});
