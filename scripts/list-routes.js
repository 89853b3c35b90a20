/**
 * @module Lists every route of GitHub's own description of its REST API, and which of its operations notify people.
 *
 *   npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
 *   node scripts/list-routes.js package
 *
 * Writes `src/github/fetch/described-routes.json`: by route, its methods; an exclamation mark stands after those
 * that notify people, which GitHub limits more than others.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = process.argv[2];
if (folder === undefined) throw new Error("Name the folder of the unpacked @octokit/openapi.");

const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const { paths } = JSON.parse(readFileSync(join(folder, "generated", "api.github.com.json"), "utf8"));

const routes = Object.entries(paths).map(([path, item]) => [
  path,
  Object.entries(item)
    .filter(([, operation]) => operation?.operationId !== undefined)
    .map(
      ([method, operation]) =>
        `${method.toUpperCase()}${operation["x-github"]?.triggersNotification ? "!" : ""}`,
    )
    .join(" "),
]);
const text = JSON.stringify(
  { source: `@octokit/openapi ${version}`, routes: Object.fromEntries(routes) },
  null,
  1,
);
writeFileSync(join(root, "src/github/fetch/described-routes.json"), `${text}\n`);
