import { expect, test } from "vitest";
import { type FolderFacts, judgeKeyFile, type KeyFileFacts } from "./key-file-rules.ts";

const me = 1000;
const folder: FolderFacts = { path: "/home/me/keys", mode: 0o40_700, uid: me, workTree: undefined };
const proper: KeyFileFacts = {
  path: "/home/me/keys/app.pem",
  realPath: "/home/me/keys/app.pem",
  isFile: true,
  mode: 0o100_600,
  uid: me,
  folders: [folder],
  ourUid: me,
  isReadOnlyMount: false,
  isSeparateMount: false,
};
const mounted: Partial<KeyFileFacts> = {
  path: "/app/keys/github_app.pem",
  realPath: "/app/keys/github_app.pem",
  uid: 0,
  folders: [{ path: "/app/keys", mode: 0o40_755, uid: 0, workTree: undefined }],
};

/** @returns the problem and the command; or nothing */
const judged = (facts: Partial<KeyFileFacts>): string | undefined => {
  const refusal = judgeKeyFile({ ...proper, ...facts });
  return refusal === undefined ? undefined : `${refusal.problem}: ${refusal.hint}`;
};

test("a file that only its owner can read is taken", () => {
  for (const mode of [0o600, 0o400, 0o700, 0o500]) expect(judged({ mode: 0o100_000 | mode })).toBeUndefined();
  expect(judged({ mode: 0o600, folders: [{ ...folder, mode: 0o40_755 }] })).toBeUndefined();
  expect(judged({ mode: 0o600, folders: [{ ...folder, mode: 0o40_755, uid: 0 }] })).toBeUndefined();
  // /tmp: others may add files, but not replace ours.
  expect(judged({ mode: 0o600, folders: [{ ...folder, mode: 0o41_777, uid: 0 }] })).toBeUndefined();
});

test("a file that group or others can read is refused with the command that closes it", () => {
  for (const mode of [0o644, 0o640, 0o604, 0o444, 0o440, 0o404, 0o744])
    expect(judged({ mode: 0o100_000 | mode }), mode.toString(8)).toBe(
      "readable: Run: chmod 600 /home/me/keys/app.pem",
    );
  for (const mode of [0o666, 0o660, 0o620, 0o602, 0o777])
    expect(judged({ mode: 0o100_000 | mode }), mode.toString(8)).toBe(
      "writable: Run: chmod 600 /home/me/keys/app.pem",
    );
  expect(judged({ mode: 0o644, realPath: "/home/me/my keys/it's.pem" })).toBe(
    "readable: Run: chmod 600 '/home/me/my keys/it'\\''s.pem'",
  );
});

test("a file of another user is refused, root's own view included", () => {
  const command = "sudo chown 1000 /home/me/keys/app.pem && sudo chmod 600 /home/me/keys/app.pem";
  expect(judged({ uid: 1001 })).toBe(`other_owner: Make it yours: ${command}`);
  expect(judged({ uid: 1001, mode: 0o444 })).toMatch(/^other_owner/u);
  expect(judged({ uid: 1001, mode: 0o444, isSeparateMount: true })).toMatch(/^other_owner/u);
  expect(judged({ uid: me, ourUid: 0 })).toMatch(/^other_owner/u);
});

test("a file that lies in a git work tree is refused with the command that moves it out", () => {
  const inTree = { folders: [{ ...folder, workTree: "/home/me/src" }] };
  const hint =
    "Move it out: mkdir -p -m 700 ~/.config/hubstead && mv /home/me/keys/app.pem ~/.config/hubstead/github_app.pem && chmod 600 ~/.config/hubstead/github_app.pem;";
  expect(judged(inTree)).toContain(`in_work_tree: ${hint}`);
  // Also where only the link lies in it, where modes are fine, and where there are no modes.
  expect(judged({ folders: [folder, { ...folder, workTree: "/home/me/src" }] })).toMatch(/^in_work_tree/u);
  expect(judged({ ...inTree, mode: 0o400 })).toMatch(/^in_work_tree/u);
  expect(judged({ ...inTree, ourUid: undefined })).toMatch(/^in_work_tree/u);
});

test("a folder in which others can put another file in the key's place is refused", () => {
  expect(judged({ folders: [{ ...folder, mode: 0o40_777 }] })).toBe(
    "folder_writable: Run: chmod go-w /home/me/keys",
  );
  expect(judged({ folders: [folder, { ...folder, path: "/srv/links", mode: 0o40_770 }] })).toBe(
    "folder_writable: Run: chmod go-w /srv/links",
  );
  expect(judged({ folders: [{ ...folder, uid: 1001 }] })).toMatch(/^folder_writable: Move it/u);
});

test("what a container is given is taken", () => {
  const readOnly = { ...mounted, isReadOnlyMount: true, isSeparateMount: true };
  // Kubernetes' secrets are 0644 unless said otherwise; `docker run -v ./keys:/app/keys:ro` keeps the host's owner and mode.
  for (const mode of [0o644, 0o444, 0o440, 0o400, 0o640, 0o600]) {
    for (const ourUid of [0, me])
      for (const uid of [0, 501, me]) expect(judged({ ...readOnly, mode, ourUid, uid })).toBeUndefined();
  }
  // Docker Swarm's secrets, and a file that the image's builder made root's.
  for (const mode of [0o400, 0o440, 0o444]) {
    expect(judged({ ...mounted, mode, isSeparateMount: true })).toBeUndefined();
    expect(judged({ ...mounted, mode, isSeparateMount: true, ourUid: 0 })).toBeUndefined();
    expect(judged({ ...mounted, mode })).toBeUndefined();
  }
});

test("what only looks like a container's file is not taken", () => {
  // Root's own key in root's own home.
  expect(judged({ ...mounted, mode: 0o444, ourUid: 0 })).toMatch(/^readable: Run: chmod 600/u);
  expect(judged({ ...mounted, mode: 0o644, ourUid: 0, isSeparateMount: true })).toMatch(/^readable/u);
  // Root can change it, so nobody made it read-only on purpose.
  expect(judged({ ...mounted, mode: 0o644 })).toMatch(/^readable: Run: sudo chown 1000/u);
  expect(judged({ ...mounted, mode: 0o644, isSeparateMount: true })).toMatch(/^readable/u);
  // A home folder on a disk of its own.
  expect(judged({ mode: 0o444, isSeparateMount: true })).toMatch(/^readable/u);
  // A mount that a work tree of this machine holds.
  expect(
    judged({ ...mounted, isReadOnlyMount: true, folders: [{ ...folder, workTree: "/app/keys" }] }),
  ).toMatch(/^in_work_tree/u);
});

test("where the system has no owners and no modes, they decide nothing", () => {
  expect(judged({ ourUid: undefined, mode: 0o100_666, uid: 0 })).toBeUndefined();
});

test("what is no file is refused first", () => {
  expect(judged({ isFile: false, isReadOnlyMount: true })).toMatch(/^no_file/u);
});
