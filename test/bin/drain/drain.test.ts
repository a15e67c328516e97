import { describe, expect, it } from 'vitest';
import { drain } from '../../../bin/drain/drain.ts';
import type { Account, Drainable, Drainables, Teardown } from '../../../bin/drain/drainable.ts';
import { drainText } from '../../../bin/drain/text.ts';
import { pageOf } from '../../../bin/page.ts';
import { loadBlueprint } from '../../../blueprints/index.ts';
import { resolveConfig } from '../../../constructs/config/resolve.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';

const { blueprint } = await loadBlueprint('blueprints/bank-marketing/blueprint.ts');
const configOf = (name: 'dev' | 'prod') => resolveConfig(blueprint, parseEnvironment(name, {}, 'aws'), 'aws');
const config = configOf('dev');
const teardown: Teardown = {
  name: 'raze it',
  command: (model, environment) => `raze ${model} ${environment}`,
  undo: 'open the boxes',
};

/** A box in memory: how many things are in it, and how many of them cannot be deleted. */
function box(name: string, log: string[], given: { count: number; stuck?: number; open?: boolean }) {
  let { count } = given;
  let { open } = given;
  const drainable: Drainable = {
    name,
    ...(open !== undefined && {
      stop: async () => {
        log.push(`close ${name}`);
        const before = open === true;
        open = false;
        return before;
      },
    }),
    survey: async () => {
      log.push(`survey ${name}`);
      return count === 0 ? [] : [{ what: 'things', where: name, count, bytes: count * 10, lastWrite: null }];
    },
    delete: async (found) => {
      log.push(`delete ${found[0]?.count} of ${name}`);
      count = given.stuck ?? 0;
      return count === 0 ? undefined : { what: `${count} things in ${name}`, why: 'they are stuck' };
    },
  };
  return drainable;
}

function account(containers: readonly Drainable[], log: string[], more: Partial<Drainables> = {}): Account {
  let running = ['nightly'];
  return {
    account: 'acme',
    region: 'moon-1',
    drainables: async () => ({
      stacks: [
        { name: 'data', resources: 4 },
        { name: 'model', resources: 9 },
      ],
      schedules: running.map((name) => ({
        name,
        stop: async () => {
          log.push(`stop ${name}`);
          running = [];
        },
      })),
      containers,
      retained: [],
      remains: [],
      ...more,
    }),
  };
}

const run = (of: Account, dryRun: boolean, steps: string[] = []) =>
  drain({ config, account: of, teardown, dryRun, onStep: (step) => steps.push(step) });

describe('drain on an invented cloud', () => {
  it('stops everything that writes before it counts, and counts before it deletes', async () => {
    const log: string[] = [];
    const steps: string[] = [];
    const of = account(
      [box('registry', log, { count: 3 }), box('store', log, { count: 7, open: true })],
      log,
    );
    const receipt = await run(of, false, steps);
    expect(log).toEqual([
      'stop nightly',
      'close store',
      'survey registry',
      'survey store',
      'delete 3 of registry',
      'delete 7 of store',
    ]);
    expect(receipt).toMatchObject({
      model: 'bank-marketing',
      environment: 'dev',
      account: 'acme',
      region: 'moon-1',
      stopped: { schedules: ['nightly'], buckets: ['store'] },
      deleted: [
        { where: 'registry', count: 3 },
        { where: 'store', count: 7, bytes: 70 },
      ],
      left: [],
    });
    expect(steps).toEqual(['reads what the stacks have made', 'stops 1 schedules']);
  });

  it('changes nothing in a dry run, and names everything that it would stop', async () => {
    const log: string[] = [];
    const of = account(
      [box('registry', log, { count: 3 }), box('store', log, { count: 7, open: false })],
      log,
    );
    const receipt = await run(of, true);
    expect(log).toEqual(['survey registry', 'survey store']);
    expect(receipt.stopped).toEqual({ schedules: ['nightly'], buckets: ['store'] });
    expect(receipt.deleted).toHaveLength(2);
  });

  it('does nothing in a second run', async () => {
    const log: string[] = [];
    const of = account([box('store', log, { count: 7, open: true })], log);
    await run(of, false);
    expect(await run(of, false)).toMatchObject({
      stopped: { schedules: [], buckets: [] },
      deleted: [],
      left: [],
    });
  });

  it('names the resources that remain, and suggests another run instead of the teardown', async () => {
    const receipt = await run(account([box('store', [], { count: 7, stuck: 2, open: true })], []), false);
    expect(receipt.left).toEqual([{ what: '2 things in store', why: 'they are stuck' }]);
    const text = drainText(receipt, teardown, pageOf({ write: () => true }, false));
    expect(text).toContain('next: run it again');
    expect(text).not.toContain('raze');
  });

  it('ends with the teardown of the cloud, and how to go on instead', async () => {
    const receipt = await run(account([box('store', [], { count: 7 })], []), false);
    const text = drainText(receipt, teardown, pageOf({ write: () => true }, false));
    expect(text).toContain('next: raze bank-marketing dev\nto go on instead: open the boxes');
  });

  it('refuses an environment that retains its data, before it asks the account', async () => {
    const asked: Account = {
      account: 'acme',
      region: 'moon-1',
      drainables: () => Promise.reject(new Error('asked')),
    };
    const refused = drain({
      config: configOf('prod'),
      account: asked,
      teardown,
      dryRun: true,
      onStep: () => {},
    });
    await expect(refused).rejects.toMatchObject({
      code: 'drain/retained',
      fix: expect.stringMatching(/^raze it keeps it/),
    });
  });

  it('names the second copy of an environment in every command that it prints, never the environment itself', async () => {
    const copy = resolveConfig(blueprint, parseEnvironment('dev', { suffix: 'pr-42' }, 'aws'), 'aws');
    const options = { config: copy, account: account([], []), teardown, onStep: () => {} };
    const text = async (dryRun: boolean) =>
      drainText(await drain({ ...options, dryRun }), teardown, pageOf({ write: () => true }, false));
    expect(await text(true)).toContain('--env dev/pr-42 --confirm dev/pr-42');
    expect(await text(false)).toContain('raze bank-marketing dev/pr-42');
  });
});
