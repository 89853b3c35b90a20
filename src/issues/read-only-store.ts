/**
 * @module A store for whoever has no credential: what GitHub tells everybody is read, all else is refused before anything is sent.
 */
import { HubsteadError } from "../errors.ts";

/** What the REST API answers for public repositories without a credential. */
const readers: ReadonlySet<string> = new Set([
  "get",
  "list",
  "listUpdatedSince",
  "find",
  "resolve",
  "findAliases",
  "findDuplicates",
  "watch",
  "snapshot",
  "updateSnapshot",
]);

/** @returns one whose other methods throw `unauthorized` */
export function toReadOnlyStore<Store extends object>(store: Store, repo: string): Store {
  const methods = Object.entries(store).map(([name, method]) => {
    const refuse = async (): Promise<never> => {
      throw withoutCredential(name, repo);
    };
    return [name, readers.has(name) ? method : refuse];
  });
  return Object.fromEntries(methods) as Store;
}

function withoutCredential(method: string, repo: string): HubsteadError {
  return new HubsteadError("unauthorized", `\`${method}\` in ${repo} needs a credential, and there is none`, {
    hint: "Set GITHUB_TOKEN, or hand the client a token; without one, objects of public repositories can be read as they are now.",
    data: { method, missing: ["GITHUB_TOKEN"] },
  });
}
