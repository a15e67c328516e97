/** Every error code of this project, with its meaning and its fix. Only the command line and the docs load the texts. */

import { AZURE } from './azure.ts';
import { BLUEPRINT } from './blueprint.ts';
import { BLUEPRINT_CHECKS } from './blueprint-checks.ts';
import { CLOUD } from './cloud.ts';
import { COMMAND_LINE } from './command-line.ts';
import { CONSTRUCT } from './construct.ts';
import { CSV } from './csv.ts';
import { DOCTOR } from './doctor.ts';
import { ENVIRONMENT } from './environment.ts';
import { FEATURES } from './features.ts';
import { GCP } from './gcp.ts';
import { MODELS } from './models.ts';
import { REGISTRY } from './registry.ts';
import { SAMPLE } from './sample.ts';
import { SERVING } from './serving.ts';
import { SOURCE } from './source.ts';
import { STORES } from './stores.ts';
import { TRAINING } from './training.ts';

/** By code. A code is never renamed: users search for it. */
export const ERROR_CODES = {
  ...BLUEPRINT,
  ...BLUEPRINT_CHECKS,
  ...ENVIRONMENT,
  ...GCP,
  ...AZURE,
  ...COMMAND_LINE,
  ...DOCTOR,
  ...CSV,
  ...SAMPLE,
  ...SOURCE,
  ...FEATURES,
  ...TRAINING,
  ...MODELS,
  ...REGISTRY,
  ...STORES,
  ...CLOUD,
  ...CONSTRUCT,
  ...SERVING,
};

/** A code of the table; any other text does not compile. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The first half of a code: `csv` in `csv/nul`. */
export type ErrorArea<Code extends ErrorCode = ErrorCode> = Code extends `${infer Area}/${string}`
  ? Area
  : never;

/** The second halves of an area's codes: `nul` of `csv`. */
export type Within<
  Area extends ErrorArea,
  Code extends ErrorCode = ErrorCode,
> = Code extends `${Area}/${infer What}` ? What : never;

/** An area with its codes. */
export interface AreaOfCodes {
  readonly area: string;
  readonly codes: readonly ErrorCode[];
}

/** All codes by area, both in alphabetical order. */
export function errorAreas(): readonly AreaOfCodes[] {
  const codes = (Object.keys(ERROR_CODES) as ErrorCode[]).sort(); // the keys of a literal are its type
  const areas = [...new Set(codes.map(areaOf))].sort();
  return areas.map((area) => ({ area, codes: codes.filter((code) => areaOf(code) === area) }));
}

const areaOf = (code: string): string => code.slice(0, code.indexOf('/'));
