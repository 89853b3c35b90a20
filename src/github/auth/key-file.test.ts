/**
 * @module P4 on real files: what is refused, and that the command that the hint names puts it right.
 */
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { HubsteadError } from "../../errors.ts";
import { readPrivateKeyFile, type Surroundings } from "./key-file.ts";

const pem = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
}).privateKey;

const ourUid = process.geteuid!();
const name = "GITHUB_APP_PRIVATE_KEY_PATH";
/** Not what the machine that runs the tests happens to mount. */
const plain: Surroundings = { mountinfo: "1 0 0:1 / / rw - ext4 /dev/sda1 rw" };
const readOnly = (point: string): Surroundings => ({
  mountinfo: `${plain.mountinfo}\n2 1 0:2 / ${point} ro,relatime - tmpfs tmpfs rw`,
});

/** @param path its folder is made */
function put(path: string, mode = 0o600, text = pem): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

async function refusal(path: string, surroundings: Surroundings = plain): Promise<HubsteadError | undefined> {
  try {
    const key = await readPrivateKeyFile(path, name, surroundings);
    expect(key.asymmetricKeyType).toBe("rsa");
    return undefined;
  } catch (error) {
    if (!(error instanceof HubsteadError)) throw error;
    expect(error.code).toBe("invalid_input");
    expect(error.message).toContain(path);
    expect(error.hint).toBeTruthy();
    expect(JSON.stringify(error)).not.toContain(pem.slice(40, 80));
    return error;
  }
}

const problem = async (path: string, surroundings?: Surroundings) =>
  (await refusal(path, surroundings))?.data["problem"];

test("a file of mode 0600 in a folder of ours is read", async () => {
  expect(await refusal(put(join(temporaryFolder(), "app.pem")))).toBeUndefined();
  expect(await refusal(put(join(temporaryFolder(), "my key's.pem"), 0o400))).toBeUndefined();
});

test("a file that others can read or write is refused until its hint was followed", async () => {
  for (const mode of [0o644, 0o640, 0o604, 0o660, 0o602, 0o666]) {
    const path = put(join(temporaryFolder(), "it's my.pem"), mode);
    const refused = await refusal(path);
    expect(refused?.data["problem"]).toMatch(/^(?:readable|writable)$/u);
    const command = /^Run: (.*)$/u.exec(refused?.hint ?? "")?.[1];
    execFileSync("sh", ["-c", command!]);
    expect(await refusal(path)).toBeUndefined();
  }
});

test("a file in a git work tree is refused, also where git ignores it, until its hint was followed", async () => {
  const home = temporaryFolder();
  const repository = join(home, "src");
  mkdirSync(repository);
  execFileSync("git", ["init", "-q", repository]);
  const path = put(join(repository, "deep", "er", "app.pem"));
  writeFileSync(join(repository, ".gitignore"), "*.pem\n");
  execFileSync("git", ["-C", repository, "check-ignore", "-q", path]);
  const refused = await refusal(path);
  expect(refused?.data["problem"]).toBe("in_work_tree");
  expect(refused?.message).toContain(repository);
  const command = /Move it out: (.*?);/u.exec(refused?.hint ?? "")?.[1];
  execFileSync("sh", ["-c", command!], { env: { ...process.env, HOME: home } });
  expect(existsSync(path)).toBe(false);
  expect(await refusal(join(home, ".config/hubstead/github_app.pem"))).toBeUndefined();
});

test("a linked work tree and a submodule, whose .git is a file, count as well", async () => {
  const folder = temporaryFolder();
  const path = put(join(folder, "keys", "app.pem"));
  writeFileSync(join(folder, ".git"), "gitdir: /elsewhere\n");
  expect(await problem(path)).toBe("in_work_tree");
  expect(await problem(put(join(folder, ".git2", "app.pem")))).toBe("in_work_tree");
});

