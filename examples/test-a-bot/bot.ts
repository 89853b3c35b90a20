/**
 * @module A bot that labels new issues which speak of a crash.
 */
interface Issue {
  readonly number: number;
  readonly title: string;
  readonly labels: readonly { readonly name: string }[];
}

/** @param apiUrl `https://api.github.com`, an Enterprise Server's `…/api/v3`, or the emulator's URL @returns the numbers of what it labelled */
export async function labelCrashes(apiUrl: string, token: string, repository: string): Promise<number[]> {
  const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" };
  const labelled: number[] = [];
  let next: string | undefined = `${apiUrl}/repos/${repository}/issues?per_page=100`;
  while (next !== undefined) {
    const answer: Response = await fetch(next, { headers });
    if (!answer.ok) throw new Error(`GitHub answered ${answer.status}`);
    for (const { number, title, labels } of (await answer.json()) as Issue[]) {
      if (!/crash/iu.test(title) || labels.some(({ name }) => name === "bug")) continue;
      const url = `${apiUrl}/repos/${repository}/issues/${number}/labels`;
      const added = await fetch(url, { method: "POST", headers, body: JSON.stringify({ labels: ["bug"] }) });
      if (!added.ok) throw new Error(`GitHub answered ${added.status}`);
      labelled.push(number);
    }
    next = /<([^>]+)>; rel="next"/u.exec(answer.headers.get("link") ?? "")?.[1];
  }
  return labelled;
}
