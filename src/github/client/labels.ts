/**
 * @module Labels of a repository, and those of its issues. Names are the same whatever their case.
 *
 * @see https://docs.github.com/rest/issues/labels
 */
import { HubsteadError } from "../../errors.ts";
import { readWholeList } from "./complete-list.ts";
import { parseLabel } from "./label.ts";
import { namingNeeds } from "./needed-of.ts";
import { readPages } from "./pages.ts";
import { placeIn } from "./place.ts";
import { type CallOptions, type Session, unlessMissing } from "./session.ts";

export interface Label {
  readonly id: number;
  readonly name: string;
  /** Six hexadecimal digits. */
  readonly color: string;
  readonly description: string;
}

export interface LabelOptions extends CallOptions {
  /** Six hexadecimal digits, also with `#` before them. Default: GitHub's grey. */
  readonly color?: string;
  readonly description?: string;
}

export interface LabelMethods {
  /** @returns `undefined` where there is none */
  getLabel(repo: string, name: string, options?: CallOptions): Promise<Label | undefined>;
  /** @throws {HubsteadError} `busy` where they change faster than they can be read */
  listLabels(repo: string, options?: CallOptions): Promise<readonly Label[]>;
  /** @throws {HubsteadError} `already_exists` */
  createLabel(repo: string, name: string, options?: LabelOptions): Promise<Label>;
  /** What is absent stays as it is. @throws {HubsteadError} `not_found`; `already_exists` for a new name that is taken */
  updateLabel(
    repo: string,
    name: string,
    options: LabelOptions & { readonly newName?: string },
  ): Promise<Label>;
  /** Takes it from all issues, too. @returns whether there was one */
  deleteLabel(repo: string, name: string, options?: CallOptions): Promise<boolean>;
  /** Labels that are not there yet are made. @returns all labels that the issue has then */
  addLabels(
    repo: string,
    issue: number,
    names: string | readonly string[],
    options?: CallOptions,
  ): Promise<readonly string[]>;
  /** @returns whether the issue had it */
  removeLabel(repo: string, issue: number, name: string, options?: CallOptions): Promise<boolean>;
  /** @returns all labels that the issue has then */
  setLabels(
    repo: string,
    issue: number,
    names: string | readonly string[],
    options?: CallOptions,
  ): Promise<readonly string[]>;
}

interface LabelJson {
  readonly id: number | bigint;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

function toLabel({ id, name, color, description }: LabelJson): Label {
  return { id: Number(id), name, color, description: description ?? "" };
}

const ofIssue = "/repos/{owner}/{repo}/issues/{issue_number}/labels";

export function labelMethods(session: Session): LabelMethods {
  const getLabel: LabelMethods["getLabel"] = async (repo, name, options) => {
    const { api, place } = await placeIn(session, repo, `label ${parseLabel(name)}`, options);
    const found = await unlessMissing(
      api.request("GET /repos/{owner}/{repo}/labels/{name}", { ...place, name }),
    );
    return found === undefined ? undefined : toLabel(found.data);
  };
  return namingNeeds<LabelMethods>({
    getLabel,
    async listLabels(repo, options) {
      const { api, place, about } = await placeIn(session, repo, "the labels", options);
      const read = () => readPages<LabelJson>(api, "GET /repos/{owner}/{repo}/labels", place);
      return (await readWholeList(about, ({ id }) => String(id), read)).map(toLabel);
    },
    createLabel: (repo, name, options = {}) => createLabel(session, repo, name, options),
    async updateLabel(repo, name, { newName, color, description, ...call }) {
      const { api, place } = await placeIn(session, repo, `label ${parseLabel(name)}`, call);
      const { data } = await api.request("PATCH /repos/{owner}/{repo}/labels/{name}", {
        ...place,
        name,
        ...(newName === undefined ? {} : { new_name: parseLabel(newName) }),
        ...looks(color, description),
      });
      return toLabel(data);
    },
    async deleteLabel(repo, name, options) {
      const { api, place } = await placeIn(session, repo, `label ${parseLabel(name)}`, options);
      const deleting = api.request("DELETE /repos/{owner}/{repo}/labels/{name}", { ...place, name });
      return (await unlessMissing(deleting)) !== undefined;
    },
    async addLabels(repo, issue, names, options) {
      const { api, place } = await placeIn(session, repo, `issue ${issue}`, options);
      const labels = [names].flat().map(parseLabel);
      const { data } = await api.request(`POST ${ofIssue}`, { ...place, issue_number: issue, labels });
      return data.map(({ name }) => name);
    },
    async removeLabel(repo, issue, name, options) {
      const { api, place } = await placeIn(
        session,
        repo,
        `label ${parseLabel(name)} of issue ${issue}`,
        options,
      );
      const removing = api.request(`DELETE ${ofIssue}/{name}`, { ...place, issue_number: issue, name });
      if ((await unlessMissing(removing)) !== undefined) return true;
      // The issue itself may not be there: that is another thing than a label that it has not.
      await api.request("GET /repos/{owner}/{repo}/issues/{issue_number}", { ...place, issue_number: issue });
      return false;
    },
    async setLabels(repo, issue, names, options) {
      const { api, place } = await placeIn(session, repo, `issue ${issue}`, options);
      const labels = [names].flat().map(parseLabel);
      const { data } = await api.request(`PUT ${ofIssue}`, { ...place, issue_number: issue, labels });
      return data.map(({ name }) => name);
    },
  });
}

async function createLabel(
  session: Session,
  repo: string,
  name: string,
  { color, description, ...call }: LabelOptions,
): Promise<Label> {
  const wished = looks(color, description);
  const place = session.repo(repo);
  const marker = `label ${parseLabel(name)} of ${place.owner}/${place.repo}`;
  const recovery = {
    marker,
    async find(signal: AbortSignal) {
      const api = await session.api(marker, { lane: "interactive-write", ...call, signal });
      const found = await unlessMissing(
        api.request("GET /repos/{owner}/{repo}/labels/{name}", { ...place, name }),
      );
      if (found === undefined) return undefined;
      const { data } = found;
      const isAsWished =
        data.name === name &&
        data.color === (wished.color ?? data.color) &&
        (data.description ?? "") === (wished.description ?? "");
      if (isAsWished) return Response.json(data, { status: 201 });
      throw new HubsteadError("already_exists", `there is a ${marker} already`, {
        data: { name: data.name },
      });
    },
  };
  const api = await session.api(marker, { ...call, recovery });
  const { data } = await api.request("POST /repos/{owner}/{repo}/labels", { ...place, name, ...wished });
  return toLabel(data);
}

function looks(color: string | undefined, description: string | undefined) {
  return {
    ...(color === undefined ? {} : { color: color.replace(/^#/u, "").toLowerCase() }),
    ...(description === undefined ? {} : { description }),
  };
}
