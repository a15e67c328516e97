import { CfnOutput } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Alias } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { methodsOf, SCORING_PATHS } from '../../lambdas/core/scoring-paths.ts';
import { peakPerSecond } from '../config/scoring-load.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type * as contract from '../contract/scoring-api.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import { nameOf } from '../shared/naming.ts';
import type { AwsBindings } from './bindings.ts';
import { CallerRole } from './caller-role.ts';
import { CodeDeployment } from './code-deployment.ts';
import { keyFor } from './encryption-key.ts';
import { modelLogGroup } from './log-group.ts';
import { grant } from './permissions/right.ts';
import { SERVICE_RIGHTS } from './permissions/services.ts';
import { ServerlessFunction } from './serverless-function.ts';
import { ServiceAlarms } from './service-alarms.ts';

export interface ScoringApiProps extends contract.ScoringApiProps {
  readonly bindings: AwsBindings;
  /** @default - the environment's key, or AWS's own */
  readonly encryptionKey?: IKey;
}

/** A few people who try it out. */
const MIN_REQUESTS_PER_SEC = 10;

/** Names of the request, the caller and the answer; never a body or a query. */
const LOGGED = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  caller: '$context.identity.caller', // signed by IAM
  subject: '$context.authorizer.claims.sub', // of a JWT
  latencyMs: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
};

/**
 * API Gateway's HTTP API before the scoring function; callers sign with IAM or, by option, show a JWT.
 *
 * @example
 * import { CfnOutput } from 'aws-cdk-lib';
 * import { ArtifactStore, PredictionLog, PseudonymSecret, ScoringApi } from 'mlops-blueprint/aws';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const predictions = new PredictionLog(stack, 'Predictions', { config, store });
 * const secret = new PseudonymSecret(stack, 'Secret', { config });
 * const api = new ScoringApi(stack, 'Scoring', { config, bindings: { store, predictions, secret } });
 * new CfnOutput(stack, 'Url', { value: api.url });
 */
export class ScoringApi extends ModelConstruct implements contract.IScoringApi {
  readonly resource: HttpApi;
  readonly function: ServerlessFunction;
  /** Alias that the API calls: code is released behind it. */
  readonly alias: Alias;
  readonly url: string;

  constructor(scope: Construct, id: string, props: ScoringApiProps) {
    super(scope, id, props, ['bindings']);
    const { config, bindings } = props;
    const { cloud, callers } = config.environment;
    const key = keyFor(this, config, props.encryptionKey);
    this.function = new ServerlessFunction(this, 'Function', {
      config,
      name: 'score',
      bindings,
      ...(key && { encryptionKey: key }),
    });
    this.alias = new Alias(this, 'Live', {
      aliasName: 'live',
      version: this.function.resource.currentVersion,
    });
    if (cloud.provider === 'aws' && cloud.codeCanary)
      new CodeDeployment(this, 'CodeCanary', {
        alias: this.alias,
        notifications: bindings.notifications,
      });

    this.resource = new HttpApi(this, 'Resource', {
      apiName: `${nameOf(config)}-scoring`,
      description: `scores by ${config.model.name} in ${config.model.environment}`,
      createDefaultStage: false,
    });
    const integration = new HttpLambdaIntegration('Score', this.alias, {
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
    });
    const authorizer = authorizerOf(config);
    for (const [path, method] of Object.entries(SCORING_PATHS))
      this.resource.addRoutes({
        path,
        methods: methodsOf(method).map((one) => HttpMethod[one]),
        integration,
        authorizer,
      });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.resource,
      stageName: '$default',
      autoDeploy: true,
      throttle: throttleOf(config),
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLogs(config, key)),
        format: AccessLogFormat.custom(JSON.stringify(LOGGED)),
      },
    });
    this.url = stage.url;
    if (bindings.notifications)
      new ServiceAlarms(this, 'Alarms', {
        config,
        api: this.resource,
        function: this.function.resource,
        notifications: bindings.notifications,
      });
    if (cloud.provider === 'aws' && cloud.jwt === undefined && callers.length > 0)
      new CallerRole(this, 'Caller', {
        callers,
        statements: [grant(SERVICE_RIGHTS.call, ...this.routes())],
        purpose: 'call the scoring API',
      });
    new CfnOutput(this, 'Url', { description: 'POST <url>score, signed for execute-api', value: this.url });
  }

  /** ARNs of what callers may call. */
  private routes(): string[] {
    return Object.entries(SCORING_PATHS).flatMap(([path, method]) =>
      methodsOf(method).map((one) => this.resource.arnForExecuteApi(one, path, '$default')),
    );
  }

  private accessLogs(config: ResolvedConfig, key: IKey | undefined): LogGroup {
    return modelLogGroup(this, 'AccessLogs', {
      config,
      writer: 'api',
      name: 'scoring-api',
      encryptionKey: key,
    });
  }
}

function authorizerOf({ environment: { cloud } }: ResolvedConfig): IHttpRouteAuthorizer {
  if (cloud.provider !== 'aws' || cloud.jwt === undefined) return new HttpIamAuthorizer();
  return new HttpJwtAuthorizer('Jwt', cloud.jwt.issuer, { jwtAudience: [...cloud.jwt.audience] });
}

/** More than the peak gets 429. */
function throttleOf({ model }: ResolvedConfig): { readonly rateLimit: number; readonly burstLimit: number } {
  const rateLimit = Math.max(MIN_REQUESTS_PER_SEC, Math.ceil(peakPerSecond(model)));
  return { rateLimit, burstLimit: 2 * rateLimit };
}
