/**
 * @module A first look at YAML text, token by token: is it small and shallow enough to be parsed?
 */
import { CST, Lexer } from "yaml";
import { maxJsonDepth } from "../base/json.ts";
import { invalidInput } from "../errors.ts";

/** No honest document has more brackets, dashes, commas, anchors … in a row, or keys in one line outside brackets. */
const mostInARow = 100;
/** About 3,000 lines: what is parsed in a tenth of a second. */
const mostTokens = 15_000;

/**
 * Refuses, before anything is built, what the parser would follow with deep calls or answer with thousands of errors.
 *
 * @throws {HubsteadError} `invalid_input` with `data.source` and `data.line`
 */
export function checkYamlTokens(text: string, source: string): void {
  let depth = 0;
  let inARow = 0;
  let keysInLine = 0;
  let line = 1;
  let tokens = 0;
  for (const token of new Lexer().lex(text)) {
    if (++tokens > mostTokens) {
      throw invalidInput(
        `${source} has more than ${mostTokens} words and signs`,
        "Keep data in the store, not in the configuration.",
        { source, line },
      );
    }
    switch (CST.tokenType(token)) {
      case "newline":
        line++;
        keysInLine = 0;
        continue;
      case "space":
      case "comment":
        continue;
      case "flow-seq-start":
      case "flow-map-start":
        depth++;
        break;
      case "flow-seq-end":
      case "flow-map-end":
        depth = Math.max(0, depth - 1);
        continue;
      case "map-value-ind":
        if (depth === 0) keysInLine++;
        break;
      case "scalar":
      case "single-quoted-scalar":
      case "double-quoted-scalar":
      case "block-scalar-header":
      case "alias":
        for (const character of token) if (character === "\n") line++;
        inARow = -1;
        break;
    }
    inARow++;
    if (depth > maxJsonDepth || inARow > mostInARow || keysInLine > mostInARow) {
      throw invalidInput(`${source} line ${line}: nesting deeper than ${maxJsonDepth}`, "Write it flatter.", {
        source,
        line,
      });
    }
  }
}
