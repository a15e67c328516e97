/**
 * `npm run synth:terraform`, or `cdktf synth`: two stacks per blueprint and environment, as Terraform's JSON below `cdktf.out`.
 * It needs neither the CLI nor Terraform, no credentials and no network.
 */

import { parseArgs } from 'node:util';
import { describeProblem, InvalidInput } from '../../lambdas/core/errors.ts';
import { addStacks, createApp } from './stacks.ts';

try {
  const { values } = parseArgs({
    options: { env: { type: 'string' }, blueprint: { type: 'string' }, suffix: { type: 'string' } },
  });
  const app = createApp(process.env.CDKTF_OUTDIR ?? 'cdktf.out');
  const configs = await addStacks(app, values);
  app.synth();
  for (const { warnings, environment, model } of configs)
    for (const warning of warnings)
      process.stderr.write(`! ${model.name} in ${environment.name}: ${describeProblem(warning)}\n`);
} catch (error) {
  const refusals: unknown[] = error instanceof AggregateError ? error.errors : [error];
  for (const refusal of refusals) {
    if (!(refusal instanceof InvalidInput)) throw error;
    const lines = refusal.problems.map((problem) => `  ${describeProblem(problem)} [${problem.code}]`);
    process.stderr.write(`✖ ${refusal.subject}\n${lines.join('\n')}\n`);
  }
  process.exitCode = 1;
}
