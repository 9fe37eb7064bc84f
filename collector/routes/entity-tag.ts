// Whether a reader has the answer already: If-None-Match against the answer's own tag. Does not make tags.

/** RFC 9110, 13.1.2: a list of tags, or any; a proxy may have made ours a weak one. */
export function namesTag(header: string | undefined, tag: string): boolean {
  return (header ?? '').split(',').some((item) => {
    const named = item.trim().replace(/^W\//, '');
    return named === tag || named === '*';
  });
}
