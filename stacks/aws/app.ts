/** `npx cdk list | synth | diff | deploy`: one stage per blueprint and environment, narrowed by `-c`. */

import { App, Validations } from 'aws-cdk-lib';
import { reportRefusals } from '../report-refusals.ts';
import { SolutionsChecks } from './solutions-checks.ts';
import { addStages } from './stages.ts';

const app = new App({
  // The CDK's command line says false, and then looks only at stacks outside of stages: here are none.
  postCliContext: { '@aws-cdk/core:failSynthOnValidationErrors': true },
});
try {
  await addStages(app, undefined, process.env.CDK_DEFAULT_REGION);
  Validations.of(app).addPlugins(new SolutionsChecks(app));
  app.synth();
} catch (error) {
  reportRefusals(error);
}
