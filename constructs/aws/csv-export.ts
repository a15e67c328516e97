import { Aspects } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import type * as contract from '../contract/csv-export.ts';
import { ModelConstruct } from '../shared/model-construct.ts';
import type { AwsBindings } from './bindings.ts';
import { DatabaseNetwork } from './database-network.ts';
import { keyFor } from './encryption-key.ts';
import { OutboundCheck } from './outbound-check.ts';
import { invoke, Schedule } from './schedule.ts';
import { type FunctionNetwork, ServerlessFunction } from './serverless-function.ts';

export interface CsvExportProps extends contract.CsvExportProps {
  readonly bindings: AwsBindings;
  /** A network that reaches the database and, by a gateway endpoint, S3. @default - the environment's */
  readonly vpc?: IVpc;
  /** @default - the private subnets */
  readonly vpcSubnets?: SubnetSelection;
  /** Groups that the database lets in. @default - one of its own for the environment's network */
  readonly securityGroups?: ISecurityGroup[];
  /** @default - the environment's key, or AWS's own */
  readonly encryptionKey?: IKey;
}

const MAX_GROUPS = 5;

/**
 * The export as a Lambda function: COPY over TLS, signed in by IAM, streamed to S3 in parts. One function exports what
 * 15 minutes allow; more is refused before synth (stacks/config/aws-limits.ts). Rows go through memory in parts
 * (lambdas/adapters/aws/object-store.ts) and never to the disk, so the ephemeral storage is the smallest there is.
 *
 * @example
 * import { GatewayVpcEndpointAwsService, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
 * import { ArtifactStore, CsvExport } from 'mlops-blueprint/aws';
 *
 * const store = new ArtifactStore(stack, 'Store', { config });
 * const vpc = new Vpc(stack, 'Vpc', { natGateways: 0 });
 * vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
 * const securityGroups = [new SecurityGroup(stack, 'ExportGroup', { vpc })];
 * const vpcSubnets = { subnets: vpc.isolatedSubnets };
 * new CsvExport(stack, 'Export', { config, bindings: { store }, vpc, vpcSubnets, securityGroups });
 */
export class CsvExport extends ModelConstruct implements contract.ICsvExport {
  readonly function: ServerlessFunction;
  /** Its own schedule; undefined as a step of the pipeline. */
  readonly schedule: Schedule | undefined;

  /** @throws InvalidInput naming everything that is wrong with the network */
  constructor(scope: Construct, id: string, props: CsvExportProps) {
    super(scope, id, props, ['bindings']);
    const { config, bindings, scheduled = true } = props;
    const key = keyFor(this, config, props.encryptionKey);
    const given = givenNetwork(props);
    const network = given ?? new DatabaseNetwork(this, 'Network', config).network;
    const { database } = config.environment;
    if (given !== undefined && database !== undefined) warnIfClosed(this, given, database.port);
    this.function = new ServerlessFunction(this, 'Function', {
      config,
      name: 'export',
      bindings,
      ...(network && { network }),
      ...(key && { encryptionKey: key }),
    });
    this.schedule = scheduled
      ? new Schedule(this, 'Schedule', {
          config,
          notifications: bindings.notifications,
          expression: config.model.source.schedule,
          target: invoke(this.function.resource.functionArn),
          input: {},
          deadLetters: this.function.deadLetters,
          encryptionKey: key,
          description: `exports the rows of ${config.model.name}`,
        })
      : undefined;
  }
}

function warnIfClosed(scope: Construct, network: FunctionNetwork, databasePort: number): void {
  // On a construct of its own: an aspect visits everything below.
  Aspects.of(new Construct(scope, 'Outbound')).add(new OutboundCheck(network, databasePort));
}

function givenNetwork({ vpc, vpcSubnets, securityGroups = [] }: CsvExportProps): FunctionNetwork | undefined {
  const problems: Problem[] = [];
  if (vpc === undefined && vpcSubnets !== undefined)
    problems.push({ code: 'aws/no-vpc', path: 'vpcSubnets', message: 'needs a vpc', fix: 'give vpc too' });
  if (vpc === undefined && securityGroups.length > 0)
    problems.push({
      code: 'aws/no-vpc',
      path: 'securityGroups',
      message: 'needs a vpc',
      fix: 'give vpc too',
    });
  if (vpc !== undefined && securityGroups.length === 0)
    problems.push({
      code: 'aws/no-security-group',
      path: 'securityGroups',
      message: 'must not be empty with a vpc',
      fix: "give a group that the database's group lets in",
    });
  // Lambda: SecurityGroupIds has at most 5 (docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html).
  if (securityGroups.length > MAX_GROUPS)
    problems.push({
      code: 'aws/security-groups',
      path: 'securityGroups',
      message: 'are more than a function can have',
      got: `${securityGroups.length}`,
      allowed: `at most ${MAX_GROUPS}`,
    });
  if (problems.length > 0) throw new InvalidInput('CsvExport', problems);
  if (vpc === undefined) return undefined;
  return { vpc, subnets: vpcSubnets ?? { subnets: vpc.privateSubnets }, securityGroups };
}
