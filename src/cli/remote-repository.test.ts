import { expect, test } from "vitest";
import { parseRemote } from "./remote-repository.ts";

test.each([
  ["https://github.com/ada/data", "github.com"],
  ["https://github.com/ada/data.git", "github.com"],
  ["https://github.com/ada/data/", "github.com"],
  ["https://x-access-token:secret@github.com/ada/data.git", "github.com"],
  ["https://GitHub.com/ada/data", "github.com"],
  ["https://www.github.com/ada/data", "github.com"],
  ["git@github.com:ada/data.git", "github.com"],
  ["github.com:ada/data", "github.com"],
  ["org-123@github.com:ada/data.git", "github.com"],
  ["ssh://git@github.com/ada/data.git", "github.com"],
  ["ssh://git@ssh.github.com:443/ada/data.git", "github.com"],
  ["git://github.com/ada/data.git", "github.com"],
  ["git+ssh://git@github.com/ada/data.git", "github.com"],
  ["https://git.acme.example/ada/data.git", "git.acme.example"],
  ["git@git.acme.example:ada/data.git", "git.acme.example"],
  ["ssh://git@git.acme.example:2222/ada/data", "git.acme.example"],
  ["https://git.acme.example:8443/ada/data", "git.acme.example:8443"],
  ["http://127.0.0.1:4010/ada/data.git", "127.0.0.1:4010"],
  ["https://acme.ghe.com/ada/data", "acme.ghe.com"],
])("%s is ada/data on %s", (address, host) => {
  expect(parseRemote(address)).toEqual({ host, owner: "ada", name: "data" });
});

test.each([
  "",
  "/srv/git/data.git",
  "../data",
  "./ada/data",
  "C:\\git\\data",
  "C:/ada/data",
  "file:///srv/git/data.git",
  "https://github.com/ada",
  "https://github.com/ada/data/more",
  "https://github.com/ada/..",
  "https://github.com/a b/data",
  "git@github.com:data",
  "ext::sh -c touch",
  "--upload-pack=x",
])("%j names no repository on a server", (address) => {
  expect(parseRemote(address)).toBeUndefined();
});
