import { expect, it } from 'vitest';
import { ArtifactStore } from '../../../constructs/aws/artifact-store.ts';
import { PredictionLog } from '../../../constructs/aws/prediction-log.ts';
import { exampleConfig, foreignStack, one, rightsOf, roleOf } from './example.ts';

it('the delivery stream may write predictions and what it could not deliver, and no other object', async () => {
  const config = await exampleConfig();
  const stack = foreignStack();
  const store = new ArtifactStore(stack, 'Store', { config });
  new PredictionLog(stack, 'Log', { config, store });
  const stream = one(stack, 'AWS::KinesisFirehose::DeliveryStream');
  const role = roleOf(stream, 'ExtendedS3DestinationConfiguration', 'RoleARN');
  const objects = rightsOf(stack, role).filter((right) =>
    /^s3:(Get|Put|Abort|Delete)\w*(Object|Upload)/.test(right),
  );
  const paths = objects.map((right) => right.replace(/^(\S+) .*"(\/[^"]+)".*$/, '$1 $2'));
  expect(paths).toEqual(
    ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'].flatMap((action) => [
      `${action} /predictions/*`,
      `${action} /undelivered/predictions/*`,
    ]),
  );
});
