/**
 * @module Where logs and other files are downloaded from: another origin than the API's, by URLs that are good for a minute and hold
 * their own right. As on GitHub, a client that carries its token along is refused.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline, Readable } from "node:stream";
import type { EmulatorClock } from "../clock.ts";
import type { World } from "../world/world.ts";
import { logOfJob, packLogs } from "./log-archive.ts";

export interface LogServer {
  /** @param path `/runs/1/2` for the logs of an attempt, `/jobs/1` for those of a job, `/artifacts/1`; or another file's */
  urlFor(path: string): Promise<string>;
  close(): Promise<void>;
}

/** A file as it is sent. */
export interface Download {
  readonly type: string;
  readonly body: string | Buffer | Readable;
  /** Of what is read as it is sent; absent where nobody knows. */
  readonly sizeBytes?: number;
  /** That it is to be saved under. */
  readonly fileName?: string;
}

const lifeMs = 60_000;

/** @param otherAt what there is to download besides logs */
export function createLogServer(
  world: World,
  clock: EmulatorClock,
  otherAt: (path: string) => Download | undefined = () => undefined,
): LogServer {
  const key = randomBytes(32);
  let starting: Promise<Server> | undefined;
  const sign = (path: string, until: string) => createHmac("sha256", key).update(`${path} ${until}`).digest();

  const isSigned = ({ pathname, searchParams }: URL): boolean => {
    const until = searchParams.get("se") ?? "";
    const signature = Buffer.from(searchParams.get("sig") ?? "", "base64url");
    const right = sign(pathname, until);
    return (
      signature.length === right.length && timingSafeEqual(signature, right) && Number(until) > clock.now()
    );
  };

  const serve = ({ url, headers, method }: IncomingMessage, response: ServerResponse): void => {
    const end = (status: number, type: string, body: string | Buffer) =>
      response
        .writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) })
        .end(body);
    if (method !== "GET" && method !== "HEAD") end(405, "text/plain", "Method Not Allowed");
    else if (headers.authorization !== undefined) {
      end(400, "application/xml", "<Error><Code>InvalidAuthenticationInfo</Code></Error>");
    } else {
      const parsed = URL.parse(url ?? "/", "http://127.0.0.1");
      const found =
        parsed !== null && isSigned(parsed)
          ? (contentOf(world, parsed.pathname) ?? otherAt(parsed.pathname))
          : undefined;
      if (parsed === null) end(400, "application/xml", "<Error><Code>InvalidUri</Code></Error>");
      else if (found === undefined)
        end(403, "application/xml", "<Error><Code>AuthenticationFailed</Code></Error>");
      else send(found, response);
    }
  };

  const start = async (): Promise<Server> => {
    const server = createServer(serve);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return server;
  };

  return {
    async urlFor(path) {
      starting ??= start();
      const { port } = (await starting).address() as AddressInfo;
      const until = String(clock.now() + lifeMs);
      return `http://127.0.0.1:${port}${path}?se=${until}&sig=${sign(path, until).toString("base64url")}`;
    },
    async close() {
      if (starting === undefined) return;
      const server = await starting;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function send({ type, body, sizeBytes, fileName }: Download, response: ServerResponse): void {
  const length = body instanceof Readable ? sizeBytes : Buffer.byteLength(body);
  response.writeHead(200, {
    "content-type": type,
    ...(length === undefined ? {} : { "content-length": length }),
    ...(fileName === undefined ? {} : { "content-disposition": `attachment; filename=${fileName}` }),
  });
  if (!(body instanceof Readable)) response.end(body);
  // Whoever asked may go away before the end; what cannot be read to its end cuts the connection.
  else pipeline(body, response, () => undefined);
}

function contentOf({ runs, jobs, artifacts }: World, path: string): Download | undefined {
  const [, kind, id, attempt] = path.split("/");
  if (kind === "jobs") {
    const job = jobs.get(Number(id));
    return job === undefined ? undefined : { type: "text/plain", body: logOfJob(job) };
  }
  if (kind === "artifacts") {
    const artifact = artifacts.get(Number(id));
    return artifact && { type: "application/zip", body: Buffer.from(artifact.zip, "base64") };
  }
  const run = runs.get(Number(id));
  if (run === undefined) return undefined;
  const { hasLogs = false } = [...run.earlier, run].find((other) => other.attempt === Number(attempt)) ?? {};
  if (!hasLogs) return undefined;
  const ofAttempt = jobs.by("run", run.id).filter((job) => job.attempt === Number(attempt));
  return { type: "application/zip", body: packLogs(ofAttempt) };
}
