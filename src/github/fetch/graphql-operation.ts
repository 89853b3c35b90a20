/**
 * @module What a GraphQL request does, as far as limits and retries need it: read by its outline, without a parser of
 * the whole language, so that it costs next to nothing.
 */
export interface GraphqlOutline {
  readonly kind: "query" | "mutation";
  /** The mutations, in order, one for each alias: `addComment`, `addComment`, `closeIssue`. Empty for a query. */
  readonly fields: readonly string[];
}

/**
 * @param source the document
 * @param operationName which of several operations is run
 * @returns a mutation without known fields where the text makes no sense: the careful reading
 */
export function outlineOf(source: string, operationName?: string | null): GraphqlOutline {
  const tokens = tokensOf(source);
  const operations = operationsOf(tokens);
  const chosen =
    operations.length === 1 ? operations[0] : operations.find(({ name }) => name === operationName);
  if (chosen === undefined) return { kind: "mutation", fields: [] };
  if (chosen.kind === "query") return { kind: "query", fields: [] };
  return { kind: "mutation", fields: chosen.fields };
}

const tokenPattern =
  /#[^\n\r]*|"""(?:\\"""|[^"]|"(?!""))*"""|"(?:\\.|[^"\\\n\r])*"|\.\.\.|[A-Za-z_]\w*|[{}()[\]:@$!=|&]/gu;

function tokensOf(source: string): string[] {
  return [...source.matchAll(tokenPattern)].map(([token]) => token).filter((token) => !/^["#]/u.test(token));
}

interface Operation {
  readonly kind: "query" | "mutation";
  readonly name: string | undefined;
  readonly fields: readonly string[];
}

function operationsOf(tokens: readonly string[]): Operation[] {
  const operations: Operation[] = [];
  const fragments = fragmentsOf(tokens);
  for (let at = 0; at < tokens.length; ) {
    const head = tokens[at]!;
    const open = head === "{" ? at : nextSelection(tokens, at + 1);
    const close = endOf(tokens, open);
    if (head === "{") operations.push({ kind: "query", name: undefined, fields: [] });
    else if (head === "query" || head === "mutation" || head === "subscription") {
      const name = /^\w/u.test(tokens[at + 1] ?? "") ? tokens[at + 1] : undefined;
      operations.push({
        kind: head === "mutation" ? "mutation" : "query",
        name,
        fields: head === "mutation" ? fieldsOf(tokens.slice(open + 1, close), fragments) : [],
      });
    }
    at = close + 1;
  }
  return operations;
}

/** What stands in each fragment, by its name. */
function fragmentsOf(tokens: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const fragments = new Map<string, readonly string[]>();
  for (let at = 0; at < tokens.length; ) {
    const open = tokens[at] === "{" ? at : nextSelection(tokens, at + 1);
    const close = endOf(tokens, open);
    const name = tokens[at + 1];
    if (tokens[at] === "fragment" && name !== undefined) fragments.set(name, tokens.slice(open + 1, close));
    at = close + 1;
  }
  return fragments;
}

/** Where the selection of an operation or a fragment begins; variables may have objects as defaults. */
function nextSelection(tokens: readonly string[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token === "(") depth++;
    else if (token === ")") depth--;
    else if (token === "{" && depth === 0) return at;
  }
  return tokens.length;
}

function endOf(tokens: readonly string[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at] === "{") depth++;
    else if (tokens[at] === "}" && --depth === 0) return at;
  }
  return tokens.length;
}

// So many at most are looked at: fragments that bring in each other twice grow without end.
const mostFields = 1_000;

/** The names at the top of a selection, with what fragments bring in; aliases and directives apart. `...` for a fragment that is not there. */
function fieldsOf(
  tokens: readonly string[],
  fragments: ReadonlyMap<string, readonly string[]>,
  within: readonly string[] = [],
): string[] {
  const fields: string[] = [];
  for (let at = 0; at < tokens.length && fields.length < mostFields; at++) {
    const token = tokens[at]!;
    const next = tokens[at + 1];
    if ("{([".includes(token)) at = closingOf(tokens, at);
    else if (token === "@") at++;
    else if (token === "..." && next !== undefined && /^\w/u.test(next) && next !== "on") {
      const brought = fragments.get(next);
      if (brought === undefined || within.includes(next)) fields.push("...");
      else fields.push(...fieldsOf(brought, fragments, [...within, next]));
      at++;
    } else if (token === "...") {
      const open = nextSelection(tokens, at + 1);
      const close = endOf(tokens, open);
      fields.push(...fieldsOf(tokens.slice(open + 1, close), fragments, within));
      at = close;
    } else if (/^[A-Za-z_]/u.test(token) && next !== ":") fields.push(token);
  }
  return fields;
}

/** Where what opens here is closed again. */
function closingOf(tokens: readonly string[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if ("{([".includes(tokens[at]!)) depth++;
    else if ("})]".includes(tokens[at]!) && --depth === 0) return at;
  }
  return tokens.length;
}
