/**
 * @module Where things are: links as the API gives them, for github.com's layout and for an Enterprise Server's.
 */
export interface Urls {
  /** A path of the API: `/repos/…`. */
  api(path: string): string;
  /** Where the files of a path of the API are uploaded to. */
  uploads(path: string): string;
  /** A page for people: `/owner/name`. */
  html(path: string): string;
  readonly origin: string;
}

/** @param prefix `/api/v3` for who came by an Enterprise Server's paths, else empty */
export function createUrls(origin: string, prefix: string): Urls {
  const uploadPrefix = prefix === "" ? "" : "/api/uploads";
  return {
    api: (path) => `${origin}${prefix}${path}`,
    uploads: (path) => `${origin}${uploadPrefix}${path}`,
    html: (path) => `${origin}${path}`,
    origin,
  };
}
