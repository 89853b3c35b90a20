/**
 * @module Where a redirect away from the API really leads: its name is resolved once, and what it leads to is looked at. Whoever
 * owns a name chooses where it leads, and may answer each question in another way.
 */
import { isIP } from "node:net";
import { HubsteadError } from "../../errors.ts";
import { kindOfAddress } from "../auth/hosts.ts";

/** @returns all addresses of a name. @throws what `dns.lookup` throws */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export const systemResolve: Resolve = async (hostname) => {
  const { lookup } = await import("node:dns/promises");
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
};

/**
 * Open addresses only; where the API itself has private ones, or lies on this machine, such ones as well: a GitHub Enterprise
 * Server keeps its files beside itself. Link-local addresses, where clouds keep credentials, never.
 *
 * @param api from where the redirect came
 * @returns addresses to connect to, without asking anew
 * @throws {HubsteadError} `forbidden` where any address is not to be reached; what `resolve` throws
 */
export async function checkedAddresses(url: URL, api: URL, resolve: Resolve): Promise<readonly string[]> {
  const addresses = await addressesOf(url, resolve);
  if (url.hostname === api.hostname) return addresses;
  const inner = addresses.filter((address) => kindOfAddress(address) !== "open");
  if (addresses.length > 0 && inner.length === 0) return addresses;
  const homes = new Set((await addressesOf(api, resolve)).map(kindOfAddress));
  const isBeside = (address: string): boolean => {
    const kind = kindOfAddress(address);
    return (kind === "private" || kind === "loopback") && homes.size === 1 && homes.has(kind);
  };
  if (addresses.length > 0 && inner.every(isBeside)) return addresses;
  throw new HubsteadError(
    "forbidden",
    `${api.host} redirects to ${url.host}, which is at ${inner.join(", ") || "no address"} and is not followed`,
    {
      hint: "A redirect leads to a private address only where the API has one itself; look for who answers for this name.",
      data: { from: api.origin, to: url.origin, addresses: inner },
    },
  );
}

async function addressesOf({ hostname }: URL, resolve: Resolve): Promise<readonly string[]> {
  const literal = hostname.replace(/^\[|\]$/gu, "");
  return isIP(literal) === 0 ? resolve(hostname) : [literal];
}
