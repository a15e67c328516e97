/** The project's names of functions and runs, found in CloudFormation. */

import { FUNCTIONS, type FunctionName } from '../../../../lambdas/functions.ts';
import { at, type Located, resourcesOf, type Stacks, targetsOf } from '../../../support/template.ts';
import type { RunName, Startable } from '../reader.ts';

/** The function behind a resource or an alias of it, by its handler: `score.handler`. */
export function functionNameOf(
  known: ReadonlyMap<string, Located>,
  id: string | undefined,
): FunctionName | undefined {
  const found = known.get(id ?? '');
  if (found?.type === 'AWS::Lambda::Alias')
    return functionNameOf(known, `${found.stack}/${at(found.properties, 'FunctionName', 'Ref')}`);
  const name = String(found?.properties.Handler).replace(/\.handler$/, '');
  return name in FUNCTIONS ? (name as FunctionName) : undefined; // a key of the table
}

/** The run of a state machine, by the construct that every composition makes it in. */
export function runNameOf(id: string | undefined): RunName | undefined {
  if (id?.includes('/TrainingPipeline')) return 'training';
  return id?.includes('/DriftMonitor') ? 'monitoring' : undefined;
}

/** The function or workflow that a value points at. */
export function startableOf(stacks: Stacks, stack: string, value: unknown): Startable | undefined {
  const known = new Map(resourcesOf(stacks).map((one) => [one.id, one]));
  const [target] = targetsOf(stacks, stack, value);
  return known.get(target ?? '')?.type === 'AWS::StepFunctions::StateMachine'
    ? runNameOf(target)
    : functionNameOf(known, target);
}

/** The one resource of a type that a value points at, or undefined. */
export function pointedAt(stacks: Stacks, stack: string, value: unknown, type: string): string | undefined {
  const [target] = targetsOf(stacks, stack, value);
  return resourcesOf(stacks, type).find(({ id }) => id === target)?.id;
}
