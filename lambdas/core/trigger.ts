/**
 * Why a run was started: nothing was there yet, its schedule, a person, what the monitor found, or rows that came.
 */
export type Trigger = 'first' | 'schedule' | 'demand' | 'drift' | 'performance' | 'new-data';
