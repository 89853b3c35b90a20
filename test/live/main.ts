/**
 * @module `npm run test:live`: ends with 0 when the story went well, and when there is nobody to tell it to.
 */
import { inspect } from "node:util";
import { createAndDelete } from "./create-and-delete.ts";

try {
  await createAndDelete({ env: process.env, write: (line) => console.error(line) });
} catch (error) {
  console.error(inspect(error, { depth: 10 }));
  process.exitCode = 1;
}
