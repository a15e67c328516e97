import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import { ArtifactStore } from '../../../constructs/aws/artifact-store.ts';
import { CsvExport, type CsvExportProps } from '../../../constructs/aws/csv-export.ts';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../../constructs/config/schema.ts';
import { exampleConfig, foreignStack, found, one, rightsOf, roleOf } from './example.ts';

type Vpc_ = NonNullable<Extract<EnvironmentInput['cloud'], { provider: 'aws' }>['vpc']>;
const VPC: Vpc_ = {
  id: 'vpc-0123456789abcdef0',
  availabilityZones: ['eu-central-1a', 'eu-central-1b'],
  privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  databaseSecurityGroupId: 'sg-0123456789abcdef0',
  s3PrefixListId: 'pl-0123456789abcdef0',
};
const inNetwork = (vpc: Partial<Vpc_> = {}) =>
  exampleConfig('dev', { cloud: { provider: 'aws', vpc: { ...VPC, ...vpc } } });

/** The export with nothing but a store, in somebody else's stack. */
function alone(config: ResolvedConfig, more: (stack: Stack) => Partial<CsvExportProps> = () => ({})): Stack {
  const stack = foreignStack();
  const store = new ArtifactStore(stack, 'Store', { config });
  new CsvExport(stack, 'Export', { config, bindings: { store }, ...more(stack) });
  return stack;
}

const exported = (stack: Stack) => one(stack, 'AWS::Lambda::Function', 'ExportFunction');

