/**
 * @module What is kept of GitHub Apps, their installations, and of webhooks with their deliveries.
 */
import type { Row } from "./collection.ts";

export interface AppRow extends Row {
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  readonly ownerId: number;
  /** Its user, `slug[bot]`. */
  readonly botId: number;
  /** PEM, PKCS#8: given to who asks for it, since nothing here is secret. */
  readonly privateKey: string;
  readonly publicKey: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface InstallationRow extends Row {
  readonly appId: number;
  readonly accountId: number;
  readonly permissions: Readonly<Record<string, string>>;
  /** `null`: all repositories of the account. */
  readonly repositoryIds: readonly number[] | null;
  readonly suspendedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface HookRow extends Row {
  /** `repository/1`, `organization/1` or `app/1`. */
  readonly owner: `repository/${number}` | `organization/${number}` | `app/${number}`;
  readonly url: string;
  readonly contentType: "json" | "form";
  readonly secret: string | null;
  readonly insecureSsl?: "0" | "1";
  readonly events: readonly string[];
  readonly isActive: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface DeliveryRow extends Row {
  readonly hookId: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly repositoryId: number | null;
  readonly installationId: number | null;
  readonly isRedelivery: boolean;
  readonly deliveredAt: number;
  /** Seconds. */
  readonly duration: number;
  /** HTTP status; 0 where nobody answered. */
  readonly statusCode: number;
  /** `OK`, or what went wrong. */
  readonly status: string;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly payload: string };
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly payload: string };
}
