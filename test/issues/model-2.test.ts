/**
 * @module One half of the histories that are held against a plain model.
 */
import { testHistories } from "./histories.ts";

testHistories(1);
