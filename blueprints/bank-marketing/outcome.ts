/**
 * How the call ends: a logistic model whose directions are those of the published data (students, retired people
 * and clients who said yes before say yes more often; housing and personal loans, and many calls, speak against),
 * with effects of our own choosing.
 */

import { exp } from '../../lambdas/core/numeric/math.ts';
import type { Client } from './population.ts';

/** Effects on the log-odds. */
export interface Effects {
  readonly intercept: number;
  readonly job: Readonly<Record<string, number>>;
  readonly education: Readonly<Record<string, number>>;
  readonly contact: Readonly<Record<string, number>>;
  readonly poutcome: Readonly<Record<string, number>>;
  readonly married: number;
  readonly housing: number;
  readonly loan: number;
  readonly inDefault: number;
  /** Balance below 0, and above 1,500. */
  readonly overdrawn: number;
  readonly saver: number;
  /** Younger than 30, and 60 or older. */
  readonly young: number;
  readonly old: number;
  /** Per call after the first, up to seven. */
  readonly call: number;
}

/** Before the crisis reached the savers: few say yes. */
export const EARLY: Effects = {
  intercept: -1.95,
  job: {
    student: 0.9,
    retired: 0.7,
    'blue-collar': -0.5,
    services: -0.35,
    unemployed: 0.3,
    entrepreneur: -0.4,
  },
  education: { tertiary: 0.35, primary: -0.4 },
  contact: { cellular: 0.55, telephone: 0.35, unknown: -0.55 },
  poutcome: { success: 2.3, other: 0.3 },
  married: -0.3,
  housing: -0.95,
  loan: -0.65,
  inDefault: -0.6,
  overdrawn: -0.7,
  saver: 0.45,
  young: 0.35,
  old: 0.8,
  call: -0.16,
};

/** Afterwards: saving is attractive, people with money and a home say yes, and how they are reached says little. */
export const LATE: Effects = {
  intercept: -1.65,
  job: { student: -0.5, retired: 0.3, management: 0.5, technician: 0.35, 'blue-collar': 0.3, services: -0.6 },
  education: { tertiary: -0.3, primary: 0.45 },
  contact: { cellular: 0.1, telephone: -0.3, unknown: -0.2 },
  poutcome: { success: 1.9, failure: -0.5 },
  married: 0.5,
  housing: 0.55,
  loan: -0.4,
  inDefault: -0.8,
  overdrawn: -1.1,
  saver: 1.3,
  young: -0.8,
  old: 0.4,
  call: -0.1,
};

const MOST_CALLS = 7;

/** The probability that this client contracts. */
export function contractProbability(client: Client, effects: Effects): number {
  const { age, balance } = client;
  const logOdds =
    effects.intercept +
    (effects.job[client.job] ?? 0) +
    (effects.education[client.education] ?? 0) +
    (effects.contact[client.contact] ?? 0) +
    (effects.poutcome[client.poutcome] ?? 0) +
    (client.marital === 'married' ? effects.married : 0) +
    (client.housing ? effects.housing : 0) +
    (client.loan ? effects.loan : 0) +
    (client.inDefault ? effects.inDefault : 0) +
    (balance < 0 ? effects.overdrawn : balance > 1500 ? effects.saver : 0) +
    (age < 30 ? effects.young : age >= 60 ? effects.old : 0) +
    effects.call * Math.min(client.campaign - 1, MOST_CALLS);
  return 1 / (1 + exp(-logOdds));
}
