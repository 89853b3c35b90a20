/**
 * @module People: `users/…` of the REST API.
 *
 * @see https://docs.github.com/rest/users/users
 */
import { isGranted } from "../access/permissions.ts";
import { type Answer, ok } from "../http/answer.ts";
import { perPageOf } from "../http/pages.ts";
import { notFound } from "../http/refusal.ts";
import { accountToJson, publicUserToJson } from "../shapes/account-json.ts";
import { privateUserToJson } from "../shapes/membership-json.ts";
import type { AccountRow } from "../world/account-rows.ts";
import { type Call, forAnyone, forPerson, hasScope, type Operation } from "./operation.ts";

/** What lets fine-grained tokens see what only one's own account shows. */
const plan = { permission: "plan", level: "read" } as const;

export const userOperations: readonly Operation[] = [
  forPerson("users/get-authenticated", {}, (call) => {
    const { principal, user, urls, services } = call;
    const isOwn =
      principal.kind === "user" &&
      hasScope(principal.token, ["user", "read:user"]) &&
      (principal.token.kind !== "fine-grained" || isGranted(principal.token.permissions, plan));
    return ok((isOwn ? privateUserToJson : publicUserToJson)(services.world, user, urls));
  }),
  forAnyone("users/get-by-username", (call) =>
    ok(publicUserToJson(call.world, accountNamed(call, call.params["username"]!), call.urls)),
  ),
  forAnyone("users/get-by-id", (call) => {
    const account = call.world.accounts.get(Number(call.params["account_id"]));
    if (account === undefined) throw notFound();
    return ok(publicUserToJson(call.world, account, call.urls));
  }),
  forAnyone("users/list", listUsers),
];

/** The account of a login, whatever its kind. @throws {Refusal} 404 */
export function accountNamed({ world }: Pick<Call, "world">, login: string): AccountRow {
  const account = world.accounts.find("login", login.toLowerCase());
  if (account === undefined) throw notFound();
  return account;
}

/** The person of a login. @throws {Refusal} 404 */
export function personNamed(call: Pick<Call, "world">, login: string): AccountRow {
  const account = accountNamed(call, login);
  if (account.kind !== "User") throw notFound();
  return account;
}

/** This list has no numbered pages: each begins after an id. */
function listUsers(call: Call): Answer {
  const since = Number(call.query["since"] ?? 0) || 0;
  const perPage = perPageOf(call);
  const after = call.world.accounts
    .all()
    .filter(({ id, kind }) => id > since && kind !== "Bot")
    .sort((a, b) => a.id - b.id);
  const page = after.slice(0, perPage);
  const last = page.at(-1);
  const next = last === undefined || after.length <= perPage ? "" : nextLink(call, last.id);
  const first = `<${call.urls.api("/users{?since}")}>; rel="first"`;
  return ok(
    page.map((account) => accountToJson(account, call.urls)),
    { link: next + first },
  );
}

function nextLink({ query, urls }: Call, since: number): string {
  const { per_page } = query;
  const parameters = new URLSearchParams({
    ...(per_page === undefined ? {} : { per_page }),
    since: String(since),
  });
  return `<${urls.api(`/users?${parameters}`)}>; rel="next", `;
}
