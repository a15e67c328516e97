import { cloudOption, knownCloud } from '../arguments/cloud.ts';
import { DEFAULT_MODEL } from '../arguments/model.ts';
import { environmentOf, loadCloudModel } from '../cloud-model.ts';
import { loadTools, TOOLS_CLOUDS, type ToolsCloud } from '../clouds/load.ts';
import type { AddCommand } from '../command.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { CheckResult } from '../doctor/check.ts';
import { type DoctorReport, doctorText } from '../doctor/text.ts';
import { EXIT } from '../exit-codes.ts';
import { withProgress } from '../spinner.ts';

export const addDoctor: AddCommand = (program, { options, stderr }, run) => {
  program
    .command('doctor')
    .description('whether this machine and this account are ready for a deploy; nothing is changed')
    .argument('[model]', 'name of a blueprint, or path of its file', DEFAULT_MODEL)
    .option('--env <name>', 'environment of stacks/config; NAME/SUFFIX for a second copy of it', 'dev')
    .addOption(cloudOption(TOOLS_CLOUDS))
    .action((model: string, { env, cloud: wanted }: { readonly env: string; readonly cloud: string }) =>
      run('doctor', async () => {
        const cloud = knownCloud('doctor', wanted, TOOLS_CLOUDS);
        const { cwd, ...manner } = options();
        const environment = await environmentOf(env, cloud, 'doctor');
        const tools = await loadTools(cloud);
        const { machineChecks } = await import('../doctor/machine.ts');
        const { runChecks } = await import('../doctor/check.ts');
        let loaded: ReturnType<typeof loadCloudModel> | undefined;
        const load = () => {
          loaded ??= loadCloudModel(model, env, cloud, { cwd, command: 'doctor' });
          return loaded;
        };
        const checks = [
          ...machineChecks(tools.machine, {
            cwd,
            environment,
            now: Date.now(),
            load,
          }),
          ...tools.checks({ environment, now: Date.now, load: async () => (await load()).config }),
        ];
        const open = new Set(checks.map(({ id }) => id));
        const results = await withProgress(
          stderr,
          manner,
          () => `waits for ${[...open].join(', ')}`,
          () => runChecks(checks, ({ id }) => open.delete(id)),
        );
        const data = reportOf(model, env, cloud, results);
        const failed = results.filter(({ status }) => status === 'fail');
        return {
          data,
          text: (page) => doctorText(tools, data, page),
          ...(failed.length > 0 && { exitCode: EXIT.preflight, diagnostics: failed.map(diagnosticOf) }),
        };
      }),
    );
};

function reportOf(
  model: string,
  environment: string,
  cloud: ToolsCloud,
  checks: readonly CheckResult[],
): DoctorReport {
  const count = (status: CheckResult['status']) => checks.filter((check) => check.status === status).length;
  const counts = { pass: count('pass'), warn: count('warn'), fail: count('fail'), skipped: count('skipped') };
  return { model, environment, cloud, checks, counts };
}

const diagnosticOf = ({ id, evidence, fix }: CheckResult): Diagnostic => ({
  code: `doctor/${id}`,
  severity: 'error',
  message: evidence,
  ...(fix !== undefined && { hint: fix }),
});
