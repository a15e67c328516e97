import { createPorts } from '../adapters/aws/create-ports.ts';
import { gatewayHandler } from '../runtime/api-gateway.ts';
import { awsHandler } from '../runtime/aws.ts';
import { createService } from './service.ts';

export const handler = awsHandler(createPorts, gatewayHandler(createService));
