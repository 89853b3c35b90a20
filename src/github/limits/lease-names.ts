/**
 * @module Names of leases: unique among all processes, and short, because every record holds some.
 */
export function createLeaseNames(): () => string {
  const process = Buffer.from(crypto.getRandomValues(new Uint8Array(9))).toString("base64url");
  let last = 0;
  return () => `${process}.${(++last).toString(36)}`;
}
