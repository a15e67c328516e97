import { Annotations } from 'aws-cdk-lib';
import { CfnSecurityGroup, CfnSecurityGroupIngress, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type { FunctionNetwork } from './serverless-function.ts';

const HTTPS = 443;

/**
 * The network of the export, by the ids that the environment gives: nothing is looked up. It needs no NAT: the function
 * reaches the database and, through a gateway endpoint that costs nothing, S3; its token is made without a call. A
 * call to anything else would hang until the timeout, so the function makes none.
 */
export class DatabaseNetwork extends Construct {
  readonly network: FunctionNetwork | undefined;

  /** @throws InvalidInput when the subnets do not match the zones */
  constructor(scope: Construct, id: string, { environment }: ResolvedConfig) {
    super(scope, id);
    const { cloud, database } = environment;
    if (cloud.provider !== 'aws' || cloud.vpc === undefined || database === undefined) return;
    const { vpc: given } = cloud;
    const problems = networkProblems(given);
    if (problems.length > 0) throw new InvalidInput(`environment '${environment.name}'`, problems);
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: given.id,
      availabilityZones: [...given.availabilityZones],
      privateSubnetIds: [...given.privateSubnetIds],
    });
    for (const subnet of vpc.privateSubnets)
      Annotations.of(subnet).acknowledgeWarning(
        '@aws-cdk/aws-ec2:noSubnetRouteTableId',
        'nothing here looks at route tables',
      );
    const tcp = (port: number) => ({ ipProtocol: 'tcp', fromPort: port, toPort: port });
    const group = new CfnSecurityGroup(this, 'SecurityGroup', {
      vpcId: given.id,
      groupDescription: 'the export: to the database and to S3',
      // In the group itself: EC2 lets a group that is made without any such rule out to everywhere
      // (docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html).
      securityGroupEgress: [
        {
          ...tcp(database.port),
          destinationSecurityGroupId: given.databaseSecurityGroupId,
          description: 'to the database',
        },
        {
          ...tcp(HTTPS),
          description: 'to S3 through its gateway endpoint',
          ...(given.s3PrefixListId === undefined
            ? { cidrIp: '0.0.0.0/0' }
            : { destinationPrefixListId: given.s3PrefixListId }),
        },
      ],
    });
    new CfnSecurityGroupIngress(this, 'FromExport', {
      ...tcp(database.port),
      groupId: given.databaseSecurityGroupId,
      sourceSecurityGroupId: group.attrGroupId,
      description: 'from the export',
    });
    this.network = {
      vpc,
      subnets: { subnets: vpc.privateSubnets },
      // Immutable: nothing else may open it.
      securityGroups: [
        SecurityGroup.fromSecurityGroupId(this, 'Group', group.attrGroupId, { mutable: false }),
      ],
    };
  }
}

type GivenVpc = Readonly<Record<'availabilityZones' | 'privateSubnetIds', readonly string[]>>;

function networkProblems({ availabilityZones, privateSubnetIds }: GivenVpc): Problem[] {
  const problems: Problem[] = [];
  if (new Set(privateSubnetIds).size !== privateSubnetIds.length)
    problems.push({
      code: 'aws/same-subnet',
      path: 'cloud.vpc.privateSubnetIds',
      message: 'names a subnet twice',
      got: privateSubnetIds.join(', '),
      fix: 'give each subnet once',
    });
  if (privateSubnetIds.length % availabilityZones.length !== 0)
    problems.push({
      code: 'aws/subnets-per-zone',
      path: 'cloud.vpc.privateSubnetIds',
      message: 'must have as many subnets in each zone, in the order of availabilityZones',
      got: `${privateSubnetIds.length} subnets in ${availabilityZones.length} zones`,
      fix: 'give one subnet of each zone, and only the zones of these subnets',
    });
  return problems;
}
