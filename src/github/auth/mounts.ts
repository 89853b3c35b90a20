/**
 * @module Which mount a file lies on, as Linux tells it.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
 */
export interface Mount {
  /** Where it is mounted. */
  readonly point: string;
  readonly isReadOnly: boolean;
}

/**
 * @param mountinfo what `/proc/self/mountinfo` says
 * @param realPath absolute, without links
 * @returns `undefined` where nothing is known of it
 */
export function mountOf(mountinfo: string, realPath: string): Mount | undefined {
  let found: Mount | undefined;
  for (const line of mountinfo.split("\n")) {
    const [fields = "", behind = ""] = line.split(" - ", 2);
    const [, , , , escaped, options] = fields.split(" ");
    if (escaped === undefined || options === undefined) continue;
    const point = unescaped(escaped);
    // The longest counts; of two at one place the later one, which hides the other.
    if (!isWithin(realPath, point) || (found !== undefined && found.point.length > point.length)) continue;
    const ofFileSystem = behind.split(" ")[2] ?? "";
    found = { point, isReadOnly: [options, ofFileSystem].some((list) => list.split(",").includes("ro")) };
  }
  return found;
}

function isWithin(path: string, folder: string): boolean {
  return folder === "/" || path === folder || path.startsWith(`${folder}/`);
}

/** Spaces, tabs, line breaks and back-slashes are written as octal numbers. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/gu, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
