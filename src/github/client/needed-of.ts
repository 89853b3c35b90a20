/**
 * @module Says with each refusal what permissions the whole operation takes: GitHub names those of the one request that it has
 * refused, which is often a read that comes first.
 */
import { HubsteadError } from "../../errors.ts";
import { hintForNeeded } from "./error-hints.ts";
import { withNeeded } from "./github-error.ts";
import { type GovernedMethod, neededPermissions, permissionsToHeader } from "./needed-permissions.ts";

/** The same methods, whose `forbidden` errors have in `data.needed` what the method takes, in GitHub's own form. */
export function namingNeeds<Methods extends object>(methods: Methods): Methods {
  const named = Object.entries(methods).map(([name, method]) => [
    name,
    async (...args: readonly unknown[]) => {
      try {
        return await (method as (...args: readonly unknown[]) => Promise<unknown>)(...args);
      } catch (error) {
        throw name in neededPermissions ? namingNeedsOf(error, name as GovernedMethod) : error;
      }
    },
  ]);
  return Object.fromEntries(named) as Methods;
}

function namingNeedsOf(error: unknown, method: GovernedMethod): unknown {
  if (!(error instanceof HubsteadError) || error.code !== "forbidden") return error;
  const { needed } = error.data;
  const wanted = permissionsToHeader(neededPermissions[method]);
  // GitHub sends the permissions with refusals for another cause, too, which have a hint of their own.
  const isPermission =
    typeof needed === "string"
      ? error.hint === hintForNeeded(needed)
      : /resource not accessible by/iu.test(error.message);
  // A classic token has scopes instead.
  if (typeof needed === "string" && needed.startsWith("scope ")) return error;
  if (wanted === "" || !isPermission || holds(needed, wanted)) return error;
  return withNeeded(error, wanted);
}

/** Whether one of GitHub's alternatives has all that the table has: then GitHub knows it better. */
function holds(said: unknown, wanted: string): boolean {
  const setOf = (text: string) => new Set(text.split(",").map((part) => part.trim()));
  const alternatives = typeof said === "string" ? said.split(";").map(setOf) : [];
  return alternatives.some((alternative) => [...setOf(wanted)].every((part) => alternative.has(part)));
}
