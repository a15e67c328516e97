/**
 * Why a run was started: nothing was there yet, its schedule, a person, what the monitor found, rows that came, or a
 * version of another environment.
 */
export type Trigger = 'first' | 'schedule' | 'demand' | 'drift' | 'performance' | 'new-data' | 'import';
