#!/usr/bin/env node
// Starts the command line. Plain old JavaScript: a Node that is too old must be able to read it, to say so.
"use strict";

var supported = "^22.22.3 || ^24.15.0 || >=26";

/** Older ones carry an SQLite that can lose commits, or none. */
function isSupported(version) {
  var parts = version.split(".");
  var major = Number(parts[0]);
  var minor = Number(parts[1]);
  var patch = parseInt(parts[2], 10);
  if (major === 22) return minor > 22 || (minor === 22 && patch >= 3);
  if (major === 24) return minor >= 15;
  return major >= 26;
}

/** Node says that its SQLite is experimental: true, known, and no news to whoever types a command. */
function hideSqliteWarning() {
  var emitWarning = process.emitWarning;
  process.emitWarning = function (warning, options) {
    // biome-ignore lint/complexity/useOptionalChain: see the first line
    var type = typeof options === "string" ? options : options && options.type;
    if (type === "ExperimentalWarning" && /SQLite/.test(String(warning))) return;
    // biome-ignore lint/complexity/noArguments: see the first line
    return emitWarning.apply(process, arguments);
  };
}

/** Compiled code is kept in the user's own cache folder; in a shared one others could put theirs. */
function cacheFolder() {
  var env = process.env;
  var home = env.HOME || env.USERPROFILE;
  if (process.platform === "win32") return env.LOCALAPPDATA && env.LOCALAPPDATA + "\\hubstead\\cache";
  if (process.platform === "darwin") return home && home + "/Library/Caches/hubstead";
  return env.XDG_CACHE_HOME ? env.XDG_CACHE_HOME + "/hubstead" : home && home + "/.cache/hubstead";
}

/** @param name which command line: a function of the bundle */
function launch(name) {
  if (!isSupported(process.versions.node)) {
    process.stderr.write(
      "hubstead needs Node " + supported + "; this is Node " + process.versions.node + "\n",
    );
    process.exit(2);
  }
  hideSqliteWarning();
  var folder = cacheFolder();
  try {
    // Answers with a status where the folder cannot be written; the command works without.
    if (folder) require("node:module").enableCompileCache(folder);
  } catch (_) {
    // The same, on a Node that throws.
  }
  require("../dist/cli/start.cjs")[name]();
}

if (require.main === module) launch("start");
module.exports = launch;
