/**
 * @module Notes of a release as GitHub writes them: the pull requests that were merged since the release before.
 *
 * @see https://docs.github.com/repositories/releasing-projects-on-github/automatically-generated-release-notes
 */
import type { GitRepository } from "../git/git-store.ts";
import { ancestorsOf } from "../git/history.ts";
import { entryAt, peel, readCommit } from "../git/revisions.ts";
import { Refusal } from "../http/refusal.ts";
import { type NotedPull, parseReleaseConfig, type ReleaseConfig } from "../releases/release-config.ts";
import { isPull } from "../shapes/pull-json.ts";
import { fullNameOf } from "../shapes/repository-json.ts";
import type { IssueRow } from "../world/issue-rows.ts";
import type { Act } from "./act.ts";
import { commitOfTarget } from "./releases.ts";

export interface NotesRequest {
  readonly tagName: string;
  /** Where the tag will be, if it is not there yet. */
  readonly target: string;
  /** The release before's where absent. */
  readonly previousTag?: string | undefined;
  readonly configPath?: string | undefined;
}

export interface ReleaseNotes {
  readonly name: string;
  readonly body: string;
}

const usualConfigs = [".github/release.yml", ".github/release.yaml"];

/** @throws {Refusal} 422 */
export function writeReleaseNotes(act: Act, request: NotesRequest): ReleaseNotes {
  const { tagName, target, previousTag } = request;
  const git = act.services.git.repository(act.repository.id);
  if (git.isEmpty()) throw new Refusal(422, "Repository is empty.");
  const commit = commitOfTag(git, tagName) ?? commitOfTarget(act, git, target);
  if (commit === undefined) throw new Refusal(422, "Invalid target_commitish parameter");
  if (previousTag !== undefined && commitOfTag(git, previousTag) === undefined)
    throw new Refusal(422, "Invalid previous_tag parameter");
  const all = ancestorsOf(git, commit);
  const previous = previousTag ?? tagBefore(act, git, tagName, all);
  const before = previous === undefined ? undefined : commitOfTag(git, previous);
  const known = before === undefined ? new Set<string>() : ancestorsOf(git, before);
  const pulls = mergedPulls(act, (oid) => all.has(oid) && !known.has(oid));
  const newcomers = newcomersIn(act, pulls);
  const page = act.urls.html(`/${fullNameOf(act.services.world, act.repository)}`);
  const config = configAt(git, commit, request.configPath);
  const comparison = previous === undefined ? `commits/${tagName}` : `compare/${previous}...${tagName}`;
  const changelog = `**Full Changelog**: ${page}/${comparison}`;
  const lines = linesOf(act, pulls, page, config?.config);
  const head =
    config === undefined
      ? ""
      : `<!-- Release notes generated using configuration in ${config.path} at ${target} -->\n\n`;
  if (lines.length === 0) return { name: tagName, body: head + changelog };
  const greetings = newcomers.map(
    (pull) => `* @${loginOf(act, pull)} made their first contribution in ${page}/pull/${pull.number}`,
  );
  const welcome = greetings.length === 0 ? "" : `## New Contributors\n${greetings.join("\n")}\n`;
  return { name: tagName, body: `${head}## What's Changed\n${lines.join("\n")}\n\n${welcome}\n${changelog}` };
}

function commitOfTag(git: GitRepository, name: string): string | undefined {
  const oid = git.ref(`refs/tags/${name}`);
  return oid === undefined ? undefined : peel(git, oid);
}

/** Of the newest published release that this one comes after. */
function tagBefore(
  { services, repository }: Act,
  git: GitRepository,
  tagName: string,
  all: ReadonlySet<string>,
): string | undefined {
  return services.world.releases
    .by("repository", repository.id)
    .filter((release) => !release.isDraft && release.tagName !== tagName)
    .filter((release) => all.has(commitOfTag(git, release.tagName) ?? ""))
    .sort((a, b) => b.createdAt - a.createdAt || b.publishedAt! - a.publishedAt! || b.id - a.id)[0]?.tagName;
}

/** The one that was merged first comes first. */
function mergedPulls(
  { services, repository }: Act,
  isWanted: (mergeOid: string) => boolean,
): readonly IssueRow[] {
  return services.world.issues
    .by("repository", repository.id)
    .filter((issue) => isPull(issue) && issue.pull.mergeOid !== undefined && isWanted(issue.pull.mergeOid))
    .sort((a, b) => a.pull!.mergedAt! - b.pull!.mergedAt! || a.number - b.number);
}

/** The first pull request of each who had none merged before. */
function newcomersIn(act: Act, pulls: readonly IssueRow[]): readonly IssueRow[] {
  const numbers = new Set(pulls.map(({ number }) => number));
  const earlier = new Set(
    mergedPulls(act, () => true)
      .filter(({ number }) => !numbers.has(number))
      .map(({ authorId }) => authorId),
  );
  return pulls.filter(
    ({ authorId }, at) =>
      !earlier.has(authorId) && pulls.findIndex((pull) => pull.authorId === authorId) === at,
  );
}

function loginOf({ services }: Act, { authorId }: IssueRow): string {
  return services.world.accounts.get(authorId)?.login ?? "ghost";
}

/** With a heading for each category, where there are some; what is in none of them comes last. */
function linesOf(
  act: Act,
  pulls: readonly IssueRow[],
  page: string,
  config: ReleaseConfig | undefined,
): readonly string[] {
  const noted = pulls
    .map((pull) => ({ pull, ...notedOf(act, pull) }))
    .filter((pull) => config?.leavesOut(pull) !== true);
  const lineOf = ({ pull: { title, number }, login }: (typeof noted)[number]) =>
    `* ${title} by @${login} in ${page}/pull/${number}`;
  const categories = config?.categories ?? [];
  if (categories.length === 0) return noted.map(lineOf);
  const other = "Other Changes";
  const byTitle = Map.groupBy(
    noted,
    (pull) => categories.find((category) => category.takes(pull))?.title ?? other,
  );
  return [...new Set([...categories.map(({ title }) => title), other])].flatMap((title) => {
    const lines = byTitle.get(title)?.map(lineOf) ?? [];
    return lines.length === 0 ? [] : [`### ${title}`, ...lines];
  });
}

function notedOf(act: Act, pull: IssueRow): NotedPull & { readonly login: string } {
  const login = loginOf(act, pull);
  const labels = pull.labelIds.flatMap((id) => act.services.world.labels.get(id)?.name.toLowerCase() ?? []);
  return { login, author: login.toLowerCase(), labels };
}

/** @throws {Refusal} 422 where it was asked for by name and is not there */
function configAt(
  git: GitRepository,
  commit: string,
  asked: string | undefined,
): { readonly path: string; readonly config: ReleaseConfig } | undefined {
  for (const path of asked === undefined ? usualConfigs : [asked]) {
    const entry = entryAt(git, readCommit(git, commit).tree, path);
    const object = entry === undefined ? undefined : git.read(entry.oid);
    const config = object?.kind === "blob" ? parseReleaseConfig(object.content.toString("utf8")) : undefined;
    if (config !== undefined) return { path, config };
  }
  if (asked !== undefined) throw new Refusal(422, "Invalid configuration_file_path parameter");
  return undefined;
}
