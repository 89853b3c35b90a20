/**
 * @module What kind of host a URL names, from its text alone: one on the open internet, this machine, or a place that
 * nobody outside may lead a program to; and what kind of address a name has led to. Resolves no names.
 */
import type { BlockList } from "node:net";

/**
 * - `loopback`: this machine
 * - `special`: an address that is private, link-local, multicast, reserved or one of a cloud's metadata services
 * - `open`: a name, or an address of the open internet
 */
export type HostKind = "loopback" | "special" | "open";

/** As of a host, with what is used inside networks told apart: RFC 1918, RFC 6598, RFC 4193. */
export type AddressKind = HostKind | "private";

type Subnets = readonly (readonly [string, number])[];
const lists = new Map<Subnets, BlockList>();

// https://www.iana.org/assignments/iana-ipv4-special-registry (RFC 6890); 224/4 and above: multicast and reserved.
const specialV4: Subnets = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];
const loopbackV4: Subnets = [["127.0.0.0", 8]];
const privateV4: Subnets = [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
];

// Only 2000::/3 is handed out (https://www.iana.org/assignments/ipv6-address-space), and of it these are no one's address,
// or hold an IPv4 address within them: Teredo and the like, documentation, 6to4.
const globalV6: Subnets = [["2000::", 3]];
const specialV6: Subnets = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const privateV6: Subnets = [["fc00::", 7]];
// In networks of IPv6 only, names of IPv4 hosts lead there (RFC 6052): what counts is the IPv4 address at its end.
const translatedV6: Subnets = [["64:ff9b::", 96]];

// Names that clouds give their metadata services.
const metadataNames = new Set(["metadata.google.internal", "metadata.goog", "instance-data.ec2.internal"]);

/**
 * @param url as `new URL` has read it, which writes every notation of an IPv4 address (decimal, octal, hexadecimal, short)
 *   in one way
 */
export function kindOfHost({ hostname }: URL): HostKind {
  const name = hostname.toLowerCase().replace(/\.$/u, "");
  const address = name.startsWith("[") ? name.slice(1, -1) : name;
  const version = ipVersionOf(address);
  if (version !== 0) return version === 4 ? kindOfV4(address) : kindOfV6(address);
  // RFC 6761 §6.3: every name below `localhost` is this machine.
  if (name === "localhost" || name.endsWith(".localhost")) return "loopback";
  return name === "" || metadataNames.has(name) ? "special" : "open";
}

/** @param address as a resolver gives it; anything else is `special` */
export function kindOfAddress(address: string): AddressKind {
  const bare = address.replace(/%.*$/u, "");
  const version = ipVersionOf(bare);
  if (version === 4) return isIn(privateV4, bare) ? "private" : kindOfV4(bare);
  if (version === 0) return "special";
  if (isIn(privateV6, bare)) return "private";
  return isIn(translatedV6, bare) ? kindOfAddress(lastV4Of(bare)) : kindOfV6(bare);
}

/** The IPv4 address that the last 32 bits are. */
function lastV4Of(address: string): string {
  const { hostname } = new URL(`http://[${address}]`);
  const [high = 0, low = 0] = /([\da-f]*):([\da-f]*)\]$/u
    .exec(hostname)!
    .slice(1)
    .map((word) => Number.parseInt(word || "0", 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** @returns 4, 6, or 0 for a name */
function ipVersionOf(text: string): number {
  return /^[\d.]+$|:/u.test(text) ? process.getBuiltinModule("node:net").isIP(text) : 0;
}

function kindOfV4(address: string): HostKind {
  if (isIn(loopbackV4, address)) return "loopback";
  return isIn(specialV4, address) ? "special" : "open";
}

function kindOfV6(address: string): HostKind {
  if (address === "::1") return "loopback";
  // What stands for an IPv4 address, `::ffff:7f00:1`, lies outside of 2000::/3 as well: nobody needs to write it so.
  return isIn(globalV6, address) && !isIn(specialV6, address) ? "open" : "special";
}

/** The platform's library takes several milliseconds to load, which names of hosts need not wait for. */
function isIn(subnets: Subnets, address: string): boolean {
  const { BlockList, isIPv6 } = process.getBuiltinModule("node:net");
  let list = lists.get(subnets);
  if (list === undefined) {
    list = new BlockList();
    for (const [net, prefix] of subnets) list.addSubnet(net, prefix, isIPv6(net) ? "ipv6" : "ipv4");
    lists.set(subnets, list);
  }
  return list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** The host of the API that a host for uploads belongs to; any other host is its own. */
export function apiHostOf(host: string): string {
  return host.replace(/^uploads(?=\.github\.com$|\.[a-z0-9-]+\.ghe\.com$)/u, "api");
}
