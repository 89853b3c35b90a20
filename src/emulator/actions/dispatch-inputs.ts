/**
 * @module The inputs of a `workflow_dispatch`, held against what the workflow declares. Pure.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs
 */
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { Refusal } from "../http/refusal.ts";

const mostInputs = 25;
const mostPayloadLength = 65_535;

/**
 * @param trigger of the workflow file @param given as they were sent
 * @returns all inputs, with their defaults
 * @throws {Refusal} 422
 */
export function readInputs(trigger: JsonObject, given: JsonObject): Readonly<Record<string, unknown>> {
  const declared = isJsonObject(trigger["inputs"]) ? trigger["inputs"] : {};
  if (Object.keys(given).length > mostInputs) {
    throw new Refusal(
      422,
      `Invalid request.\n\nNo more than ${mostInputs} properties are allowed; ${Object.keys(given).length} were supplied.`,
    );
  }
  if (JSON.stringify(given).length > mostPayloadLength) throw new Refusal(422, "inputs are too large.");
  const unexpected = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  if (unexpected.length > 0)
    throw new Refusal(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  return Object.fromEntries(
    Object.entries(declared).map(([name, input]) => [
      name,
      readInput(name, isJsonObject(input) ? input : {}, Object.hasOwn(given, name) ? given[name] : undefined),
    ]),
  );
}

function readInput(name: string, input: JsonObject, given: Json | undefined): unknown {
  const { type = "string", required = false, default: fallback, options } = input;
  if (given === undefined || given === "") {
    if (fallback !== undefined) return fallback;
    if (required === true) throw new Refusal(422, `Required input '${name}' not provided`);
    return type === "boolean" ? false : "";
  }
  const text = typeof given === "object" ? JSON.stringify(given) : String(given);
  switch (type) {
    case "choice":
      if (Array.isArray(options) && options.map(String).includes(text)) return text;
      throw new Refusal(
        422,
        `Provided value '${text}' for input '${name}' not in the list of allowed values`,
      );
    case "boolean":
      if (text === "true" || text === "false") return text === "true";
      throw new Refusal(422, `Provided value '${text}' for input '${name}' is not a valid boolean`);
    case "number":
      if (text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
      throw new Refusal(422, `Provided value '${text}' for input '${name}' is not a valid number`);
    default:
      return text;
  }
}
