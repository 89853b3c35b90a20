import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomRuns } from "../../test/random-runs.ts";
import { highlightText, parseSearchText, searchableWords, wordsOf } from "./search-words.ts";

describe("words", () => {
  test.each([
    ["case does not matter", "Hello WORLD", ["hello", "world"]],
    ["accents do not matter", "Crème Brûlée ÀÉ", ["creme", "brulee", "ae"]],
    ["accents typed as signs of their own are the same", "Cre\u0300me", ["creme"]],
    ["an id falls into its parts", "feature-user-auth", ["feature", "user", "auth"]],
    ["an underscore parts words", "in_progress", ["in", "progress"]],
    ["a point and an apostrophe part words", "a.b don't", ["a", "b", "don", "t"]],
    ["numbers are words", "1.5 and 2024-01-31", ["1", "5", "and", "2024", "01", "31"]],
    ["signs that end a name stay with it", "C++ C# F#", ["c", "＋", "＋", "c", "＃", "f", "＃"]],
    ["signs between words and alone are none", "a+b #tag + ++", ["a", "b", "tag"]],
    ["Chinese characters are words", "日本語", ["日", "本", "語"]],
    ["kana are words, with their sound marks", "テキスト が", ["テ", "キ", "ス", "ト", "が"]],
    ["Hangul syllables are words", "한국어", ["한", "국", "어"]],
    ["Thai characters are words, with their marks", "สวัสดี", ["ส", "วั", "ส", "ดี"]],
    ["words without spaces between scripts are told apart", "naïve日本x", ["naive", "日", "本", "x"]],
    ["an emoji is a word, whatever its skin", "👍🏽 👍", ["👍", "👍"]],
    ["a family is its members, a flag its letters", "👨‍👩‍👧 🇩🇪", ["👨", "👩", "👧", "🇩", "🇪"]],
    [
      "forms of compatibility are plain letters",
      "ﬁn Ａｂｃ Foo™ ℌello Ⅷ",
      ["fin", "abc", "footm", "hello", "viii"],
    ],
    ["the Turkish capital I is an i", "İstanbul", ["istanbul"]],
    ["a letter that is two in capitals is those two", "Straße STRASSE", ["strasse", "strasse"]],
    ["Hebrew points and Arabic vowels do not matter", "עִבְרִית العَرَبِيَّة", ["עברית", "العربية"]],
    ["Cyrillic and Greek have case too", "ПРИВЕТ Ωμέγα", ["привет", "ωμεγα"]],
    ["vowel signs stay with their letters", "हिन्दी", ["हिन्दी"]],
    ["space and punctuation are no words", " \t\n…!?«»", []],
    ["no text has no words", "", []],
  ])("%s", (_, text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test("a word counts with its first 64 characters", () => {
    expect(wordsOf("x".repeat(100))).toEqual(["x".repeat(64)]);
    expect(wordsOf("é".repeat(100))).toEqual(["e".repeat(64)]);
    expect(wordsOf("𝕩".repeat(100))).toEqual(["x".repeat(64)]);
  });

  test("plain ASCII text is cut as any other text is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
        expect(wordsOf(`${text} é`)).toEqual([...wordsOf(text), "e"]);
      }),
      randomRuns(300),
    );
  });

  test("no word holds what parts words in the index, nor an upper-case letter of ASCII", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 30 }), (text) => {
        for (const word of wordsOf(text.toWellFormed()))
          expect(word).toMatch(/^[a-z0-9\u0080-\u{10ffff}]+$/u);
      }),
      randomRuns(500),
    );
  });
});

