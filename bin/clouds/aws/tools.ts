import type { CloudTools } from '../tools.ts';
import { accountChecks } from './account.ts';
import { budgetTags } from './budget-tags.ts';
import { treatmentOf } from './charges.ts';
import { openAccount } from './clients.ts';
import { MACHINE } from './machine.ts';
import { sharedCharges } from './metrics.ts';
import { openDeadLetters } from './open-dead-letters.ts';
import { openPersonStores } from './person-stores.ts';
import { PRICE_LIST } from './prices.ts';
import { resourcesOf } from './resources.ts';
import { synthesize } from './synthesize.ts';
import { wiringOf } from './wiring.ts';

/** Loads neither an SDK nor the CDK before something of it is called. */
export const awsTools: CloudTools = {
  title: 'AWS',
  resources: async (config) => resourcesOf(await synthesize(config)),
  wiring: wiringOf,
  region: ({ cloud }) => (cloud.provider === 'aws' ? cloud.region : undefined),
  prices: PRICE_LIST,
  rules: treatmentOf,
  sharedCharges,
  machine: MACHINE,
  checks: (options) => [budgetTags(options.environment), ...accountChecks(options)],
  teardown: {
    name: 'cdk destroy',
    command: (model, environment) => {
      const [name, suffix] = environment.split('/');
      const copy = suffix === undefined ? '' : ` -c suffix=${suffix}`;
      return `npx cdk destroy '${[model, name, suffix].filter(Boolean).join('-')}/*' -c env=${name}${copy} -c blueprint=${model}`;
    },
    undo: "enable the schedules, and take statement 'Drained' out of the buckets' policies",
  },
  openAccount,
  openDeadLetters,
  openPersonStores,
};
