// Configuration files as people write them for agents: JSON with comments, addresses of providers, names of
// them. Pure; a file that cannot be read as such says nothing.

/** JSON with comments and commas too many, as these agents allow it, as JSON. */
export function withoutComments(text: string): string {
  return text
    .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '$1')
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, '$1');
}

export function isHttp(url: string): boolean {
  return /^https?:\/\//.test(url) && URL.canParse(url);
}

/** A provider's name as one segment of a path. */
export function pathSegment(id: string): string {
  return encodeURIComponent(id.replaceAll('/', '-'));
}