test("a link is judged by where it leads and by where it lies", async () => {
  const folder = temporaryFolder();
  const good = put(join(folder, "good", "app.pem"));
  const open = put(join(folder, "open", "app.pem"), 0o644);
  const linkTo = (target: string, path: string): string => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    symlinkSync(target, path);
    return path;
  };
  expect(await refusal(linkTo(good, join(folder, "links", "a.pem")))).toBeUndefined();
  expect(await refusal(linkTo("a.pem", join(folder, "links", "b.pem")))).toBeUndefined();
  const toOpen = await refusal(linkTo(open, join(folder, "links", "c.pem")));
  expect(toOpen?.hint).toBe(`Run: chmod 600 ${open}`);
  mkdirSync(join(folder, "repository", ".git"), { recursive: true });
  expect(await problem(linkTo(good, join(folder, "repository", "d.pem")))).toBe("in_work_tree");
  const kept = put(join(folder, "repository", "keys", "app.pem"));
  expect(await problem(linkTo(kept, join(folder, "links", "e.pem")))).toBe("in_work_tree");
  // Through a folder that is a link.
  symlinkSync(join(folder, "repository", "keys"), join(folder, "short"));
  expect(await problem(join(folder, "short", "app.pem"))).toBe("in_work_tree");
  const swapped = linkTo(good, join(folder, "shared", "f.pem"));
  chmodSync(join(folder, "shared"), 0o777);
  expect(await problem(swapped)).toBe("folder_writable");
  expect((await refusal(linkTo("nowhere.pem", join(folder, "links", "g.pem"))))?.message).toContain("ENOENT");
  linkTo("i.pem", join(folder, "links", "h.pem"));
  expect((await refusal(linkTo("h.pem", join(folder, "links", "i.pem"))))?.message).toContain("ELOOP");
});

test("a file of another user is refused", async () => {
  const path = put(join(temporaryFolder(), "app.pem"));
  // Where the tests run as root, its file stands for one that root has left readable.
  const other = ourUid === 0 ? 0o644 : 0o600;
  chmodSync(path, other);
  expect(await problem(path, { ...plain, ourUid: ourUid + 1 })).toBe(
    ourUid === 0 ? "readable" : "other_owner",
  );
});

test("a read-only mount is taken as it is, with the links inside it", async () => {
  const point = join(temporaryFolder(), "keys");
  // As Kubernetes lays a secret out.
  const data = put(join(point, "..2026_11_21_10_00_00.123", "github_app.pem"), 0o644);
  symlinkSync(dirname(data), join(point, "..data"));
  symlinkSync("..data/github_app.pem", join(point, "github_app.pem"));
  chmodSync(point, 0o1777);
  const path = join(point, "github_app.pem");
  expect(await problem(path)).toBe("readable");
  expect(await refusal(path, readOnly(point))).toBeUndefined();
  expect(await refusal(path, { ...readOnly(point), ourUid: 1234 })).toBeUndefined();
  // A link from outside the mount into it.
  const outside = join(temporaryFolder(), "app.pem");
  symlinkSync(path, outside);
  expect(await refusal(outside, readOnly(point))).toBeUndefined();
  // A repository in the image, above the mount, does not hold what is mounted; one inside the mount does.
  mkdirSync(join(dirname(point), ".git"));
  expect(await refusal(path, readOnly(point))).toBeUndefined();
  mkdirSync(join(point, ".git"));
  expect(await problem(path, readOnly(point))).toBe("in_work_tree");
});

test("a missing file, a folder, a pipe and a file that is no key are refused, and none is waited for", async () => {
  const folder = temporaryFolder();
  expect((await refusal(join(folder, "none.pem")))?.message).toContain("cannot be found (ENOENT)");
  expect(await problem(folder)).toBe("no_file");
  execFileSync("mkfifo", [join(folder, "pipe")]);
  expect(await problem(join(folder, "pipe"))).toBe("no_file");
  expect((await refusal(put(join(folder, "empty.pem"), 0o600, "")))?.message).toContain("is empty");
  expect((await refusal(put(join(folder, "large.pem"), 0o600, "x".repeat(70_000))))?.message).toContain(
    "is too large",
  );
  expect((await refusal(put(join(folder, "text.pem"), 0o600, "hello")))?.message).toContain("is no PEM");
});
