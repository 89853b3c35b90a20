import { expect, test } from "vitest";
import { startSession } from "../../../test/github/emulated-session.ts";
import { commitMethods } from "./commit-files.ts";
import { fileMethods } from "./files.ts";
import { refMethods } from "./refs.ts";
import { secretMethods } from "./secrets.ts";
import { workflowMethods } from "./workflows.ts";

const hint = (text: string) => ({ hint: expect.stringContaining(text) });

test("a symbolic link is neither replaced nor deleted as a file, and the answer comes at once", async () => {
  await using emulated = await startSession();
  const files = fileMethods(emulated.session);
  const { commitFiles } = commitMethods(emulated.session);
  await commitFiles("app", {
    message: "Link",
    changes: [
      { path: "link", content: "README.md", mode: "120000" },
      { path: "in/folder", content: "../README.md", mode: "120000" },
    ],
  });
  const refused = { code: "invalid_input", data: { type: "symlink" }, ...hint("commitFiles") };
  for (const path of ["link", "in/folder"]) {
    await expect(files.putFile("app", path, "new")).rejects.toMatchObject(refused);
    await expect(files.deleteFile("app", path)).rejects.toMatchObject(refused);
  }
  expect(emulated.github.requests.count("repos/create-or-update-file-contents")).toBe(2);
  await commitFiles("app", { message: "No link", changes: [{ path: "link", delete: true }] });
  await expect(files.getFile("app", "link")).rejects.toMatchObject({ code: "not_found" });
});

test("what is missing is named: the file, the ref, the branch, the first commit", async () => {
  await using emulated = await startSession();
  const { getFile, putFile } = fileMethods(emulated.session);
  await expect(getFile("app", "no.md")).rejects.toMatchObject(hint("no such file on the default branch"));
  await expect(getFile("app", "no.md", "main")).rejects.toMatchObject(hint("no such file at main"));
  await expect(getFile("app", "README.md", "gone")).rejects.toMatchObject(
    hint("no such branch, tag or commit"),
  );
  await expect(getFile("empty", "README.md")).rejects.toMatchObject(hint("no commits yet"));
  const elsewhere = putFile("app", "a", "1", { branch: "gone" });
  await expect(elsewhere).rejects.toMatchObject({ code: "not_found", ...hint("createRef") });
  const making = refMethods(emulated.session).createRef("empty", "heads/x", "a".repeat(40));
  await expect(making).rejects.toMatchObject(hint("no commits yet"));
});

test("a workflow that cannot be started so says why", async () => {
  await using emulated = await startSession({
    seed: {
      users: { ada: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/app": {
          files: {
            ".github/workflows/push.yml": "on: push\njobs: { build: {} }\n",
            ".github/workflows/deploy.yml": "on: workflow_dispatch\njobs: { build: {} }\n",
          },
        },
      },
    },
  });
  emulated.github.actions.attach(() => ({ conclusion: "success", log: "fine" }));
  const { triggerWorkflow, waitForRun, rerunFailed } = workflowMethods(emulated.session);
  await expect(triggerWorkflow("app", "push.yml")).rejects.toMatchObject(hint("on: workflow_dispatch"));
  await expect(triggerWorkflow("app", "deploy.yml", { inputs: { stage: "x" } })).rejects.toMatchObject(
    hint("Leave these inputs out"),
  );
  const id = await triggerWorkflow("app", "deploy.yml");
  await waitForRun("app", id, { pollMs: 50 });
  await expect(rerunFailed("app", id)).rejects.toMatchObject({
    code: "forbidden",
    ...hint("No job of the run has failed"),
  });
});

test("a run that has not ended has no logs yet, and the error says so", async () => {
  await using emulated = await startSession({
    seed: {
      users: { ada: {} },
      organizations: { acme: { members: { ada: "admin" } } },
      repositories: {
        "acme/app": {
          files: { ".github/workflows/deploy.yml": "on: workflow_dispatch\njobs: { build: {} }\n" },
        },
      },
    },
  });
  const { triggerWorkflow, getWorkflowLogs } = workflowMethods(emulated.session);
  const id = await triggerWorkflow("app", "deploy.yml");
  await expect(getWorkflowLogs("app", id)).rejects.toMatchObject({
    code: "not_found",
    data: { runStatus: "queued" },
    ...hint("waitForRun"),
  });
});

test("a name that GitHub keeps for itself is named in the error as it was given", async () => {
  await using emulated = await startSession();
  const setting = secretMethods(emulated.session).setSecret("app", "GITHUB_D", "4711");
  await expect(setting).rejects.toMatchObject({
    code: "invalid_input",
    message: "GITHUB_D cannot name a secret, because GITHUB_ is GitHub's own prefix",
  });
});
