// A collector's address as people write it: with or without a slash at its end. Does not judge whether it is one. Pure.

/** To put paths behind: without slashes at its end. */
export function trimEndpoint(endpoint: string): string {
  return endpoint.replace(/\/+$/, '');
}
