/**
 * @module `JSON.parse` without the fault that V8 has since Node 22: it may take a key with an escape for another one
 * that it has met before, and return that. Texts whose keys have no escapes, nearly all, are left to `JSON.parse`.
 * @see https://github.com/nodejs/node/issues/63785
 */

/**
 * Parses one JSON text as `JSON.parse` should.
 *
 * @throws {SyntaxError} as `JSON.parse` does
 */
export function readJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes("\\") && hasEscapedKey(text) ? readValidJson(text) : value;
}

/** @param text valid JSON @param start where a string begins @returns the index after its closing quote */
export function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** True when a colon comes next, so that the string before it is a key. */
export function isColonNext(text: string, from: number): boolean {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return text[at] === ":";
}

function hasEscapedKey(text: string): boolean {
  let backslash = text.indexOf("\\");
  for (let at = text.indexOf('"'); at !== -1 && backslash !== -1; at = text.indexOf('"', at)) {
    const end = endOfString(text, at);
    if (backslash < end) {
      if (isColonNext(text, end)) return true;
      backslash = text.indexOf("\\", end);
    }
    at = end;
  }
  return false;
}

interface Frame {
  readonly container: unknown[] | Record<string, unknown>;
  key: string;
}

/** @param text valid JSON, nested as deep as it likes */
function readValidJson(text: string): unknown {
  const open: Frame[] = [];
  const scalar = /[^\s,\]}]+/uy;
  let result: unknown;
  const place = (value: unknown): void => {
    const frame = open.at(-1);
    if (frame === undefined) result = value;
    else if (Array.isArray(frame.container)) frame.container.push(value);
    else {
      const property = { value, configurable: true, enumerable: true, writable: true };
      Object.defineProperty(frame.container, frame.key, property);
    }
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (sign === "{" || sign === "[") open.push({ container: sign === "[" ? [] : {}, key: "" });
    else if (sign === "}" || sign === "]") place(open.pop()!.container);
    else if (sign === '"') {
      const end = endOfString(text, at);
      const string = JSON.parse(text.slice(at, end)) as string;
      if (isColonNext(text, end)) open.at(-1)!.key = string;
      else place(string);
      at = end - 1;
    } else if (!" \n\r\t,:".includes(sign)) {
      scalar.lastIndex = at;
      const found = scalar.exec(text)![0];
      place(JSON.parse(found));
      at += found.length - 1;
    }
  }
  return result;
}
