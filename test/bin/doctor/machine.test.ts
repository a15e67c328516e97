import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCloudModel } from '../../../bin/cloud-model.ts';
import { runChecks, warn } from '../../../bin/doctor/check.ts';
import { exampleValues, type MachineOptions, machineChecks } from '../../../bin/doctor/machine.ts';
import type { MachineNeeds } from '../../../bin/doctor/needs.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** Needs of an invented cloud, which deploys with packages that are installed here. */
const NEEDS: MachineNeeds = {
  nodeSoon: { major: 90, why: 'clients of this cloud' },
  packages: [{ name: 'typescript' }, { name: 'zod', major: 4 }],
  runtime: { name: 'node-x', deprecated: '2028-04-30' },
  examples: /^project-0+$/,
  network: () => undefined,
};

const run = async (needs: Partial<MachineNeeds> = {}, more: Partial<MachineOptions> = {}) => {
  const results = await runChecks(
    machineChecks(
      { ...NEEDS, ...needs },
      {
        cwd: process.cwd(),
        environment: parseEnvironment('local'),
        now: Date.parse('2026-11-26T12:00:00Z'),
        load: () => Promise.reject(new Error('no model here')),
        ...more,
      },
    ),
  );
  return Object.fromEntries(results.map((one) => [one.id, one]));
};

describe('machineChecks', () => {
  it('fails for a Node that is too old, and names the Node that a later version needs', async () => {
    expect((await run({}, { nodeVersion: '20.9.0' })).node?.status).toBe('fail');
    expect((await run({}, { nodeVersion: '24.1.0' })).node).toMatchObject({
      status: 'pass',
      evidence: 'Node 24.1.0; clients of this cloud need 90',
    });
    expect((await run({}, { nodeVersion: '90.0.0' })).node?.evidence).toBe('Node 90.0.0');
  });

  it('names packages that are not installed', async () => {
    const packages = [{ name: 'typescript' }, { name: 'nobody-has-this' }];
    expect((await run({ packages })).packages).toMatchObject({
      status: 'fail',
      evidence: 'nobody-has-this not installed',
      fix: 'npm install --save-dev nobody-has-this',
    });
  });

  it('fails for another major of a package than the one that deploys', async () => {
    expect((await run({ packages: [{ name: 'zod', major: 3 }] })).packages).toMatchObject({
      status: 'fail',
      fix: expect.stringContaining('zod@3'),
    });
    expect((await run()).packages?.status).toBe('pass');
  });

  it('compares the packages with the lockfile of the folder', async () => {
    const folder = tempDir();
    expect((await run({}, { cwd: folder })).packages?.status).toBe('warn');
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/zod': { version: '1.0.0' } } }),
    );
    expect((await run({}, { cwd: folder })).packages).toMatchObject({ status: 'fail', fix: 'npm ci' });
  });

  it.each([
    ['2027-10-01', 'pass'],
    ['2028-02-01', 'warn'],
    ['2028-05-01', 'fail'],
  ])('checks the runtime on %s: %s', async (day, status) => {
    expect((await run({}, { now: Date.parse(day) })).runtime?.status).toBe(status);
  });

  it("shows the cloud's warning about the network, but examples first", async () => {
    const network = (_: unknown, file: string) => warn('no network', `write one into ${file}`);
    expect((await run({ network })).environment).toMatchObject({
      status: 'warn',
      fix: 'write one into stacks/config/local.ts',
    });
    const environment = parseEnvironment('local', {
      cloud: { provider: 'local', dataDirectory: 'project-000' },
    });
    expect((await run({ network }, { environment })).environment).toMatchObject({
      status: 'fail',
      evidence: "cloud.dataDirectory is 'project-000': examples",
      fix: 'write your own values in stacks/config/local.ts, under on.local',
    });
  });

  it('warns about a blueprint that works now and will not for good, with the fix', async () => {
    const load = async () => {
      const model = await loadCloudModel('bank-marketing', 'dev', 'aws', {
        cwd: process.cwd(),
        command: 'doctor',
      });
      const warning = {
        code: 'aws/training-outgrows',
        path: 'training.window',
        message: 'grows',
        fix: 'bound it',
      } as const;
      return { ...model, config: { ...model.config, warnings: [warning] } };
    };
    expect((await run({}, { load })).blueprint).toMatchObject({
      status: 'warn',
      evidence: expect.stringContaining('training.window: grows'),
      fix: 'bound it',
    });
  });

  it('fails with all problems of an invalid blueprint', async () => {
    const folder = tempDir();
    const file = join(folder, 'blueprint.json');
    writeFileSync(file, '{"schemaVersion":1,"name":"x"}');
    const load = () => loadCloudModel(file, 'dev', 'aws', { cwd: folder, command: 'doctor' });
    expect((await run({}, { load })).blueprint).toMatchObject({
      status: 'fail',
      evidence: expect.stringContaining('source'),
    });
  });
});

describe('exampleValues', () => {
  it('finds example hosts of any cloud and ids of this one, with their paths', () => {
    const value = { a: 'db.example.com', b: [{ c: 'project-00' }, 'project-1'], d: 7, e: 'examples.com' };
    expect(exampleValues(value, NEEDS.examples)).toEqual(["a is 'db.example.com'", "b[0].c is 'project-00'"]);
  });
});
