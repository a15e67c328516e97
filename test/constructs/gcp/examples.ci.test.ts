import * as gcp from '../../../constructs/gcp/index.ts';
import { describeExamples } from '../terraform-examples.ts';
import { exampleGcpConfig, gcpBindings } from './example.ts';

describeExamples({
  title: 'the examples of constructs on Google Cloud',
  cloud: 'gcp',
  exported: gcp,
  configOf: exampleGcpConfig,
  bindingsOf: gcpBindings,
});