describe('the export, alone', () => {
  it('runs by the schedule of the source, and is told the time', async () => {
    const stack = alone(await exampleConfig());
    const { properties } = one(stack, 'AWS::Scheduler::Schedule');
    expect(properties).toMatchObject({
      ScheduleExpression: expect.stringMatching(/^cron\(/),
      Target: { Arn: { 'Fn::GetAtt': [exported(stack).id, 'Arn'] } },
    });
    expect(JSON.parse((properties.Target as { readonly Input: string }).Input)).toEqual({
      at: '<aws.scheduler.scheduled-time>',
    });
  });

  it('signs in as the one database user that the environment names', async () => {
    const stack = alone(await exampleConfig());
    const rights = rightsOf(stack, roleOf(exported(stack), 'Role'));
    const connect = rights.filter((right) => right.startsWith('rds-db:'));
    expect(connect).toHaveLength(1);
    expect(connect[0]).toContain(':dbuser:db-EXAMPLE/mlops_reader');
    expect(connect[0]).toContain('{"Ref":"AWS::Partition"},":rds-db:",{"Ref":"AWS::Region"}');
  });

  it('is in no network, and may make no interfaces, where the environment names none', async () => {
    const stack = alone(await exampleConfig());
    expect(exported(stack).properties).not.toHaveProperty('VpcConfig');
    expect(found(stack, 'AWS::EC2::SecurityGroup')).toEqual([]);
    expect(rightsOf(stack, roleOf(exported(stack), 'Role')).join()).not.toContain('ec2:');
  });

  it('has the smallest disk that there is, on arm64', async () => {
    expect(exported(alone(await exampleConfig())).properties).toMatchObject({
      EphemeralStorage: { Size: 512 },
      Architectures: ['arm64'],
    });
  });
});

describe("the export in the environment's network", () => {
  it('runs in the private subnets, in a group of its own', async () => {
    const stack = alone(await inNetwork());
    const group = one(stack, 'AWS::EC2::SecurityGroup');
    expect(group.properties).toMatchObject({ VpcId: VPC.id });
    expect(exported(stack).properties.VpcConfig).toEqual({
      SubnetIds: VPC.privateSubnetIds,
      SecurityGroupIds: [{ 'Fn::GetAtt': [group.id, 'GroupId'] }],
    });
  });

  it('gets out to the database and to S3 and nowhere else, from the moment that the group is made', async () => {
    const stack = alone(await inNetwork());
    // A group without rules in itself is made with one that lets everything out.
    expect(one(stack, 'AWS::EC2::SecurityGroup').properties.SecurityGroupEgress).toEqual([
      {
        IpProtocol: 'tcp',
        FromPort: 5432,
        ToPort: 5432,
        DestinationSecurityGroupId: VPC.databaseSecurityGroupId,
        Description: expect.any(String),
      },
      {
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        DestinationPrefixListId: VPC.s3PrefixListId,
        Description: expect.any(String),
      },
    ]);
    expect(found(stack, 'AWS::EC2::SecurityGroupEgress')).toEqual([]);
  });

  it('gets out by HTTPS only where no prefix list is given', async () => {
    const { s3PrefixListId: _, ...vpc } = VPC;
    const config = await exampleConfig('dev', { cloud: { provider: 'aws', vpc } });
    const { SecurityGroupEgress } = one(alone(config), 'AWS::EC2::SecurityGroup').properties;
    expect(SecurityGroupEgress).toMatchObject([{ FromPort: 5432 }, { FromPort: 443, CidrIp: '0.0.0.0/0' }]);
  });

  it('is let in by the database, on its port', async () => {
    const config = await exampleConfig('dev', {
      cloud: { provider: 'aws', vpc: VPC },
      database: { host: 'db', port: 6432, name: 'crm', user: 'reader', instance: 'db-A1', auth: 'iam' },
    });
    const stack = alone(config);
    expect(one(stack, 'AWS::EC2::SecurityGroupIngress').properties).toMatchObject({
      GroupId: VPC.databaseSecurityGroupId,
      FromPort: 6432,
      ToPort: 6432,
      IpProtocol: 'tcp',
      SourceSecurityGroupId: {
        'Fn::GetAtt': [one(stack, 'AWS::EC2::SecurityGroup').id, 'GroupId'],
      },
    });
  });

  it('makes no NAT gateway and no endpoint that costs something', async () => {
    const types = Object.values(
      (
        Template.fromStack(alone(await inNetwork())).toJSON() as {
          Resources: Record<string, { Type: string }>;
        }
      ).Resources,
    ).map(({ Type }) => Type);
    expect(types.filter((type) => /NatGateway|VPCEndpoint/.test(type))).toEqual([]);
  });

  it('fails naming every problem of the network at once', async () => {
    const config = await inNetwork({
      availabilityZones: ['eu-central-1a', 'eu-central-1b'],
      privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    });
    expect(() => alone(config)).toThrow(/names a subnet twice.*3 subnets in 2 zones/s);
  });
});

describe("the export in somebody else's network", () => {
  const given = (stack: Stack) => {
    const vpc = new Vpc(stack, 'Vpc', { natGateways: 0 });
    return { vpc, group: new SecurityGroup(stack, 'Group', { vpc }) };
  };

  it('runs in the subnets and groups that it is given', async () => {
    const stack = alone(await exampleConfig(), (inStack) => {
      const { vpc, group } = given(inStack);
      return { vpc, vpcSubnets: { subnets: vpc.isolatedSubnets }, securityGroups: [group] };
    });
    expect(exported(stack).properties.VpcConfig).toMatchObject({
      SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringMatching(/^Group/), 'GroupId'] }],
    });
    expect(found(stack, 'AWS::EC2::SecurityGroupIngress')).toEqual([]);
  });

  it('fails on a network without groups, on groups without a network, and on too many', async () => {
    const config = await exampleConfig();
    expect(() => alone(config, (stack) => ({ vpc: given(stack).vpc }))).toThrow(
      'securityGroups: must not be empty with a vpc',
    );
    expect(() => alone(config, (stack) => ({ securityGroups: [given(stack).group] }))).toThrow(
      'securityGroups: needs a vpc',
    );
    expect(() =>
      alone(config, (stack) => {
        const { vpc, group } = given(stack);
        return { vpc, securityGroups: Array(6).fill(group) };
      }),
    ).toThrow('got 6 (allowed: at most 5)');
  });
});
