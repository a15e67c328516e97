import type { ModelConfig } from '../core/config.ts';
import { describeNotes } from '../core/features/category-notes.ts';
import { describeRowNotes } from '../core/features/row-notes.ts';
import { count } from '../core/format.ts';
import { runEvaluate } from '../evaluate/evaluate.ts';
import { exportNewRows } from '../export/export-new-rows.ts';
import { runIngest } from '../ingest/ingest.ts';
import type { StepName } from '../pipeline.ts';
import type { Ports } from '../ports/index.ts';
import { runPrepare } from '../prepare/prepare.ts';
import { describeHoldout } from '../register/describe-rows.ts';
import { runRegister } from '../register/register.ts';
import { runTrain, type TrainIdentity } from '../train/train.ts';
import type { RunStep } from './run-pipeline.ts';

/** The use cases as steps of the pipeline, each saying in a few words what came of it. */
export function pipelineSteps(
  ports: Ports,
  config: ModelConfig,
  identity: TrainIdentity,
): Readonly<Record<StepName, RunStep>> {
  return {
    async export(input) {
      const { rows, parts } = await exportNewRows(ports, config, input);
      return `${count(rows)} rows in ${parts.length === 1 ? 'one file' : `${parts.length} files`}`;
    },
    async prepare(input) {
      const { rows, quarantined, categories = [], notes } = await runPrepare(ports, config, input);
      const bad = Object.entries(quarantined).map(([code, number]) => `${count(number)} ${code}`);
      const warnings = [describeNotes(categories), notes ? describeRowNotes(notes) : ''].filter(
        (one) => one !== '',
      );
      return `${count(rows)} good rows, ${bad.length === 0 ? 'none' : bad.join(', ')} quarantined${warnings.map((one) => `; ${one}`).join('')}`;
    },
    async ingest(input) {
      const { parts } = await runIngest(ports, config, input);
      return `${count(parts.reduce((sum, part) => sum + part.rows, 0))} rows in the feature store`;
    },
    async train(input, progress) {
      const { data } = await runTrain(ports, config, identity, input, progress);
      const dropped = describeNotes(data.categories ?? []);
      return `learnt from ${count(data.trainRows)} rows, ${describeHoldout(data, count)}${dropped === '' ? '' : `; ${dropped}`}`;
    },
    async evaluate(input) {
      const { primary, metrics, champion, passed, reasons } = await runEvaluate(ports, config, input);
      const own = metrics[primary]?.value.toFixed(3) ?? 'unknown';
      const other =
        champion === null ? '' : `, champion ${champion.metrics[primary]?.value.toFixed(3) ?? 'unknown'}`;
      return `holdout ${primary} ${own}${other}: ${passed ? 'passed' : reasons.join(', ')}`;
    },
    async register(input) {
      const { version, status } = await runRegister({ ports, config, input });
      return `version ${version}, ${status}`;
    },
  };
}
