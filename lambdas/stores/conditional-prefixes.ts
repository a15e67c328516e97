/**
 * Folders and keys that take conditional writes only: of two writers at once, one would otherwise lose its update in
 * silence. A cloud enforces it where its object store can. Data alone, so that constructs read it too.
 */
export const CONDITIONAL_PREFIXES = ['release/state.json', 'models/', 'locks/', 'approvals/'] as const;
