/**
 * @module Which repository the address of a git remote means: `https://`, `ssh://`, `git://`, and ssh's short form, on any host. Pure.
 */

export interface RemoteRepository {
  /** With the port of an `http` address: `github.com`, `127.0.0.1:8080`. */
  readonly host: string;
  readonly owner: string;
  readonly name: string;
}

/** ssh over the port of https. @see https://docs.github.com/authentication/troubleshooting-ssh/using-ssh-over-the-https-port */
const otherNames: Readonly<Record<string, string>> = {
  "ssh.github.com": "github.com",
  "www.github.com": "github.com",
};

/** @returns `undefined` for what names no repository on a host: a folder, a path of another depth */
export function parseRemote(address: string): RemoteRepository | undefined {
  const short = /^(?:[^@/:\s]+@)?([^/:\s]{2,}):(?!\/\/)\/?(.+)$/u.exec(address);
  const [host, path] = short === null ? partsOfUrl(address) : [short[1]!, short[2]!];
  const [owner, name, more] = (path ?? "").replace(/^\/+|\/+$/gu, "").split("/");
  const repository = name?.replace(/\.git$/u, "");
  if (host === undefined || more !== undefined || !isName(owner) || !isName(repository)) return undefined;
  const lower = host.toLowerCase();
  return { host: otherNames[lower] ?? lower, owner, name: repository };
}

function partsOfUrl(address: string): readonly [host?: string, path?: string] {
  const url = URL.parse(address);
  if (url === null || !/^(?:https?|ssh|git|git\+ssh):$/u.test(url.protocol)) return [];
  // The port of ssh says nothing about the API.
  return [/^https?:$/u.test(url.protocol) ? url.host : url.hostname, url.pathname];
}

/** GitHub's alphabet of owners and repositories. */
function isName(text: string | undefined): text is string {
  return text !== undefined && /^[\w.-]{1,100}$/u.test(text) && !/^\.{1,2}$/u.test(text);
}
