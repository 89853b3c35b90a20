/**
 * @module A repository with a workflow that can be started, in front of an emulator.
 */
import { type EmulatedSession, type SessionOptions, startSession } from "./emulated-session.ts";

const deploy = `
name: Deploy
run-name: Deploy to \${{ inputs.stage || 'nowhere' }}
on:
  push: { branches: [never] }
  workflow_dispatch:
    inputs:
      stage: { type: choice, options: [test, live] }
      note: { default: none }
jobs:
  build: { steps: [{ name: Build all, run: npm run build }] }
  publish: { steps: [{ run: npm publish }] }
`;

export const workflowSeed = {
  users: { ada: {}, bob: {} },
  organizations: { acme: { members: { ada: "admin", bob: "admin" } } },
  repositories: { "acme/app": { files: { ".github/workflows/deploy.yml": deploy } } },
} as const;

/** With the workflow `deploy.yml` in `acme/app`. */
export function startWithWorkflow(options: SessionOptions = {}): Promise<EmulatedSession> {
  return startSession({ seed: workflowSeed, ...options });
}
