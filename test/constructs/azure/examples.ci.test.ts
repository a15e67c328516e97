import * as azure from '../../../constructs/azure/index.ts';
import { describeExamples } from '../terraform-examples.ts';
import { azureBindings, exampleAzureConfig } from './example.ts';

describeExamples({
  title: 'the examples of constructs on Azure',
  cloud: 'azure',
  exported: azure,
  configOf: exampleAzureConfig,
  bindingsOf: azureBindings,
});
