import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  Peer,
  Port,
  SecurityGroup,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import { ArtifactStore } from '../../../constructs/aws/artifact-store.ts';
import { CsvExport } from '../../../constructs/aws/csv-export.ts';
import { exampleConfig, foreignStack } from './example.ts';

interface Made {
  readonly stack: Stack;
  readonly vpc: Vpc;
  readonly group: SecurityGroup;
}

/** Warnings about an export in isolated subnets, whose group lets nothing out until `open` does after it was made. */
async function warnings(
  open: (made: Made) => unknown,
  { natGateways = 0, allowAllOutbound = false } = {},
): Promise<string[]> {
  const config = await exampleConfig();
  const stack = foreignStack();
  const store = new ArtifactStore(stack, 'Store', { config });
  const vpc = new Vpc(stack, 'Vpc', { natGateways, maxAzs: 2 });
  const group = new SecurityGroup(stack, 'Group', { vpc, allowAllOutbound });
  const vpcSubnets = { subnets: natGateways > 0 ? vpc.privateSubnets : vpc.isolatedSubnets };
  new CsvExport(stack, 'Export', { config, bindings: { store }, vpc, vpcSubnets, securityGroups: [group] });
  open({ stack, vpc, group });
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp('until its timeout'))
    .map(({ entry }) => String(entry.data));
}

const toDatabase = ({ group }: Made) => group.addEgressRule(Peer.ipv4('10.0.0.0/16'), Port.POSTGRES);
const toHttps = ({ group }: Made) => group.addEgressRule(Peer.anyIpv4(), Port.HTTPS);
const gateway = ({ vpc }: Made) => vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });

describe('a given network of the export', () => {
  it('warns when nothing lets it out, and says what to call', async () => {
    const found = await warnings(() => undefined);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/no security group .* TCP 5432 and 443.*addEgressRule/);
    expect(found[1]).toMatch(/neither a route to the internet nor an endpoint of S3.*addGatewayEndpoint/);
  });

  it('names the port that is closed alone', async () => {
    const found = await warnings((made) => [toDatabase(made), gateway(made)]);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('TCP 443,');
  });

  it('takes an endpoint of another service for none of S3', async () => {
    const found = await warnings((made) => {
      toDatabase(made);
      toHttps(made);
      made.vpc.addInterfaceEndpoint('Sqs', { service: InterfaceVpcEndpointAwsService.SQS });
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('endpoint of S3');
  });

  it('takes the endpoint of another network for none of its own', async () => {
    const found = await warnings((made) => {
      toDatabase(made);
      toHttps(made);
      const other = new Vpc(made.stack, 'Other', { natGateways: 0, maxAzs: 1 });
      other.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
    });
    expect(found).toHaveLength(1);
  });

  it.each<[string, (made: Made) => unknown, Parameters<typeof warnings>[1]]>([
    ['rules and a gateway endpoint', (made) => [toDatabase(made), toHttps(made), gateway(made)], {}],
    [
      'a rule for all TCP',
      (made) => [made.group.addEgressRule(Peer.anyIpv4(), Port.allTcp()), gateway(made)],
      {},
    ],
    ['a group that lets everything out', gateway, { allowAllOutbound: true }],
    [
      'a rule by the group of the database',
      (made) => {
        const database = new SecurityGroup(made.stack, 'Database', { vpc: made.vpc });
        made.group.connections.allowTo(database, Port.POSTGRES);
        return [toHttps(made), gateway(made)];
      },
      {},
    ],
    ['a NAT gateway', (made) => [toDatabase(made), toHttps(made)], { natGateways: 1 }],
    [
      'an interface endpoint of S3',
      (made) => {
        made.vpc.addInterfaceEndpoint('S3', { service: InterfaceVpcEndpointAwsService.S3 });
        return [toDatabase(made), toHttps(made)];
      },
      {},
    ],
  ])('is silent with %s', async (_, open, options) => {
    expect(await warnings(open, options)).toEqual([]);
  });
});
