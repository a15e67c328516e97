import type { Cloudfunctions2Function } from '@cdktf/provider-google/lib/cloudfunctions2-function/index.js';
import type { Construct } from 'constructs';
import { peakPerSecond } from '../config/scoring-load.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type * as contract from '../contract/scoring-api.ts';
import { TerraformOutput } from '../shared/cdktf.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { GcpBindings } from './bindings.ts';
import { ServerlessFunction } from './serverless-function.ts';
import { ServiceAlarms } from './service-alarms.ts';

export interface ScoringApiProps extends contract.ScoringApiProps {
  readonly bindings: GcpBindings;
}

/** Requests that one instance answers at a time: the work of one takes milliseconds. */
const CONCURRENCY = 20;
const MIN_INSTANCES_AT_PEAK = 2;
const MOST_INSTANCES = 100;

/**
 * The scoring function itself, behind IAM: callers show a Google identity token whose audience is the URL
 * (cloud.google.com/run/docs/authenticating/service-to-service). There is no limit of requests a second; the number of
 * instances bounds what is answered, and what it costs.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { ScoringApi } from 'mlops-blueprint/gcp';
 *
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * new TerraformOutput(stack, 'ScoringUrl', { value: scoring.url });
 */
export class ScoringApi extends ModelConstruct implements contract.IScoringApi {
  readonly function: ServerlessFunction;
  readonly url: string;

  constructor(scope: Construct, id: string, props: ScoringApiProps) {
    super(scope, id, props, ['bindings']);
    const { config, bindings } = props;
    this.function = new ServerlessFunction(this, 'Function', {
      config,
      name: 'score',
      bindings,
      isPublic: true,
      concurrency: CONCURRENCY,
      maxInstances: instancesOf(config),
    });
    this.url = this.function.url;
    config.environment.callers.forEach((member, index) => {
      this.function.allow(`${index + 1}`, member);
    });
    if (bindings.notifications)
      new ServiceAlarms(this, 'Alarms', {
        config,
        function: this.function,
        notifications: bindings.notifications,
      });
    new TerraformOutput(this, 'Url', {
      description: 'POST <url>/score, with an identity token for this URL',
      value: this.url,
    });
  }

  get resource(): Cloudfunctions2Function {
    return this.function.resource;
  }
}

/** An answer takes less than a second, so that an instance answers its concurrency each second. */
function instancesOf({ model }: ResolvedConfig): number {
  const needed = Math.ceil(peakPerSecond(model) / CONCURRENCY);
  return Math.min(MOST_INSTANCES, Math.max(MIN_INSTANCES_AT_PEAK, needed));
}
