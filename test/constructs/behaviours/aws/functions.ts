import { at, resourcesOf, type Stacks } from '../../../support/template.ts';
import type { Unit } from '../reader.ts';
import { functionNameOf, pointedAt } from './names.ts';
import { rightsOf } from './rights.ts';

/** Every Lambda function: a unit of its own. */
export function unitsOf(stacks: Stacks): Unit[] {
  const found = resourcesOf(stacks, 'AWS::Lambda::Function');
  const known = new Map(found.map((one) => [one.id, one]));
  const kept = new Map(
    resourcesOf(stacks, 'AWS::Lambda::EventInvokeConfig')
      // An alias has one of its own.
      .filter(({ properties }) => properties.Qualifier === '$LATEST')
      .map(({ stack, properties }) => [
        pointedAt(stacks, stack, properties.FunctionName, 'AWS::Lambda::Function'),
        at(properties, 'DestinationConfig', 'OnFailure', 'Destination'),
      ]),
  );
  return found.map(({ id, stack, properties }) => {
    const name = functionNameOf(known, id);
    const role = pointedAt(stacks, stack, properties.Role, 'AWS::IAM::Role');
    const logs = pointedAt(stacks, stack, at(properties, 'LoggingConfig', 'LogGroup'), 'AWS::Logs::LogGroup');
    const queue = kept.get(id);
    return {
      id,
      functions: name === undefined ? [] : [name],
      identity: role,
      rights: rightsOf(stacks, role ?? '', {
        logs,
        everywhere: properties.VpcConfig === undefined ? [] : ['ec2:'],
      }),
      memoryMb: Number(properties.MemorySize),
      timeoutSec: Number(properties.Timeout),
      logs,
      takesEvents: true,
      deadLetters: pointedAt(stacks, stack, queue, 'AWS::SQS::Queue'),
    };
  });
}
