import type { Construct } from 'constructs';
import { ncrontab } from '../config/ncrontab.ts';
import type * as contract from '../contract/csv-export.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { AzureBindings } from './bindings.ts';
import { failedCalls } from './failed-calls.ts';
import { FunctionApp } from './function-app.ts';
import { LogAlarms } from './log-alarms.ts';

export interface CsvExportProps extends contract.CsvExportProps {
  readonly bindings: AzureBindings;
}

/**
 * An app that exports by its own timer. It signs in to the database as its identity, and reaches a private one through the subnet of
 * the environment.
 *
 * @example
 * import { ArtifactStore, CsvExport } from 'mlops-blueprint/azure';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * new CsvExport(stack, 'Export', { config, bindings: { store } });
 */
export class CsvExport extends ModelConstruct implements contract.ICsvExport {
  readonly function: FunctionApp;

  /** @throws Error with `scheduled: false`: a pipeline exports in its own app, and nothing else would call this one */
  constructor(scope: Construct, id: string, props: CsvExportProps) {
    super(scope, id, props, ['bindings']);
    const { config, bindings, scheduled = true } = props;
    if (!scheduled)
      throw new Error('CsvExport: a pipeline exports in its own app on Azure: leave out scheduled: false');
    this.function = new FunctionApp(this, 'App', {
      config,
      app: 'export',
      bindings,
      settings: { MLOPS_SCHEDULE_EXPORT: ncrontab(config.model.source.schedule) },
    });
    const { notifications } = bindings;
    const alarms = [failedCalls(this.function, 'export')];
    new LogAlarms(this, 'Alarms', { config, name: 'export', notifications, alarms });
  }
}
