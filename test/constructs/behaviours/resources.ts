/** The behaviours of every resource: its labels, and its name where the project gives one. */

import { checkEach } from '../../policy/check.ts';
import { type Check, differs } from './check.ts';

const labels: Check = (reader, { environment, model }) =>
  checkEach(reader.labelled(), (resource) => [
    differs('has the model', `${resource.model}`, model.name),
    differs('has the environment', `${resource.environment}`, environment.name),
    ...Object.entries(environment.tags).map(([name, value]) =>
      differs(`has ${name}`, `${resource.others[name]}`, value),
    ),
  ]);

const names: Check = (reader) =>
  checkEach(reader.names(), ({ name, allowed }) => [
    !allowed.test(name) && `'${name}' (${name.length} characters) must match ${allowed}`,
  ]);

export const RESOURCE_BEHAVIOURS = {
  'every resource has the labels of its model and environment': labels,
  'every name is one that its service takes': names,
} as const satisfies Readonly<Record<string, Check>>;
