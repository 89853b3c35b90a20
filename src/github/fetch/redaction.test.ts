import { inspect } from "node:util";
import { expect, test } from "vitest";
import { HubsteadError } from "../../errors.ts";
import { withoutSecrets } from "./redaction.ts";

const secret = "a-secret of/the+caller's own";

async function thrownBy(error: unknown): Promise<unknown> {
  return withoutSecrets(
    () => [secret],
    async () => {
      throw error;
    },
  ).catch((thrown: unknown) => thrown);
}

test("a held secret is taken out of message, hint, data, causes and stack, also as it looks in URLs and headers", async () => {
  const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")];
  for (const form of forms) {
    const cause = new Error(`inner ${form}`, { cause: new TypeError(`innermost ${form}`) });
    const error = new HubsteadError("invalid_input", `message ${form}`, {
      hint: `hint ${form}`,
      data: { list: [form], deep: { er: form } },
      cause,
    });
    const thrown = await thrownBy(error);
    expect(inspect(thrown, { depth: 10 })).not.toContain(form);
    expect(thrown).toMatchObject({
      code: "invalid_input",
      data: { list: [expect.stringMatching(/^\[secret\]/u)] },
    });
  }
});

test("what is known by its shape is taken out of any error", async () => {
  const thrown = await thrownBy(new Error(`to https://x-access-token:ghs_${"a".repeat(40)}@github.com/a/b`));
  expect(inspect(thrown)).not.toContain("aaaa");
});

test("an abort stays the caller's own", async () => {
  const reason = new DOMException("over", "AbortError");
  expect(await thrownBy(reason)).toBe(reason);
  expect(await thrownBy("a text")).toBe("a text");
});
