import { describe, expect, test } from "vitest";
import { createStory, type Story } from "../../test/story.ts";
import type { Draft, LoggedChange } from "./change.ts";
import { fold } from "./fold.ts";
import { createPolicyBook, policyTypesOf } from "./policy-book.ts";

const policy = { entity: "policy:task" };
const say = (resolver: string): Draft => ({ kind: "update", set: { resolver } });

function resolverFor(story: Story, ...sides: LoggedChange[]): string {
  return createPolicyBook(story.log, story.policies, (past) => fold(past)).policyOf(sides).resolver;
}

describe("the policy that decides", () => {
  test("is the newest that one of the sides had seen", () => {
    const story = createStory();
    const first = story.write("P", say("defer"), policy);
    const second = story.write("P", say("callback"), policy);
    const none = story.write("A", { kind: "create" });
    const old = story.write("B", { kind: "create" }, { sees: [first] });
    const informed = story.write("C", { kind: "create" }, { sees: [second] });
    story.write("P", say("last-write-wins"), policy);
    expect(resolverFor(story, none)).toBe("merge-fields");
    expect(resolverFor(story, none, old)).toBe("defer");
    expect(resolverFor(story, none, old, informed)).toBe("callback");
  });

  test("is what its own writer saw, not what others made of it meanwhile", () => {
    const story = createStory();
    const first = story.write("P", { kind: "create", set: { resolver: "defer" } }, policy);
    story.write(
      "Q",
      { kind: "update", set: { deletes: "delete-wins" } },
      { ...policy, sees: [first], at: 10 },
    );
    const later = story.write("R", say("callback"), { ...policy, sees: [first], at: 20 });
    const side = story.write("A", { kind: "create" }, { sees: [...story.policies] });
    const book = createPolicyBook(story.log, story.policies, (past) => fold(past));
    expect(book.policyOf([side])).toMatchObject({ resolver: "callback", deletes: "edit-wins" });
    expect(later.change.seq).toBe(1);
  });

  test("is the default one after a policy is deleted", () => {
    const story = createStory();
    story.write("P", say("defer"), policy);
    const gone = story.write("P", { kind: "delete" }, policy);
    const side = story.write("A", { kind: "create" }, { sees: [gone] });
    expect(resolverFor(story, side)).toBe("merge-fields");
  });

  test("is that of the type which the sides had seen last", () => {
    const story = createStory();
    const short = story.write("P", say("defer"), policy);
    const long = story.write("P", say("callback"), { entity: "policy:task-1" });
    const one = story.write("A", { kind: "create", type: "task" }, { sees: [short, long] });
    const other = story.write("B", { kind: "create", type: "task-1" }, { sees: [short, long] });
    const edit = story.write("A", { kind: "update" });
    expect(policyTypesOf(story.log)).toEqual(["task", "task-1"]);
    expect(resolverFor(story, edit, one)).toBe("defer");
    expect(resolverFor(story, edit, other)).toBe("callback");
  });

  test("of policies themselves is the default one", () => {
    const story = createStory();
    story.write("P", say("defer"), { entity: "policy:policy" });
    const side = story.write("P", say("callback"), policy);
    const book = createPolicyBook(story.policies.slice(1), story.policies, (past) => fold(past));
    expect(policyTypesOf(story.policies.slice(1))).toEqual([]);
    expect(book.policyOf([side]).resolver).toBe("merge-fields");
  });
});

test("a book tells what its policies, of any time, can do", () => {
  const story = createStory();
  story.write("A", { kind: "create" });
  story.write("P", say("defer"), policy);
  const book = () => createPolicyBook(story.log, story.policies, (past) => fold(past));
  expect(book()).toMatchObject({ defers: true, takesWholeEntities: false });
  story.write("P", say("higher-version-wins"), policy);
  expect(book()).toMatchObject({ defers: true, takesWholeEntities: true });
});

test("the types of an entity are those that its creates name, else the one in its id", () => {
  const story = createStory();
  story.write("A", { kind: "update" });
  expect(policyTypesOf(story.log)).toEqual(["task"]);
  expect(policyTypesOf([])).toEqual([]);
});
