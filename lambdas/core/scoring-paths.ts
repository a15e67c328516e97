/** Every path of the scoring service with its one method. Gateways make their routes of this. */
export const SCORING_PATHS = {
  '/score': 'POST',
  '/healthz': 'GET',
  '/readyz': 'GET',
  '/model': 'GET',
  '/openapi.json': 'GET',
} as const satisfies Readonly<Record<string, 'GET' | 'POST'>>;

export type ScoringPath = keyof typeof SCORING_PATHS;
