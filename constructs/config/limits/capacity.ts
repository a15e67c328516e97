/** Rows that are more than the functions of a model can hold or work through in their time. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Environment } from '../schema.ts';
import { LAMBDA_TIMEOUT_SEC as FUNCTION_TIMEOUT_SEC } from './aws-lambda.ts';
import { type Machine, machineOf } from './capacity-machine.ts';
import { problem } from './problem.ts';
import {
  type Growth,
  growthOf,
  HEADROOM,
  type MEMORY_MODELS,
  memoryMb,
  mostRows,
  mostRowsInTime,
  rowsPerDay,
  trainingRows,
} from './volume.ts';

/**
 * Rows that one function can export in its 15 minutes. The rate is a quarter of the 790,000 rows a second that the export
 * reached as deployed (`npm run bench -- export`, one core). An export may use two thirds of the time.
 */
const EXPORT_ROWS_PER_SEC = 200_000;
const EXPORT_SEC = 600;

/** A window that grows is refused when its rows are too many so soon. */
const SOONEST_DAYS = 30;
/** Nothing is reported that lies further ahead. */
const FURTHEST_DAYS = 3_650;
/** Memory is asked for in steps of this, for messages. */
const STEP_MB = 256;

/** The end of a fix. */
const LARGER = '; tier large is for more, and no target runs it yet';

/** Everything that is refused. */
export function capacityProblems(blueprint: Blueprint, environment: Environment): Problem[] {
  const machine = machineOf(blueprint, environment);
  if (machine === undefined) return [];
  const ofRun = runProblems(blueprint, machine);
  return [
    ...exportProblems(blueprint, machine),
    ...(ofRun.length > 0 ? ofRun : windowProblems(blueprint, machine)),
  ];
}

/** A training that reads more rows each day, and more than fit one day. */
export function capacityWarnings(blueprint: Blueprint, environment: Environment): Problem[] {
  const machine = machineOf(blueprint, environment);
  const growth = growthOf(blueprint);
  if (machine === undefined || growth === undefined) return [];
  const days = daysLeft(blueprint, machine.functionMb);
  return days < SOONEST_DAYS || days > FURTHEST_DAYS ? [] : [outgrown(blueprint, machine, days, growth)];
}

function exportProblems({ source }: Blueprint, { codes }: Machine): Problem[] {
  const problems: Problem[] = [];
  const most = EXPORT_ROWS_PER_SEC * EXPORT_SEC;
  if (source.expectedRows > most)
    problems.push(
      problem(
        codes.exportTooLong,
        'source.expectedRows',
        'is more than one function exports in its 15 minutes',
        {
          got: `${source.expectedRows}`,
          allowed: `at most ${most}`,
          fix: 'export more often, or select fewer rows',
        },
      ),
    );
  if (source.timeoutSec >= FUNCTION_TIMEOUT_SEC)
    problems.push(
      problem(codes.queryTimeout, 'source.timeoutSec', 'must leave the function time to write what it read', {
        got: `${source.timeoutSec}`,
        allowed: `less than ${FUNCTION_TIMEOUT_SEC}`,
      }),
    );
  return problems;
}

/** The rows of one run: `prepare` holds them, and a training reads no fewer. */
function runProblems({ source, features }: Blueprint, machine: Machine): Problem[] {
  const { codes, functionMb } = machine;
  const { length } = features.fields;
  const kinds = ['run', 'window'] as const;
  const most = Math.min(...kinds.map((kind) => mostRows(kind, length, functionMb)));
  if (source.expectedRows <= most) return [];
  return [
    problem(codes.tooLarge, 'source.expectedRows', 'is more than one function holds in its memory', {
      got: `${source.expectedRows} rows of ${length} features`,
      allowed: `at most ${most} with cloud.trainingMemoryMb ${functionMb}`,
      fix: `${memoryFix(machine, kinds, source.expectedRows, length)}export more often, or select fewer rows or features${LARGER}`,
    }),
  ];
}

