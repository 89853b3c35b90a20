import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createEmulatorClock } from "../clock.ts";
import { createUrls } from "../shapes/urls.ts";
import { createWorld } from "../world/world.ts";
import { createCourier } from "./courier.ts";

/** A webhook on this machine, by whatever name, that answers 200, and a courier that tells it. */
async function start(host: string, allowHosts: readonly string[] = [], noted = () => {}) {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const clock = createEmulatorClock();
  const { world } = createWorld({ now: clock.now, memoryMs: () => 0, changed: () => undefined });
  const { port } = server.address() as AddressInfo;
  world.hooks.put({
    id: 1,
    owner: "repository/1",
    url: `http://${host}:${port}/`,
    contentType: "json",
    secret: null,
    events: ["push"],
    isActive: true,
    createdAt: 0,
    updatedAt: 0,
  });
  const courier = createCourier({ world, clock, seed: 1, allowHosts, noted });
  onTestFinished(async () => {
    await courier.close();
    server.close();
    server.closeAllConnections();
  });
  return {
    async tell(text: string): Promise<readonly string[]> {
      courier.send({
        event: "push",
        repositoryId: 1,
        senderId: 1,
        principal: { kind: "anonymous", address: "127.0.0.1" },
        urls: createUrls("http://localhost", ""),
        payload: { text },
      });
      await courier.settled();
      return world.deliveries.all().map(({ status }) => status);
    },
  };
}

test("a payload above 25 MB is not sent at all", async () => {
  const { tell } = await start("127.0.0.1");
  expect(await tell("x".repeat(26_214_400))).toEqual([]);
  expect(await tell("x".repeat(1_000_000))).toEqual(["OK"]);
});

test("another host than this machine is called only where it is allowed", async () => {
  expect(await (await start("0.0.0.0")).tell("x")).toEqual(["failed to connect to host"]);
  expect(await (await start("0.0.0.0", ["0.0.0.0"])).tell("x")).toEqual(["OK"]);
});

test("a delivery whose noting fails says so to who waits, and keeps no other one back", async () => {
  const failing = [new Error("no space")];
  const { tell } = await start("127.0.0.1", [], () => {
    const error = failing.pop();
    if (error !== undefined) throw error;
  });
  await expect(tell("x")).rejects.toThrow("no space");
  expect(await tell("x")).toEqual(["OK", "OK"]);
});
