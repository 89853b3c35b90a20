/**
 * @module GitHub's refusals as the client tells them: a code to branch on, what to do, which permission it takes, and the id that
 * GitHub's support asks for.
 */
import { expect, test } from "vitest";
import type { ErrorCode } from "../../src/errors.ts";
import { GitHubClient } from "../../src/github/client/github-client.ts";
import { startCheckedGitHub } from "../emulator/checked-github.ts";
import { apiVersions } from "./emulated-session.ts";
import { createFastClock } from "./fast-clock.ts";

interface Case {
  readonly status: number;
  readonly body: { readonly message: string; readonly errors?: readonly unknown[] };
  readonly code: ErrorCode;
  readonly hint: string;
}

const cases: readonly Case[] = [
  {
    status: 400,
    body: { message: "Problems parsing JSON" },
    code: "invalid_input",
    hint: "objects to: Problems parsing JSON",
  },
  {
    status: 400,
    body: { message: '"1999" is not a supported version of the API.' },
    code: "invalid_input",
    hint: "apiVersion",
  },
  {
    status: 401,
    body: { message: "Requires authentication" },
    code: "unauthorized",
    hint: "No credential was sent",
  },
  {
    status: 403,
    body: { message: "Commenting is disabled on issues with more than 2500 comments" },
    code: "forbidden",
    hint: "issue is full",
  },
  { status: 401, body: { message: "Bad credentials" }, code: "unauthorized", hint: "token is whole" },
  {
    status: 403,
    body: { message: "Resource not accessible by integration" },
    code: "forbidden",
    hint: "the permission: issues=write.",
  },
  { status: 404, body: { message: "Not Found" }, code: "not_found", hint: "private repository" },
  { status: 409, body: { message: "Conflict" }, code: "version_conflict", hint: "Read it again" },
  { status: 410, body: { message: "Issues are disabled" }, code: "not_found", hint: "switched off" },
  {
    status: 422,
    body: {
      message: "Validation Failed",
      errors: [{ resource: "Issue", field: "title", code: "missing_field" }],
    },
    code: "invalid_input",
    hint: "data.errors",
  },
  {
    status: 422,
    body: {
      message: "Validation Failed",
      errors: [{ resource: "Label", field: "name", code: "already_exists" }],
    },
    code: "already_exists",
    hint: "read what is there",
  },
  {
    status: 451,
    body: { message: "Unavailable for legal reasons" },
    code: "forbidden",
    hint: "the permission: issues=write.",
  },
  {
    status: 501,
    body: { message: "The emulator does not serve this" },
    code: "remote_unavailable",
    hint: "not served here",
  },
  ...[500, 502, 503, 504].map(
    (status): Case => ({
      status,
      body: { message: "Server Error" },
      code: "remote_unavailable",
      hint: "githubstatus",
    }),
  ),
];

const seed = {
  users: { ada: {} },
  organizations: { acme: { members: { ada: "admin" } } },
  repositories: { "acme/app": { issues: [{ title: "a" }] } },
} as const;

test.for(apiVersions.flatMap((apiVersion) => cases.map((one) => ({ apiVersion, ...one }))))(
  "in version $apiVersion, $status $body.message is $code",
  async ({ apiVersion, status, body, code, hint }) => {
    await using github = await startCheckedGitHub({ seed, checksRequests: true });
    const token = github.tokenFor("ada");
    await using client = new GitHubClient({
      apiUrl: github.url,
      auth: token,
      org: "acme",
      apiVersion,
      clock: createFastClock(200),
      attemptTimeoutMs: 60_000,
      env: {},
    });
    const headers = { "x-accepted-github-permissions": "issues=write", "x-github-request-id": "ABCD:1234" };
    github.faults.add({ operation: "issues/update", does: { kind: "status", status, body, headers } });
    const failing = client.editIssue("app", 1, { title: "b" });
    await expect(failing).rejects.toMatchObject({
      code,
      message: expect.stringContaining("issue 1 of acme/app"),
      hint: expect.stringContaining(hint),
      data: {
        status,
        route: "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
        requestId: "ABCD:1234",
        needed: "issues=write",
        ...(body.errors === undefined ? {} : { errors: body.errors }),
      },
    });
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error)).not.toContain(token);
    // A refusal is no reason to ask again; trouble is.
    const sent = github.requests.count("issues/update");
    if (status < 500) expect(sent).toBe(1);
    else if (status !== 501) expect(sent).toBeGreaterThan(1);
  },
);