/** The rows that one training reads, if its window bounds them; else those of its first thirty days. */
function windowProblems(blueprint: Blueprint, machine: Machine): Problem[] {
  const { codes, functionMb } = machine;
  const { source, features, training } = blueprint;
  const growth = growthOf(blueprint);
  if (growth !== undefined) {
    const days = daysLeft(blueprint, functionMb);
    return days < SOONEST_DAYS ? [outgrown(blueprint, machine, days, growth)] : [];
  }
  const rows = trainingRows(blueprint, Number.POSITIVE_INFINITY);
  const { length } = features.fields;
  const got = `${rows} rows of ${length} features: runs of ${source.expectedRows} rows by source.schedule '${source.schedule}'`;
  const perDay = rowsPerDay(blueprint);
  const fitting = (most: number) =>
    most >= perDay ? `give it at most ${Math.floor(most / perDay)} days, or ` : '';
  const inMemory = mostRows('window', length, functionMb);
  const inTime = mostRowsInTime(blueprint);
  const problems: Problem[] = [];
  if (rows > inMemory)
    problems.push(
      problem(codes.tooLarge, 'training.window', 'has more rows than one function trains on in its memory', {
        got,
        allowed: `at most ${inMemory} rows with cloud.trainingMemoryMb ${functionMb}`,
        fix: `${memoryFix(machine, ['window'], rows, length)}${fitting(inMemory)}select fewer rows or features${LARGER}`,
      }),
    );
  if (rows > inTime)
    problems.push(
      problem(
        codes.tooLong,
        'training.window',
        `has more rows than one function trains on in ${FUNCTION_TIMEOUT_SEC} s`,
        {
          got: `${got}, ${training.parameters.rounds} rounds${training.search ? `, ${training.search.trials} trials` : ''}`,
          allowed: `at most ${inTime} rows`,
          fix: `${fitting(inTime)}select fewer rows or features, or grow fewer trees${LARGER}`,
        },
      ),
    );
  return problems;
}

/** Days until a training reads more rows than fit into memory or time; 0 when those of one run are too many. */
function daysLeft(blueprint: Blueprint, functionMb: number): number {
  const most = mostTrainingRows(blueprint, functionMb);
  if (blueprint.source.expectedRows > most) return 0;
  return Math.floor(most / rowsPerDay(blueprint));
}

const mostTrainingRows = (blueprint: Blueprint, functionMb: number): number =>
  Math.min(mostRows('window', blueprint.features.fields.length, functionMb), mostRowsInTime(blueprint));

function outgrown(
  blueprint: Blueprint,
  { codes, functionMb, largestMb }: Machine,
  days: number,
  { because, fix }: Growth,
): Problem {
  const { source, features } = blueprint;
  const { length } = features.fields;
  const most = mostTrainingRows(blueprint, functionMb);
  const larger = daysLeft(blueprint, largestMb);
  return problem(
    codes.outgrows,
    'training.window',
    `a training reads every row since the first, because ${because}, and after ${days === 1 ? '1 day' : `${days} days`} these are more than one function can train on`,
    {
      got: `runs of ${source.expectedRows} rows of ${length} features by source.schedule '${source.schedule}'`,
      allowed: `at most ${most} rows with cloud.trainingMemoryMb ${functionMb}; no sooner than in ${SOONEST_DAYS} days`,
      fix: `${fix}${
        larger > days && larger >= SOONEST_DAYS
          ? `, or raise cloud.trainingMemoryMb: ${largestMb} is enough for ${larger} days`
          : LARGER
      }`,
    },
  );
}

/** The setting that is enough for so many rows, as the start of a fix; empty when none is. */
function memoryFix(
  { largestMb }: Machine,
  kinds: readonly (keyof typeof MEMORY_MODELS)[],
  rows: number,
  features: number,
): string {
  const peakMb = Math.max(...kinds.map((kind) => memoryMb(kind, rows, features)));
  const needed = Math.ceil((peakMb * (1 + HEADROOM)) / STEP_MB) * STEP_MB;
  return needed <= largestMb ? `set cloud.trainingMemoryMb to ${needed}, or ` : '';
}
