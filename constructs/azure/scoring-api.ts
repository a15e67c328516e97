import type { Construct } from 'constructs';
import { SCORING_CONCURRENCY, scoringInstances } from '../config/limits/azure-load.ts';
import type * as contract from '../contract/scoring-api.ts';
import { TerraformOutput } from '../shared/cdktf.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { AzureBindings } from './bindings.ts';
import { FunctionApp, LEAST_INSTANCES } from './function-app.ts';
import { cloudOf } from './place.ts';
import { ServiceAlarms } from './service-alarms.ts';

export interface ScoringApiProps extends contract.ScoringApiProps {
  readonly bindings: AzureBindings;
}

/**
 * The scoring app, behind the platform's own authentication: callers show an Entra token for the environment's application, and only
 * the listed identities are let in. There is no limit of requests a second; the number of instances bounds what is answered, and what
 * it costs.
 *
 * @example
 * import { TerraformOutput } from 'cdktf';
 * import { ScoringApi } from 'mlops-blueprint/azure';
 *
 * const scoring = new ScoringApi(stack, 'Scoring', { config, bindings });
 * new TerraformOutput(stack, 'ScoringUrl', { value: scoring.url });
 */
export class ScoringApi extends ModelConstruct implements contract.IScoringApi {
  readonly function: FunctionApp;
  readonly url: string;
  /** Application that callers get their tokens for. */
  readonly audience: string;

  constructor(scope: Construct, id: string, props: ScoringApiProps) {
    super(scope, id, props, ['bindings']);
    const { config, bindings } = props;
    this.function = new FunctionApp(this, 'App', {
      config,
      app: 'scoring',
      bindings,
      people: config.environment.callers,
      concurrency: SCORING_CONCURRENCY,
      maxInstances: Math.max(LEAST_INSTANCES, scoringInstances(config.model)),
    });
    this.url = this.function.url;
    this.audience = cloudOf(config).entraClientId;
    if (bindings.notifications)
      new ServiceAlarms(this, 'Alarms', {
        config,
        app: this.function,
        notifications: bindings.notifications,
      });
    new TerraformOutput(this, 'Url', {
      description: `POST <url>/score, with a token for api://${this.audience}`,
      value: this.url,
    });
  }

  /**
   * Lets an identity call it.
   *
   * @param objectId - That of a person or a service principal in Entra.
   */
  allow(objectId: string): void {
    this.function.allow(objectId);
  }
}
