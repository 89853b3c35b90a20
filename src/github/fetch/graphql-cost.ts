/**
 * @module What a GraphQL request takes of the hourly points, before it is sent: by GitHub's formula, from the sizes of the pages
 * that it asks for. Reads the text without a schema, and where it cannot know takes the most that can be meant.
 *
 * @see https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#predicting-the-point-value-of-a-query
 */
const requestsPerPoint = 100;
/** GitHub refuses a larger page. */
const largestPage = 100;
/** GitHub refuses what could bring more than 500,000 nodes, of which each takes one request at most. */
const mostPoints = 5_000;
/** GitHub refuses what is no GraphQL; should it be one all the same, so much is enough for almost all that people ask. */
const pointsOfNonsense = 100;
/** Nobody asks for more levels, and a text with more would go too deep for the stack. */
const mostLevels = 200;

export interface CostedRequest {
  readonly source: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** @returns points, at least 1, and no fewer than GitHub's formula gives */
export function graphqlCostOf(request: CostedRequest): number {
  try {
    const document = parse(request.source);
    const named = document.operations.filter(({ name }) => name === request.operationName);
    const meant =
      document.operations.length > 1 && named.length > 0 ? named : (document.operations as Operation[]);
    if (meant.length === 0) return pointsOfNonsense;
    const requests = meant.map((operation) => requestsOf(operation, document, request.variables));
    return Math.max(1, Math.min(mostPoints, Math.ceil(Math.max(...requests) / requestsPerPoint)));
  } catch (error) {
    if (error instanceof Nonsense) return pointsOfNonsense;
    throw error;
  }
}

class Nonsense extends Error {}

type Value = number | { readonly variable: string } | readonly Value[] | undefined;
type Arguments = ReadonlyMap<string, Value>;
type Selection = Field | { readonly spread: string };

interface Field {
  readonly name: string;
  readonly args: Arguments;
  readonly selections: readonly Selection[];
}

interface Operation {
  readonly name: string | undefined;
  readonly defaults: Arguments;
  readonly selections: readonly Selection[];
}

interface Document {
  readonly operations: readonly Operation[];
  readonly fragments: ReadonlyMap<string, readonly Selection[]>;
}

/** What only connections have, as far as GitHub's schema goes. */
const ofConnections: ReadonlySet<string> = new Set(["edges", "nodes", "pageInfo", "totalCount"]);

function requestsOf(
  { defaults, selections }: Operation,
  { fragments }: Document,
  variables: Readonly<Record<string, unknown>>,
): number {
  // What a fragment asks for is the same wherever it is spread: else nested ones could take for ever.
  const known = new Map<string, number>();
  const ofSelections = (inner: readonly Selection[]): number =>
    inner.reduce((sum, selection) => sum + ofSelection(selection), 0);
  const ofSelection = (selection: Selection): number => {
    if (!("spread" in selection)) return ofField(selection);
    const { spread } = selection;
    const before = known.get(spread);
    if (before !== undefined) return before;
    // One that spreads itself is refused.
    known.set(spread, 0);
    const requests = ofSelections(fragments.get(spread) ?? []);
    known.set(spread, requests);
    return requests;
  };
  const ofField = ({ args, selections: inner }: Field): number => {
    const requests = ofSelections(inner);
    const isConnection = args.has("first") || args.has("last") || fieldNames(inner).some(isOfConnection);
    // `nodes(ids: […])` is no connection, and brings as many nodes as it names.
    if (!isConnection) return args.has("ids") ? lengthOf(args.get("ids")) * requests : requests;
    return 1 + sizeOf(args) * requests;
  };
  const fieldNames = (inner: readonly Selection[], seen = new Set<string>()): string[] =>
    inner.flatMap((selection) => {
      if (!("spread" in selection)) return [selection.name];
      if (seen.has(selection.spread)) return [];
      seen.add(selection.spread);
      return fieldNames(fragments.get(selection.spread) ?? [], seen);
    });
  const meaningOf = (value: Value): unknown =>
    typeof value === "object" && "variable" in value
      ? (variables[value.variable] ?? defaults.get(value.variable))
      : value;
  const sizeOf = (args: Arguments): number => {
    const sizes = ["first", "last"].map((name) => meaningOf(args.get(name))).filter(isPageSize);
    return sizes.length === 0 ? largestPage : Math.max(...sizes);
  };
  const lengthOf = (value: Value): number => {
    const list = meaningOf(value);
    return Array.isArray(list) ? list.length : largestPage;
  };
  return ofSelections(selections);
}

function isOfConnection(name: string): boolean {
  return ofConnections.has(name);
}

function isPageSize(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}

const tokenPattern =
  /#[^\n\r]*|"""(?:\\"""|[^"]|"(?!""))*"""|"(?:\\.|[^"\\\n\r])*"|\.\.\.|\$?[A-Za-z_]\w*|-?\d[\w.+-]*|[^\s,\uFEFF]/gu;

/** @throws {Nonsense} */
function parse(source: string): Document {
  const tokens = [...source.matchAll(tokenPattern)]
    .map(([token]) => token)
    .filter((token) => !token.startsWith("#"));
  let at = 0;
  let level = 0;

  const eat = (token: string): boolean => {
    if (tokens[at] !== token) return false;
    at++;
    return true;
  };
  const mustEat = (token: string): void => {
    if (!eat(token)) throw new Nonsense(token);
  };
  const name = (): string => {
    const token = tokens[at++] ?? "";
    if (!/^[A-Za-z_]/u.test(token)) throw new Nonsense(token);
    return token;
  };
  const nested = <T>(body: () => T): T => {
    if (++level > mostLevels) throw new Nonsense("levels");
    const result = body();
    level--;
    return result;
  };

  const value = (): Value =>
    nested(() => {
      const token = tokens[at++];
      if (token === undefined) throw new Nonsense("value");
      if (token === "[") {
        const list: Value[] = [];
        while (!eat("]")) list.push(value());
        return list;
      }
      if (token === "{") {
        while (!eat("}")) {
          name();
          mustEat(":");
          value();
        }
        return undefined;
      }
      if (token.startsWith("$")) return { variable: token.slice(1) };
      return /^-?\d/u.test(token) ? Number(token) : undefined;
    });
  const args = (): Map<string, Value> => {
    const found = new Map<string, Value>();
    if (!eat("(")) return found;
    while (!eat(")")) {
      const argument = name();
      mustEat(":");
      found.set(argument, value());
    }
    return found;
  };
  const directives = (): void => {
    while (eat("@")) {
      name();
      args();
    }
  };
  const type = (): void =>
    nested(() => {
      if (eat("[")) {
        type();
        mustEat("]");
      } else name();
      eat("!");
    });
  const defaults = (): Arguments => {
    const found = new Map<string, Value>();
    if (!eat("(")) return found;
    while (!eat(")")) {
      const variable = tokens[at++] ?? "";
      if (!variable.startsWith("$")) throw new Nonsense(variable);
      mustEat(":");
      type();
      if (eat("=")) found.set(variable.slice(1), value());
      directives();
    }
    return found;
  };
  const selections = (): Selection[] =>
    nested(() => {
      const found: Selection[] = [];
      mustEat("{");
      while (!eat("}")) found.push(...selection());
      return found;
    });
  const selection = (): readonly Selection[] => {
    if (eat("...")) {
      if (tokens[at] !== "on" && /^[A-Za-z_]/u.test(tokens[at] ?? "")) {
        const spread = name();
        directives();
        return [{ spread }];
      }
      if (eat("on")) name();
      directives();
      return selections();
    }
    let field = name();
    if (eat(":")) field = name();
    const given = args();
    directives();
    return [{ name: field, args: given, selections: tokens[at] === "{" ? selections() : [] }];
  };

  const operations: Operation[] = [];
  const fragments = new Map<string, readonly Selection[]>();
  while (at < tokens.length) {
    if (tokens[at] === "{") {
      operations.push({ name: undefined, defaults: new Map(), selections: selections() });
      continue;
    }
    const kind = name();
    if (kind === "fragment") {
      const fragment = name();
      mustEat("on");
      name();
      directives();
      fragments.set(fragment, selections());
    } else if (kind === "query" || kind === "mutation" || kind === "subscription") {
      const own = /^[A-Za-z_]/u.test(tokens[at] ?? "") ? name() : undefined;
      const given = defaults();
      directives();
      operations.push({ name: own, defaults: given, selections: selections() });
    } else throw new Nonsense(kind);
  }
  return { operations, fragments };
}
