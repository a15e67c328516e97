import { describe, expect, it } from 'vitest';
import { blueprint } from '../../../blueprints/bank-marketing/blueprint.ts';
import { CAPABILITY_ROWS, type TargetCloud } from '../../../constructs/config/capabilities.ts';
import { resolveConfig } from '../../../constructs/config/resolve.ts';
import { loadEnvironment } from '../../../stacks/config/load.ts';
import { synthesize } from '../../support/synth.ts';
import { synthesizeTerraform } from '../../support/synth-terraform.ts';
import type { Template } from '../../support/template.ts';

const CLOUDS: readonly TargetCloud[] = ['aws', 'gcp', 'azure'];
const ENVIRONMENTS = ['dev', 'staging', 'prod'] as const;
/** Alarms and messages have resources where somebody is told. */
const TOLD = { alertTo: ['ml-alerts@example.com'], dashboard: true };

/** Types of the resources of all stacks; those of azapi by their names in ARM. */
async function typesOf(
  cloud: TargetCloud,
  name: (typeof ENVIRONMENTS)[number],
): Promise<ReadonlySet<string>> {
  if (cloud === 'aws') {
    const { stacks } = await synthesize(name, TOLD);
    return new Set(
      Object.values(stacks).flatMap((stack) =>
        Object.values((stack as Template).Resources).map(({ Type }) => Type),
      ),
    );
  }
  const config = resolveConfig(blueprint, await loadEnvironment(name, cloud, TOLD), cloud);
  const { stacks } = synthesizeTerraform(config);
  return new Set(
    Object.values(stacks).flatMap(({ resource = {} }) =>
      Object.entries(resource).flatMap(([type, all]) =>
        type.startsWith('azapi_')
          ? Object.values(all as Record<string, { readonly type: string }>).map(
              (one) => one.type.split('@')[0] ?? '',
            )
          : [type],
      ),
    ),
  );
}

const wanted = (cloud: TargetCloud): readonly string[] => [
  ...new Set(
    CAPABILITY_ROWS.flatMap(({ offers }) => {
      const { small } = offers[cloud];
      return 'resources' in small ? small.resources : [];
    }),
  ),
];

/** Types of parts that the blueprint, or an environment of AWS without a network and a canary of code, does not ask for. */
const NOT_ASKED: Readonly<Record<(typeof ENVIRONMENTS)[number], readonly string[]>> = {
  dev: ['AWS::SageMaker::FeatureGroup', 'AWS::CodeDeploy::DeploymentGroup', 'AWS::EC2::SecurityGroup'],
  staging: ['AWS::SageMaker::FeatureGroup', 'AWS::CodeDeploy::DeploymentGroup'],
  prod: ['AWS::SageMaker::FeatureGroup'],
};

describe.each(CLOUDS)('a model on %s', (cloud) => {
  it.each(ENVIRONMENTS)('synthesizes in %s, with the types of the table of capabilities', async (name) => {
    const types = await typesOf(cloud, name);
    const missing = wanted(cloud).filter((type) => !types.has(type) && !NOT_ASKED[name].includes(type));
    expect(missing).toEqual([]);
  });
});
