import { createPorts } from '../adapters/aws/create-ports.ts';
import { awsHandler } from '../runtime/aws.ts';
import { httpApiHandler } from '../runtime/aws-http.ts';
import { createService } from './service.ts';

export const handler = awsHandler(createPorts, httpApiHandler(createService));
