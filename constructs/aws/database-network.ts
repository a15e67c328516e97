import { Annotations } from 'aws-cdk-lib';
import { CfnSecurityGroupEgress, CfnSecurityGroupIngress, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import type { FunctionNetwork } from './serverless-function.ts';

const HTTPS = 443;

/**
 * The network of the export, by the ids that the environment gives: nothing is looked up. It needs no NAT: the function
 * reaches the database and, through a gateway endpoint that costs nothing, S3; its token is made without a call. What
 * is not there would hang until the timeout, so nothing else is called.
 */
export class DatabaseNetwork extends Construct {
  readonly network: FunctionNetwork | undefined;

  constructor(scope: Construct, id: string, { environment }: ResolvedConfig) {
    super(scope, id);
    const { cloud, database } = environment;
    if (cloud.provider !== 'aws' || cloud.vpc === undefined || database === undefined) return;
    const { vpc: given } = cloud;
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
    const group = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'the export: to the database and to S3',
      allowAllOutbound: false,
      // Otherwise the CDK writes a rule that allows nothing, to an address that nobody has.
      disableInlineRules: true,
    });
    const rule = { ipProtocol: 'tcp', groupId: group.securityGroupId };
    new CfnSecurityGroupEgress(this, 'ToDatabase', {
      ...rule,
      fromPort: database.port,
      toPort: database.port,
      destinationSecurityGroupId: given.databaseSecurityGroupId,
      description: 'to the database',
    });
    new CfnSecurityGroupEgress(this, 'ToS3', {
      ...rule,
      fromPort: HTTPS,
      toPort: HTTPS,
      description: 'to S3 through its gateway endpoint',
      ...(given.s3PrefixListId === undefined
        ? { cidrIp: '0.0.0.0/0' }
        : { destinationPrefixListId: given.s3PrefixListId }),
    });
    new CfnSecurityGroupIngress(this, 'FromExport', {
      ipProtocol: 'tcp',
      fromPort: database.port,
      toPort: database.port,
      groupId: given.databaseSecurityGroupId,
      sourceSecurityGroupId: group.securityGroupId,
      description: 'from the export',
    });
    this.network = {
      vpc,
      subnets: { subnets: vpc.privateSubnets },
      securityGroups: [group],
    };
  }
}
