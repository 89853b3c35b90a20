/**
 * @module The repositories of an owner, all of them: of an App's installation those that it was given, of a user also the
 * private ones where it is oneself.
 */
import { type NoteTotal, readWholeList } from "./complete-list.ts";
import { readPages } from "./pages.ts";
import { type Repository, type RepositoryJson, toRepository } from "./repository.ts";
import { type CallOptions, type GitHubApi, type Session, unlessMissing } from "./session.ts";

export interface ListReposOptions extends CallOptions {
  /** An organisation or a user. Default: the configured organisation. */
  readonly owner?: string;
  /** Another word for `owner`. */
  readonly org?: string;
}

type Page = readonly RepositoryJson[];

interface InstallationBody {
  readonly total_count: number;
  readonly repositories: Page;
}

/** @throws {HubsteadError} `not_found` for an owner that there is not; `busy` where they change faster than they can be read */
export async function listRepositories(
  session: Session,
  { org, owner = org ?? session.org(), ...call }: ListReposOptions,
): Promise<readonly Repository[]> {
  // By the owner the governed fetch knows which installation is meant.
  const api = await session.api(`the repositories of ${owner}`, { ...call, owner });
  const isOwn = (json: RepositoryJson) => json.owner.login.toLowerCase() === owner.toLowerCase();
  const read = await readerFor(session, api, owner, call);
  const found = await readWholeList(`the repositories of ${owner}`, ({ id }) => String(id), read);
  return found.filter(isOwn).map(toRepository);
}

/** In the order of their making where GitHub knows it: new ones come at the end, and move nothing. */
async function readerFor(
  { source }: Session,
  api: GitHubApi,
  owner: string,
  { signal }: CallOptions,
): Promise<(noted: NoteTotal) => Promise<readonly Page[]>> {
  const path = `/orgs/${owner}/repos`;
  const { principal } = await source.credentialFor({ owner, path }, signal);
  if (principal.startsWith("installation:")) {
    return (noted) =>
      readPages(
        api,
        "GET /installation/repositories",
        {},
        (data) => noted<InstallationBody>(data).repositories,
      );
  }
  const sorted = { sort: "created", direction: "asc" };
  const kind = await unlessMissing(api.request("GET /users/{username}", { username: owner }));
  if (kind?.data.type !== "User")
    return () => readPages(api, "GET /orgs/{org}/repos", { org: owner, ...sorted });
  const me = principal === "anonymous" ? undefined : await unlessMissing(api.request("GET /user"));
  if (me?.data.login.toLowerCase() === owner.toLowerCase())
    return () => readPages(api, "GET /user/repos", { affiliation: "owner", ...sorted });
  return () => readPages(api, "GET /users/{username}/repos", { username: owner, ...sorted });
}