describe("what a person types", () => {
  test.each([
    [
      "words in any order",
      "auth user",
      [
        { words: ["auth"], prefix: false },
        { words: ["user"], prefix: false },
      ],
    ],
    ["words in this order", '"user auth"', [{ words: ["user", "auth"], prefix: false }]],
    ["a word that may go on", "aut*", [{ words: ["aut"], prefix: true }]],
    ["a phrase whose last word may go on", '"user aut"*', [{ words: ["user", "aut"], prefix: true }]],
    [
      "an id is a phrase of its parts",
      "feature-user-auth",
      [{ words: ["feature", "user", "auth"], prefix: false }],
    ],
    ["a word of Chinese is a phrase of its characters", "日本", [{ words: ["日", "本"], prefix: false }]],
    ["the star of C++* is a sign like any other", "C++*", [{ words: ["c", "＋", "＋"], prefix: false }]],
    [
      "an open quote is a sign like any other",
      '"open x',
      [
        { words: ["open"], prefix: false },
        { words: ["x"], prefix: false },
      ],
    ],
    [
      "operators of other languages are words",
      "a AND NOT b",
      [
        { words: ["a"], prefix: false },
        { words: ["and"], prefix: false },
        { words: ["not"], prefix: false },
        { words: ["b"], prefix: false },
      ],
    ],
    ["a column is a word", "name:foo", [{ words: ["name", "foo"], prefix: false }]],
    ["signs alone ask for nothing", '* " "" ( -', []],
    ["nothing asks for nothing", "", []],
  ])("%s", (_, text, phrases) => {
    expect(parseSearchText(text)).toEqual(phrases);
  });
});

describe("what search reads of an entity", () => {
  test("the id, then texts and numbers at any depth, but no keys, booleans or nulls", () => {
    const data = { name: "Voice Input", tags: ["Audio", { deep: 42 }], done: true, none: null };
    expect(searchableWords("feature-voice", data)).toBe("feature voice voice input audio 42");
  });

  test("only the fields named, where fields are named", () => {
    expect(searchableWords("task-1", { a: "one", b: "two" }, ["two", undefined])).toBe("task 1 two");
  });
});

describe("the text around a hit", () => {
  const highlight = (text: string, query: string, width?: number) =>
    highlightText(text, parseSearchText(query), width);

  test("shows the words found between stars", () => {
    expect(highlight("The quick brown fox", "QUICK fo*")).toBe("The **quick** brown **fox**");
  });

  test("finds a word whatever its accents, and shows it as it is written", () => {
    expect(highlight("Une Crème brûlée", "creme")).toBe("Une **Crème** brûlée");
  });

  test("is around the phrase found, not around a word of it that stands elsewhere", () => {
    const text = `user ${"lorem ".repeat(60)}user auth end`;
    const shown = highlight(text, '"user auth" lorem', 60)!;
    expect(shown).toContain("**user** **auth** end");
  });

  test("marks no part of a phrase that is not there as a whole", () => {
    expect(highlight("C++ is a language; C# too", "c++")).toBe("**C++** is a language; C# too");
    expect(highlight("one two", '"two one"')).toBeUndefined();
  });

  test("marks what it can show of a word that is longer than it may be", () => {
    expect(highlight(`qqq${"z".repeat(300)}`, "qqq*", 20)).toBe(`**qqq${"z".repeat(17)}**…`);
  });

  test("shows a name with its signs whole", () => {
    expect(highlight("I like C++ a lot", "C++")).toBe("I like **C++** a lot");
  });

  test("shows characters that stand side by side as one", () => {
    expect(highlight("日本語のテキスト", "テキ")).toBe("日本語の**テキ**スト");
  });

  test("is cut around the first hit where the text is long, on one line", () => {
    const shown = highlight(`${"before ".repeat(100)}\nneedle\n${"after ".repeat(100)}`, "needle", 60)!;
    expect(shown).toMatch(/^….*before \*\*needle\*\* after.*…$/u);
    expect(shown.length).toBeLessThan(80);
  });

  test("is nothing where the text has none of the words", () => {
    expect(highlight("The quick brown fox", "cat")).toBeUndefined();
  });

  test("is always a part of the text, for any text and query", () => {
    const plain = (text: string) => text.replaceAll("*", "").replaceAll("…", "").replaceAll(/\s+/gu, " ");
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 80 }),
        fc.nat(10),
        fc.nat(100),
        (text, from, width) => {
          const shown = highlight(text, [...text].slice(from, from + 5).join(""), width + 10);
          if (shown !== undefined)
            expect(plain(text).toWellFormed()).toContain(plain(shown).trim().replaceAll("\ufffd", ""));
        },
      ),
      randomRuns(300),
    );
  });
});
