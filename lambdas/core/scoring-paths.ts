/** Every path of the scoring service with its one method. Gateways make their routes of this. */
export const SCORING_PATHS = {
  '/score': 'POST',
  '/health': 'GET',
  '/ready': 'GET',
  // Aliases: Cloud Run keeps every path that ends in z for itself (cloud.google.com/run/docs/issues).
  '/healthz': 'GET',
  '/readyz': 'GET',
  '/model': 'GET',
  '/openapi.json': 'GET',
} as const satisfies Readonly<Record<string, 'GET' | 'POST'>>;

export type ScoringPath = keyof typeof SCORING_PATHS;

/** The methods that a path of this one answers to: HEAD wherever GET is. */
export function methodsOf(method: (typeof SCORING_PATHS)[ScoringPath]): readonly ('GET' | 'HEAD' | 'POST')[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method];
}
