/**
 * Who is called: marginal and conditional shares of the UCI Bank Marketing data (Moro, Rita, Cortez,
 * DOI 10.24432/C5K306, CC BY 4.0; bank-full, 45,211 rows), rounded. No row of it is copied.
 */

import type { Random } from '../../lambdas/core/numeric/random.ts';

/** Values with their weights, which need not add up to 1. */
type Weights = readonly (readonly [string, number])[];

const JOBS: Weights = [
  ['blue-collar', 0.2153],
  ['management', 0.2092],
  ['technician', 0.168],
  ['admin.', 0.1144],
  ['services', 0.0919],
  ['retired', 0.0501],
  ['self-employed', 0.0349],
  ['entrepreneur', 0.0329],
  ['unemployed', 0.0288],
  ['housemaid', 0.0274],
  ['student', 0.0207],
  ['unknown', 0.0064],
];

/** Shares of primary, secondary, tertiary and unknown education per job. */
const EDUCATION: Readonly<Record<string, readonly [number, number, number, number]>> = {
  'admin.': [0.04, 0.816, 0.111, 0.033],
  'blue-collar': [0.386, 0.552, 0.015, 0.047],
  entrepreneur: [0.123, 0.364, 0.461, 0.052],
  housemaid: [0.506, 0.319, 0.14, 0.035],
  management: [0.031, 0.119, 0.825, 0.025],
  retired: [0.351, 0.435, 0.162, 0.052],
  'self-employed': [0.082, 0.365, 0.528, 0.025],
  services: [0.083, 0.832, 0.049, 0.036],
  student: [0.047, 0.542, 0.238, 0.173],
  technician: [0.021, 0.688, 0.259, 0.032],
  unemployed: [0.197, 0.559, 0.222, 0.022],
  unknown: [0.177, 0.247, 0.135, 0.441],
};

/** Shares of divorced, married and single per job. */
const MARITAL: Readonly<Record<string, readonly [number, number, number]>> = {
  'admin.': [0.145, 0.521, 0.334],
  'blue-collar': [0.077, 0.716, 0.207],
  entrepreneur: [0.12, 0.72, 0.16],
  housemaid: [0.148, 0.735, 0.117],
  management: [0.117, 0.571, 0.312],
  retired: [0.188, 0.765, 0.047],
  'self-employed': [0.089, 0.629, 0.282],
  services: [0.132, 0.579, 0.289],
  student: [0.006, 0.058, 0.936],
  technician: [0.122, 0.533, 0.345],
  unemployed: [0.131, 0.561, 0.308],
  unknown: [0.059, 0.705, 0.236],
};

/** Points of a quantile function: probability and value, both ascending. */
export type Quantiles = readonly (readonly [number, number])[];

const AGE: Quantiles = [
  [0, 20],
  [0.05, 27],
  [0.25, 33],
  [0.5, 38.5],
  [0.75, 47],
  [0.95, 56.5],
  [0.974, 59],
  [1, 69],
];
const AGE_OF_STUDENTS: Quantiles = [
  [0, 18],
  [0.05, 19.5],
  [0.25, 23],
  [0.5, 26],
  [0.75, 29],
  [0.95, 36],
  [1, 48],
];
const AGE_OF_RETIRED: Quantiles = [
  [0, 24],
  [0.05, 48],
  [0.25, 56],
  [0.5, 59],
  [0.75, 67],
  [0.95, 79],
  [1, 95],
];

/** Yearly average balance in euros; 8 % are exactly 0. */
const BALANCE: Quantiles = [
  [0, -3000],
  [0.01, -627],
  [0.05, -172],
  [0.09, -0.5],
  [0.168, 0.5],
  [0.25, 72],
  [0.5, 448],
  [0.75, 1428],
  [0.9, 3574],
  [0.95, 5768],
  [0.99, 13_165],
  [0.999, 32_893],
  [1, 102_127],
];

/** Contacts of this campaign, this one included. */
const CAMPAIGN: Quantiles = [
  [0, 1],
  [0.388, 2],
  [0.665, 3],
  [0.787, 4],
  [0.865, 5],
  [0.904, 6],
  [0.933, 7],
  [0.949, 8],
  [0.98, 14],
  [0.997, 30],
  [1, 64],
];

/** Contacts before this campaign, of those who had any. */
const PREVIOUS: Quantiles = [
  [0, 1],
  [0.336, 2],
  [0.591, 3],
  [0.729, 4],
  [0.815, 5],
  [0.93, 9],
  [0.99, 21],
  [1, 60],
];

/** Facts that the bank has about a client before it calls. */
export interface Client {
  readonly age: number;
  readonly job: string;
  readonly marital: string;
  readonly education: string;
  readonly inDefault: boolean;
  readonly balance: number;
  readonly housing: boolean;
  readonly loan: boolean;
  readonly contact: string;
  readonly campaign: number;
  readonly previous: number;
  readonly poutcome: string;
}

/** Differences between two worlds of clients. */
export interface Circumstances {
  readonly contact: Weights;
  /** Outcome of the campaign before; `unknown` means that there was none. */
  readonly poutcome: Weights;
  readonly housing: number;
}

/** One client. Always draws the same number of random values, so that worlds stay comparable row by row. */
export function drawClient(random: Random, { contact, poutcome, housing }: Circumstances): Client {
  const job = pick(random, JOBS);
  const [primary, secondary, tertiary, unschooled] = of(EDUCATION, job);
  const [divorced, married, single] = of(MARITAL, job);
  const ages = job === 'student' ? AGE_OF_STUDENTS : job === 'retired' ? AGE_OF_RETIRED : AGE;
  const before = pick(random, poutcome);
  const contacts = Math.floor(sampleQuantile(PREVIOUS, random.uniform()));
  return {
    age: Math.floor(sampleQuantile(ages, random.uniform())),
    job,
    marital: pick(random, [
      ['divorced', divorced],
      ['married', married],
      ['single', single],
    ]),
    education: pick(random, [
      ['primary', primary],
      ['secondary', secondary],
      ['tertiary', tertiary],
      ['unknown', unschooled],
    ]),
    inDefault: random.uniform() < 0.018,
    balance: Math.round(sampleQuantile(BALANCE, random.uniform())) + 0, // + 0 turns -0 into 0
    housing: random.uniform() < housing,
    loan: random.uniform() < 0.1602,
    contact: pick(random, contact),
    campaign: Math.min(63, Math.floor(sampleQuantile(CAMPAIGN, random.uniform()))),
    previous: before === 'unknown' ? 0 : contacts,
    poutcome: before,
  };
}

/** One of the values, by weight. */
function pick(random: Random, weights: Weights): string {
  const weightAt = (index: number): number => (weights[index] as readonly [string, number])[1]; // index < length
  let left = random.uniform() * weights.reduce((sum, [, weight]) => sum + weight, 0);
  let index = 0;
  while (index < weights.length - 1 && left >= weightAt(index)) {
    left -= weightAt(index);
    index += 1;
  }
  return (weights[index] as readonly [string, number])[0]; // index < length
}

/** Linear between the points. @param p - 0 to 1. */
export function sampleQuantile(points: Quantiles, p: number): number {
  const index = Math.max(
    1,
    points.findIndex(([at]) => at >= p),
  );
  const [p0, low] = points[index - 1] as readonly [number, number]; // index is 1 or more
  const [p1, high] = points[index] as readonly [number, number]; // the last point is at 1, and p is below
  return low + ((high - low) * (p - p0)) / (p1 - p0);
}

function of<T>(table: Readonly<Record<string, T>>, key: string): T {
  return table[key] as T; // every job has a line in every table
}
