/**
 * @module Who a commit says that it is by, and what it is signed with.
 */
import type { Json } from "../../base/json.ts";
import type { Signature } from "../git/objects.ts";
import { validationFailed } from "../http/refusal.ts";
import { parseTime } from "../parse-time.ts";
import { emailOf } from "../world/account-emails.ts";
import type { AccountRow } from "../world/account-rows.ts";

export function signatureOf(account: AccountRow, nowMs: number): Signature {
  const { login, name } = account;
  return { name: name ?? login, email: emailOf(account), time: Math.floor(nowMs / 1000), zone: "+0000" };
}

/**
 * @param given `{ name, email, date }`, as bodies have it
 * @param otherwise what stands in for what was not given
 * @throws {Refusal} 422
 */
export function signatureFrom(given: Json | undefined, otherwise: Signature): Signature {
  if (given == null) return otherwise;
  const { name, email, date } = given as { name?: string; email?: string; date?: string };
  if (name?.trim() === "" || email?.trim() === "") {
    throw validationFailed({ resource: "Commit", field: "author", code: "invalid" });
  }
  return {
    name: name ?? otherwise.name,
    email: email ?? otherwise.email,
    ...(date === undefined ? { time: otherwise.time, zone: otherwise.zone } : timeFrom(date)),
  };
}

/** A signature of one's own. @throws {Refusal} 422 for what git would not take */
export function armoredFrom(text: string): string {
  const armored = text.replaceAll("\r\n", "\n");
  if (/^-----BEGIN [A-Z\d ]+-----\n[\t\n\u0020-\u007e]+$/u.test(armored)) return armored;
  throw validationFailed({ resource: "Commit", field: "signature", code: "invalid" });
}

function timeFrom(date: string): Pick<Signature, "time" | "zone"> {
  const ms = parseTime(date);
  if (ms === undefined) {
    throw validationFailed({ resource: "Commit", field: "date", code: "invalid", value: date });
  }
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)$/u.exec(date.slice(10)) ?? [];
  return { time: Math.floor(ms / 1000), zone: sign === undefined ? "+0000" : `${sign}${hours}${minutes}` };
}
