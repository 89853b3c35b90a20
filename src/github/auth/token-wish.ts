/**
 * @module How much an installation's token is wished to be able to: which repositories, which permissions. A narrower wish
 * never gets wider again.
 */
import { HubsteadError, invalidInput } from "../../errors.ts";

export interface TokenWish {
  /** `data`, of whichever owner is asked about; or `acme/data`. Absent: all that the installation has. */
  readonly repositories?: readonly string[];
  /** `{ contents: "read" }`. Absent: all that the installation has. */
  readonly permissions?: Readonly<Record<string, string>>;
}

/** As GitHub takes it, and as a key: the same wish has the same text. */
export interface WishBody {
  readonly repositories?: readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
}

// https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app
const mostRepositories = 500;
const levels: readonly string[] = ["read", "write", "admin"];

/** @throws {HubsteadError} `invalid_input` for names and levels that there are not */
export function checkWish({ repositories, permissions }: TokenWish): void {
  if (repositories !== undefined && (repositories.length === 0 || repositories.length > mostRepositories)) {
    throw invalidInput(
      `a token can be limited to between 1 and ${mostRepositories} repositories, not to ${repositories.length}`,
      "Leave `repositories` out for all of them.",
    );
  }
  for (const name of repositories ?? []) {
    if (!/^(?:[\w-]+\/)?[\w.-]+$/u.test(name))
      throw invalidInput(`${JSON.stringify(name)} is no repository's name`, "Write `name` or `owner/name`.");
  }
  for (const [name, level] of Object.entries(permissions ?? {})) {
    if (!levels.includes(level))
      throw invalidInput(`the permission ${name} has no level ${level}`, `Use one of ${levels.join(", ")}.`);
  }
}

/** @throws {HubsteadError} `invalid_input` for more than the wider wish has */
export function narrowWish(wide: TokenWish, narrow: TokenWish): TokenWish {
  checkWish(narrow);
  const tooMuch = [
    ...(narrow.repositories ?? []).filter((name) => wide.repositories?.some(covering(name)) === false),
    ...Object.entries(narrow.permissions ?? {})
      .filter(([name, level]) => {
        const given = wide.permissions?.[name] ?? "";
        return wide.permissions !== undefined && levels.indexOf(level) > levels.indexOf(given);
      })
      .map(([name, level]) => `${name}: ${level}`),
  ];
  if (tooMuch.length > 0) {
    throw invalidInput(
      `a token is limited already, and does not cover ${tooMuch.join(", ")}`,
      "Narrow the wider source instead.",
    );
  }
  return { ...wide, ...narrow };
}

/** `data` covers `acme/data`, but not the other way round: it means that of any owner. */
function covering(name: string): (given: string) => boolean {
  const [, ownerless = ""] = /^(?:[^/]+\/)?(.+)$/u.exec(name.toLowerCase()) ?? [];
  return (given) => [name.toLowerCase(), ownerless].includes(given.toLowerCase());
}

/**
 * The part of a wish that is about one owner.
 *
 * @throws {HubsteadError} `forbidden` where the wish is for repositories of others only
 */
export function wishFor(owner: string, { repositories, permissions }: TokenWish): WishBody {
  const names = repositories?.flatMap((name) => {
    const [first = "", second] = name.toLowerCase().split("/");
    if (second === undefined) return [first];
    return first === owner.toLowerCase() ? [second] : [];
  });
  if (names?.length === 0) {
    throw new HubsteadError(
      "forbidden",
      `the credential is limited to repositories that are not ${owner}'s`,
      {
        hint: `Name a repository of ${owner} among its repositories.`,
        data: { owner, repositories },
      },
    );
  }
  return {
    ...(names === undefined ? {} : { repositories: [...new Set(names)].sort() }),
    ...(permissions === undefined
      ? {}
      : {
          permissions: Object.fromEntries(Object.entries(permissions).sort(([a], [b]) => (a < b ? -1 : 1))),
        }),
  };
}
