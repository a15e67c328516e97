import { Annotations, type IAspect, Stack } from 'aws-cdk-lib';
import { CfnRoute, CfnSecurityGroup, CfnSecurityGroupEgress, CfnVPCEndpoint, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import type { FunctionNetwork } from './serverless-function.ts';

const HTTPS = 443;
const ID = 'mlops-blueprint:outbound';

/**
 * Warns at synthesis where the export cannot reach its database or S3 from a given network: it would wait until its timeout.
 * Only what the app itself makes can be looked at; groups and networks that are imported pass.
 */
export class OutboundCheck implements IAspect {
  readonly #network: FunctionNetwork;
  readonly #databasePort: number;

  /** @param databasePort - TCP port of the database, 1 to 65,535. */
  constructor(network: FunctionNetwork, databasePort: number) {
    this.#network = network;
    this.#databasePort = databasePort;
  }

  /** Aspects run after the whole app is made: a rule or an endpoint may come later than the export. */
  visit(node: IConstruct): void {
    const closed = [this.#databasePort, HTTPS].filter((port) => !this.#isOpen(port));
    if (closed.length > 0)
      warn(
        node,
        `no security group of the export lets it out to TCP ${closed.join(' and ')}`,
        'call addEgressRule or connections.allowTo on one of securityGroups',
      );
    if (!this.#reachesS3())
      warn(
        node,
        'its subnets have neither a route to the internet nor an endpoint of S3',
        "call addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 }) on vpc",
      );
  }

  #isOpen(port: number): boolean {
    const groups = this.#network.securityGroups.map(({ node }) => node.defaultChild);
    if (!groups.every((group) => group instanceof CfnSecurityGroup)) return true;
    return groups.flatMap(rulesOf).some((rule) => allows(rule, port));
  }

  #reachesS3(): boolean {
    const { vpc, subnets } = this.#network;
    if (!(vpc instanceof Vpc)) return true;
    const routed = vpc
      .selectSubnets(subnets)
      .subnets.every((subnet) => subnet.node.findAll().some((child) => child instanceof CfnRoute));
    const own = JSON.stringify(plain(vpc, vpc.vpcId));
    const endpoints = vpc.node.root.node
      .findAll()
      .filter((child) => child instanceof CfnVPCEndpoint)
      .filter((endpoint) => JSON.stringify(plain(endpoint, endpoint.vpcId)) === own);
    // `com.amazonaws.<region>.s3`; S3 Tables and Express have names of their own.
    return (
      routed ||
      endpoints.some((endpoint) => /\.s3"/.test(JSON.stringify(plain(endpoint, endpoint.serviceName))))
    );
  }
}

function warn(node: IConstruct, what: string, fix: string): void {
  Annotations.of(node).addWarningV2(ID, `${what}, so it would wait until its timeout: ${fix}`);
}

/** Rules of the group itself, and those that are resources of their own. */
function rulesOf(group: CfnSecurityGroup): readonly unknown[] {
  const inside = plain(group, group.securityGroupEgress);
  const beside = group.node.root.node
    .findAll()
    .filter((child) => child instanceof CfnSecurityGroupEgress)
    .filter(
      (rule) =>
        JSON.stringify(plain(group, rule.groupId)) === JSON.stringify(plain(group, group.attrGroupId)),
    );
  return [...(Array.isArray(inside) ? inside : []), ...beside];
}

const plain = (scope: IConstruct, value: unknown): unknown => Stack.of(scope).resolve(value);

interface Rule {
  readonly cidrIp?: string;
  readonly ipProtocol?: string;
  readonly fromPort?: number;
  readonly toPort?: number;
}

/** The CDK closes a group by a rule to an address that does not exist. */
const NOWHERE = '255.255.255.255/32';

function allows(rule: unknown, port: number): boolean {
  const { cidrIp, ipProtocol, fromPort = 0, toPort = 65_535 } = rule as Rule; // of CloudFormation's form
  if (cidrIp === NOWHERE) return false;
  return ipProtocol === '-1' || (ipProtocol === 'tcp' && fromPort <= port && port <= toPort);
}
