/**
 * @module Signs what one writer says in issues, in order. Several processes may share a key: one that was overtaken finds out before it
 * has promised anything, and says it again.
 */
import { HubsteadError } from "../errors.ts";
import type { GitHubClient } from "../github/client/github-client.ts";
import type { StorePlace } from "./find-object.ts";
import { readIssue } from "./issue-record.ts";
import type { ReadKeys } from "./registered-keys.ts";
import { checkSignatures } from "./signing/check-signatures.ts";
import { keyFilePath, type RegisteredKey } from "./signing/key-file.ts";
import { type ChainLink, readSignedComment, type SignedPlace, signComment } from "./signing/statement.ts";
import type { WriterKey } from "./signing/writer-key.ts";

interface SignedObject {
  readonly id: string;
  readonly issueNumber: number;
  /** Whether nothing can stand in the issue yet. */
  readonly isNew?: boolean;
}

/** Of the comments that stood in an issue right after one's own, the newest. */
export interface NewestComments {
  readonly comments: readonly { readonly id: number; readonly body: string }[];
  /** Whether there are older ones. */
  readonly hasOlder: boolean;
}

export interface Signer {
  /** @throws {HubsteadError} `forbidden` where nothing that is signed would count: before anything is sent that needs a signature later */
  ready(): Promise<void>;
  /**
   * @returns the same comment, with a signature
   * @throws {HubsteadError} as `ready` does
   */
  sign(object: SignedObject, text: string): Promise<string>;
  /** Whether a comment that was sent stands before everything that the same key has signed later; if not, it counts for nothing. */
  isInOrder(object: SignedObject, commentId: number, newest: NewestComments): Promise<boolean>;
  /** Nobody knows any more what stands in the issue. */
  forget(issueNumber: number): void;
}

export interface SignerParts {
  readonly github: Pick<GitHubClient, "api">;
  readonly place: StorePlace;
  readonly key: WriterKey;
  readonly readKeys: ReadKeys;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Known {
  readonly link: ChainLink | undefined;
  /** The newest comment of the issue up to which everything was seen. */
  readonly seenUpTo: number;
}

export function createSigner({ github, place, key, readKeys, now }: SignerParts): Signer {
  const known = new Map<number, Known>();

  const placeOf = async ({ id, issueNumber }: SignedObject): Promise<SignedPlace> => {
    const { repositoryId } = await readKeys();
    return { repositoryId, objectId: id, issueNumber };
  };
  const registration = async (): Promise<RegisteredKey> => {
    const { keys, readerId } = await readKeys();
    const own = keys.get(key.id);
    if (own === undefined) throw notRegistered(key, readerId);
    if (own.userId !== readerId || (own.untilMs ?? Number.POSITIVE_INFINITY) <= now())
      throw notUsable(key, own, readerId);
    return own;
  };
  const read = async (object: SignedObject) => {
    const api = await github.api(`issue ${object.issueNumber} of ${place.owner}/${place.repo}`);
    const { comments } = await readIssue(api, { ...place, number: object.issueNumber });
    const { keys } = await readKeys();
    const { links, verdicts } = checkSignatures(comments, keys, await placeOf(object));
    return { link: links.get(key.id), seenUpTo: comments.at(-1)?.id ?? 0, verdicts };
  };

  return {
    async ready() {
      await registration();
    },
    async sign(object, text) {
      const { userId } = await registration();
      const { issueNumber, isNew = false } = object;
      const start = isNew ? { link: undefined, seenUpTo: 0 } : undefined;
      const { link: before, seenUpTo } = known.get(issueNumber) ?? start ?? (await read(object));
      const signed = signComment(text, { key, userId, place: await placeOf(object), before });
      known.set(issueNumber, { link: signed.link, seenUpTo });
      return signed.text;
    },
    async isInOrder(object, commentId, { comments, hasOlder }) {
      const { link, seenUpTo } = known.get(object.issueNumber) ?? { seenUpTo: Number.NaN };
      const isComplete = !hasOlder || comments.some(({ id }) => id <= seenUpTo);
      const sequence = readSignedComment(comments.find(({ id }) => id === commentId)?.body ?? "")?.sequence;
      if (link === undefined || sequence === undefined || !isComplete) {
        known.delete(object.issueNumber);
        return (await read(object)).verdicts.get(commentId)?.isValid ?? false;
      }
      const own = await registration();
      const at = await placeOf(object);
      const isOvertaken = comments.some(({ id, body }) => {
        if (id <= seenUpTo || id >= commentId) return false;
        const signed = readSignedComment(body);
        // What only looks like one's own holds nobody up.
        return (
          signed?.key === key.id &&
          signed.sequence >= sequence &&
          own.isSigned(signed.bytesFor(at, own.userId), signed.value)
        );
      });
      if (isOvertaken) known.delete(object.issueNumber);
      else known.set(object.issueNumber, { link, seenUpTo: commentId });
      return !isOvertaken;
    },
    forget: (issueNumber) => void known.delete(issueNumber),
  };
}

/** Of who has no key, where changes are signed. */
export function keylessSigner(repo: string): Signer {
  const refuse = () =>
    Promise.reject(
      new HubsteadError(
        "forbidden",
        `changes of objects in ${repo} are signed, and there is no key to sign with`,
        {
          hint: `Give the store a \`key\` whose public key stands in ${keyFilePath}.`,
          data: { needed: keyFilePath },
        },
      ),
    );
  return { ready: refuse, sign: refuse, isInOrder: refuse, forget() {} };
}

function notRegistered({ id, publicKey }: WriterKey, userId: number): HubsteadError {
  return new HubsteadError("forbidden", `the key ${id} is not registered in ${keyFilePath}`, {
    hint: `Add { "publicKey": "${publicKey}", "user": ${userId} } to its keys, on the default branch.`,
    data: { needed: keyFilePath, publicKey, userId },
  });
}

function notUsable({ id }: WriterKey, { userId }: RegisteredKey, readerId: number): HubsteadError {
  const because =
    userId === readerId ? "it was given up" : `it is the account ${userId}'s, not ${readerId}'s`;
  return new HubsteadError(
    "forbidden",
    `nothing counts that is signed with the key ${id}, because ${because}`,
    {
      hint: `Make a new key for the account ${readerId}, and add it to ${keyFilePath} on the default branch.`,
      data: { needed: keyFilePath, userId, readerId },
    },
  );
}
