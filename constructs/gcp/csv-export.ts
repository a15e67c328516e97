import type { Construct } from 'constructs';
import type * as contract from '../contract/csv-export.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { GcpBindings } from './bindings.ts';
import { Schedule } from './schedule.ts';
import { ServerlessFunction } from './serverless-function.ts';

export interface CsvExportProps extends contract.CsvExportProps {
  readonly bindings: GcpBindings;
}

/**
 * A function that reads Cloud SQL over the instance's public address, which needs no authorized network: its identity and a
 * certificate of an hour are the way in (cloud.google.com/sql/docs/postgres/connect-connectors). A private address is refused.
 *
 * @example
 * import { ArtifactStore, CsvExport } from 'mlops-blueprint/gcp';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * new CsvExport(stack, 'Export', { config, bindings: { store } });
 */
export class CsvExport extends ModelConstruct implements contract.ICsvExport {
  readonly function: ServerlessFunction;
  /** Undefined where a pipeline runs the export. */
  readonly schedule: Schedule | undefined;

  constructor(scope: Construct, id: string, props: CsvExportProps) {
    super(scope, id, props, ['bindings']);
    const { config, bindings, scheduled = true } = props;
    this.function = new ServerlessFunction(this, 'Function', { config, name: 'export', bindings });
    this.schedule = scheduled
      ? new Schedule(this, 'Schedule', {
          config,
          name: 'export',
          expression: config.model.source.schedule,
          target: { kind: 'function', function: this.function, name: 'export' },
          input: {},
          notifications: bindings.notifications,
          description: `exports the rows of ${config.model.name}`,
        })
      : undefined;
  }
}
