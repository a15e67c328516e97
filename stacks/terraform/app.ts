/**
 * `npm run synth:terraform`, or `cdktf synth`: two stacks per blueprint and environment, as Terraform's JSON below `cdktf.out`.
 * It needs neither the CLI nor Terraform, no credentials and no network.
 */

import { describeProblem } from '../../lambdas/core/errors.ts';
import { reportRefusals } from '../report-refusals.ts';
import { narrowingOf } from './arguments.ts';
import { addStacks, createApp } from './stacks.ts';

try {
  const narrowing = narrowingOf(process.argv.slice(2));
  const app = createApp(process.env.CDKTF_OUTDIR ?? 'cdktf.out');
  const configs = await addStacks(app, narrowing);
  app.synth();
  for (const { warnings, environment, model } of configs)
    for (const warning of warnings)
      process.stderr.write(`! ${model.name} in ${environment.name}: ${describeProblem(warning)}\n`);
} catch (error) {
  reportRefusals(error);
}
