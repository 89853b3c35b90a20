/**
 * @module Runs the installed git's own server side of its HTTP protocol, `git http-backend`, as a CGI program.
 *
 * @see https://git-scm.com/docs/git-http-backend
 * @see RFC 3875
 */
import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export interface BackendRequest {
  /** The folder of the bare repository. */
  readonly folder: string;
  readonly service: "git-upload-pack" | "git-receive-pack";
  readonly method: string;
  /** Below the repository: `/info/refs`. */
  readonly path: string;
  /** Without its question mark. */
  readonly query: string;
  readonly contentType: string;
  /** The `Git-Protocol` header, which asks for a version. */
  readonly protocol: string;
  /** The login of who asks. */
  readonly user: string;
  readonly body: Readable | undefined;
  /** For hooks. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface BackendAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** @throws an ordinary error where git cannot be started */
export async function runHttpBackend(request: BackendRequest): Promise<BackendAnswer> {
  const child = spawn("git", ["http-backend"], {
    env: environmentOf(request),
    stdio: ["pipe", "pipe", "ignore"],
  });
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  // A client that goes away, or git that has read enough: what was answered by then tells.
  pipeline(request.body ?? Readable.from([]), child.stdin).catch(() => undefined);
  const { head, body } = await Promise.race([readHead(child.stdout), failed]);
  body.once("close", () => {
    // Whoever asked is gone: nobody reads what git still says.
    if (!body.readableEnded) child.kill();
  });
  return { ...parseHead(head), body };
}

/** Nothing of this process' own git settings: what a repository answers must not hang on who started the server. */
export function gitEnvironment(folder: string): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TMPDIR } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: process.platform === "win32" ? "NUL" : "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    // The folder is the emulator's own, whoever made it.
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
  };
}

function environmentOf(request: BackendRequest): NodeJS.ProcessEnv {
  return {
    ...gitEnvironment(request.folder),
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_1: "receive.hideRefs",
    GIT_CONFIG_VALUE_1: "refs/pull",
    GIT_PROJECT_ROOT: request.folder,
    GIT_HTTP_EXPORT_ALL: "1",
    GIT_PROTOCOL: request.protocol,
    PATH_INFO: request.path,
    QUERY_STRING: request.query,
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.contentType,
    REMOTE_USER: request.user,
    REMOTE_ADDR: "127.0.0.1",
    ...request.environment,
  };
}

const mostHeadBytes = 65_536;

async function readHead(output: Readable): Promise<{ readonly head: string; readonly body: Readable }> {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const end = /\r?\n\r?\n/u.exec(bytes.toString("latin1"));
    if (end !== null) {
      const rest = bytes.subarray(end.index + end[0].length);
      if (rest.length > 0) output.unshift(rest);
      return { head: bytes.toString("latin1", 0, end.index), body: output };
    }
    if (bytes.length > mostHeadBytes)
      throw new Error("git http-backend answered without an end of its headers");
    const part = await nextPart(output);
    if (part === undefined) throw new Error("git http-backend ended without an answer");
    bytes = Buffer.concat([bytes, part]);
  }
}

function nextPart(output: Readable): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const part = output.read() as Buffer | null;
      if (part === null && !output.readableEnded) return;
      output.off("readable", look).off("end", look).off("error", reject);
      resolve(part ?? undefined);
    };
    output.on("readable", look).on("end", look).on("error", reject);
  });
}

function parseHead(head: string): Pick<BackendAnswer, "status" | "headers"> {
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of head.split(/\r?\n/u)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "status") status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  return { status, headers };
}
