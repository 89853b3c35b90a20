/**
 * @module Whether something was done with the credential that is used: marks and names can be written by anybody.
 */
import { HubsteadError } from "../../errors.ts";
import type { GitHubApi, RepoName, Session } from "./session.ts";

interface Account {
  readonly id: number | bigint;
  readonly type?: string;
}

/**
 * Of an App's installation, whether an App did it: which one that is, its token is not told. Where a token may not ask who it
 * belongs to, everybody passes.
 *
 * @param api for the lane and the deadline of what it is asked for
 */
export async function isByOneself(
  { source }: Session,
  api: GitHubApi,
  { owner, repo }: RepoName,
  account: Account | null | undefined,
  signal?: AbortSignal,
): Promise<boolean> {
  const { principal } = await source.credentialFor({ owner, repo, path: `/repos/${owner}/${repo}` }, signal);
  if (principal.startsWith("installation:")) return account?.type === "Bot";
  try {
    const { data } = await api.request("GET /user");
    return Number(account?.id) === Number(data.id);
  } catch (error) {
    if (error instanceof HubsteadError && (error.code === "forbidden" || error.code === "not_found"))
      return true;
    throw error;
  }
}
