// Where a search across runs looks. Apart from the wire's schemas, so that the viewer needs none of them.

export const searchSources = ['span', 'terminal', 'change', 'score', 'log'] as const;
export type SearchSource = (typeof searchSources)[number];
