/** `npx cdk list | synth | diff | deploy`: one stage per blueprint and environment, narrowed by `-c`. */

import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describeProblem, InvalidInput } from '../../lambdas/core/errors.ts';
import { addStages } from './stages.ts';

const app = new App();
try {
  await addStages(app);
} catch (error) {
  if (!(error instanceof InvalidInput)) throw error;
  const lines = error.problems.map((problem) => `  ${describeProblem(problem)} [${problem.code}]`);
  process.stderr.write(`✖ ${error.subject}\n${lines.join('\n')}\n`);
  process.exit(1);
}
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
