import { sample as whole } from '../../../blueprints/bank-marketing/generate.ts';
import type { SampleData } from '../../../blueprints/index.ts';

/** Three windows: a first version, and a careless one that is rolled back in the second. */
const MONTHS = 9;

export const sample: SampleData = {
  ...whole,
  rows: (options) => whole.rows({ ...options, months: MONTHS }),
};
