import { at, listOf, resourcesOf, type Stacks, statementsOf, targetsOf } from '../support/template.ts';
import { type Check, checkEach } from './check.ts';

/** Roles that may start a workflow belong to a schedule, to a rule, or to the environment's starters. */
export const onlyStartersStart: Check = (stacks) =>
  checkEach(starting(stacks), ({ id, stack, properties }) =>
    targetsOf(stacks, stack, properties.Roles).map((role) => {
      const found = resourcesOf(stacks, 'AWS::IAM::Role').find((one) => one.id === role);
      const trusted = statementsOf(found?.properties.AssumeRolePolicyDocument).flatMap(({ Principal }) => [
        ...listOf(at(Principal, 'Service')).map(String),
        ...listOf(at(Principal, 'AWS')).map(() => (/StarterRole/.test(role) ? 'starters' : 'somebody')),
      ]);
      const unknown = trusted.filter(
        (one) => !['scheduler.amazonaws.com', 'events.amazonaws.com', 'starters'].includes(one),
      );
      return unknown.length > 0 && `${id} lets ${unknown.join(', ')} start a training`;
    }),
  );

const starting = (stacks: Stacks) =>
  resourcesOf(stacks, 'AWS::IAM::Policy').filter(({ properties }) =>
    statementsOf(properties.PolicyDocument).some(({ Action }) =>
      listOf(Action).includes('states:StartExecution'),
    ),
  );
