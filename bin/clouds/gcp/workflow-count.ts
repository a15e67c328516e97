/** Steps of a Cloud Workflows definition that a run without a failure makes, as its price counts them. */

import { at } from '../value-at.ts';

/**
 * Steps of a run, those inside others too (cloud.google.com/workflows/pricing).
 *
 * @param source - `source_contents` of a template: JSON, with `${` escaped for Terraform.
 * @param input - Argument of the execution.
 */
export function stepsOfRun(source: unknown, input: unknown): number {
  const definition: unknown = JSON.parse(String(source).replaceAll('$${', '${'));
  const onlyData = at(input, 'data') === true;
  const count = (steps: unknown): number =>
    [steps].flat().reduce((sum: number, named) => {
      const [step] = Object.values(named as Readonly<Record<string, unknown>>); // a step by its name
      const chosen = [at(step, 'switch') ?? []]
        .flat()
        .find((one) => isChosen(at(one, 'condition'), onlyData));
      return sum + 1 + count(at(step, 'try', 'steps') ?? []) + count(at(chosen, 'steps') ?? []);
    }, 0);
  return count(at(definition, 'main', 'steps') ?? []);
}

/** Conditions that `constructs/gcp` compiles: of a run of new data, and of the form of an argument. */
const isChosen = (condition: unknown, onlyData: boolean): boolean =>
  String(condition).includes('.data != true') ? !onlyData : condition !== false;
