import { blueprint as bankMarketing } from '../../blueprints/bank-marketing/blueprint.ts';
import { defineBlueprint } from '../../blueprints/index.ts';

/** The default blueprint with features fetched by key, so that there is an online store. */
export const blueprint = defineBlueprint({
  ...bankMarketing,
  serving: { ...bankMarketing.serving, online: { requestsPerDay: 333, byKey: true } },
});
