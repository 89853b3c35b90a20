#!/usr/bin/env node
// Starts gh-store's command line, as hubstead carries it out.
"use strict";

require("./hubstead.cjs")("startGhStore");
