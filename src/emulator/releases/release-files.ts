/**
 * @module Files of releases where `browser_download_url` leads: `/{owner}/{repo}/releases/download/{tag}/{name}`.
 */

import { latestRelease } from "../acts/releases.ts";
import { findRepository, freeOfLimits, plain } from "../git/smart-http.ts";
import type { Answer } from "../http/answer.ts";
import { exchange, type ServerParts } from "../http/exchange.ts";
import { readIncoming } from "../http/incoming.ts";
import type { EmulatorApp } from "../http/server.ts";
import type { Services } from "../services.ts";
import { pageNameOf } from "../shapes/release-json.ts";
import type { RepositoryRow } from "../world/repository-rows.ts";
import { redirectToAsset } from "./redirect-to-asset.ts";

const notThere = plain(404, "Not Found");

export function mountReleaseFiles(app: EmulatorApp, parts: ServerParts): void {
  app.get("/:owner/:repo/releases/:rest{(?:download|latest/download)/.+}", (context) => {
    const { owner, repo, rest } = context.req.param();
    const asked = {
      incoming: readIncoming(context.req.raw, context.env),
      connection: context.env,
      operation: "web/release-file",
      docs: undefined,
      demand: freeOfLimits,
    };
    return exchange(parts, asked, () => {
      const repository = findRepository(parts.services, owner, repo);
      // A browser shows who is signed in by a cookie, which no token is: what is private is not there.
      if (repository?.visibility !== "public") return notThere;
      const base = asked.incoming.urls.html(`/${owner}/${repo}/releases/download`);
      return answer(parts.services, repository, rest, base);
    });
  });
}

/** @param rest `download/v1/a.zip`, or `latest/download/a.zip`; tags may hold slashes */
async function answer(
  services: Services,
  repository: RepositoryRow,
  rest: string,
  base: string,
): Promise<Answer> {
  const { world } = services;
  const [first, ...names] = rest.split("/");
  const name = names.at(-1)!;
  if (first === "latest") {
    const latest = latestRelease(world, repository.id);
    if (latest === undefined) return notThere;
    const location = `${base}/${pageNameOf(latest)}/${encodeURIComponent(name)}`;
    return { ...plain(302, "Found"), headers: { location, "content-type": "text/plain; charset=utf-8" } };
  }
  const tag = names.slice(0, -1).join("/");
  const release = world.releases
    .by("repository", repository.id)
    .find(({ isDraft, tagName }) => !isDraft && tagName === tag);
  const asset = release && world.releaseAssets.by("release", release.id).find((known) => known.name === name);
  return asset === undefined ? notThere : redirectToAsset(services, asset);
}
