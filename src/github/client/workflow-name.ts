/**
 * @module How a workflow is named in a path of the API.
 */
import { invalidInput } from "../../errors.ts";

/**
 * @param workflow a file's name, `deploy.yml`, also with `.github/workflows/` before it; or an id
 * @returns what stands in the path
 * @throws {HubsteadError} `invalid_input`
 */
export function parseWorkflow(workflow: string | number): string {
  const name = String(workflow).replace(/^\/?\.github\/workflows\//u, "");
  const isId = /^\d+$/u.test(name);
  const isFile = /^[^/\\\0]+\.ya?ml$/iu.test(name);
  if (isId || isFile) return name;
  throw invalidInput(
    `${JSON.stringify(workflow)} is no workflow`,
    "Name its file in .github/workflows, as deploy.yml, or its id.",
    { path: "workflow" },
  );
}
