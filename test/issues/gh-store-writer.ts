/**
 * @module Writes objects as the published gh-store does, request by request, over REST: what it has written before hubstead came, and
 * what it goes on to write beside it.
 */
import type { Caller } from "../emulator/call.ts";

export interface GhStoreWriter {
  /** @returns the issue's number */
  create(id: string, data: unknown, labels?: readonly string[]): Promise<number>;
  /** A comment, and the issue reopened: what starts the processor. */
  update(issueNumber: number, changes: unknown): Promise<void>;
}

export function createGhStoreWriter(call: Caller, repo: string): GhStoreWriter {
  const payload = (data: unknown, issueNumber: number, more: object = {}) =>
    JSON.stringify(
      {
        _data: data,
        _meta: {
          client_version: "0.11.2",
          timestamp: new Date().toISOString().replace("Z", "000+00:00"),
          update_mode: "append",
          issue_number: issueNumber,
        },
        ...more,
      },
      undefined,
      2,
    );
  const expectStatus = async (wanted: number, ...asked: Parameters<Caller>) => {
    const { status, body } = await call(...asked);
    if (status !== wanted) throw new Error(`${asked[0]}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  return {
    async create(id, data, labels = []) {
      const { number } = await expectStatus(201, `POST /repos/${repo}/issues`, {
        title: `Stored Object: ${id}`,
        body: JSON.stringify(data, undefined, 2),
        labels: ["gh-store", "stored-object", `UID:${id}`, ...labels],
      });
      const body = payload(data, number, { type: "initial_state" });
      await expectStatus(201, `POST /repos/${repo}/issues/${number}/comments`, { body });
      await expectStatus(200, `PATCH /repos/${repo}/issues/${number}`, { state: "closed" });
      return number;
    },
    async update(issueNumber, changes) {
      const body = payload(changes, issueNumber);
      await expectStatus(201, `POST /repos/${repo}/issues/${issueNumber}/comments`, { body });
      await expectStatus(200, `PATCH /repos/${repo}/issues/${issueNumber}`, { state: "open" });
    },
  };
}
