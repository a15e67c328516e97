import { createPorts } from '../adapters/gcp/create-ports.ts';
import { gcpHttpHandler } from '../runtime/gcp-http.ts';
import { createService } from './service.ts';

export const handler = gcpHttpHandler(createPorts, createService);
