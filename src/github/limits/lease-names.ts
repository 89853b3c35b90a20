/**
 * @module Names of leases: unique among all processes, and short, because every record holds some.
 */
import { randomBytes } from "node:crypto";

export function createLeaseNames(): () => string {
  const process = randomBytes(9).toString("base64url");
  let last = 0;
  return () => `${process}.${(++last).toString(36)}`;
}
