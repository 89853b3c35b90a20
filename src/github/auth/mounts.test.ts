import { expect, test } from "vitest";
import { mountOf } from "./mounts.ts";

const mountinfo = `643 612 0:62 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a
650 643 0:65 / /proc rw,nosuid,nodev - proc proc rw
700 643 8:1 /srv/keys /app/keys ro,relatime - ext4 /dev/sda1 rw
701 643 8:1 /srv/more /app/keys\\040and\\011more\\134 rw - ext4 /dev/sda1 rw
702 643 0:80 / /run/secrets rw,relatime - tmpfs tmpfs ro
703 643 8:2 / /home rw,relatime shared:2 - ext4 /dev/sdb1 rw
704 703 8:3 / /home/me/first rw - ext4 /dev/sdb2 rw
705 703 8:4 / /home/me/first ro - ext4 /dev/sdb3 rw
garbage

`;

test("a file lies on the nearest mount above it", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["/etc/passwd", "/", false],
    ["/app/keys/github_app.pem", "/app/keys", true],
    ["/app/keys", "/app/keys", true],
    ["/app/keys2/x", "/", false],
    ["/app/keys and\tmore\\/x", "/app/keys and\tmore\\", false],
    ["/run/secrets/key", "/run/secrets", true],
    ["/home/me/key", "/home", false],
    ["/home/me/first/key", "/home/me/first", true],
  ];
  for (const [path, point, isReadOnly] of cases)
    expect(mountOf(mountinfo, path), path).toEqual({ point, isReadOnly });
});

test("where nothing is known of mounts, nothing is said", () => {
  expect(mountOf("", "/etc/passwd")).toBeUndefined();
});
