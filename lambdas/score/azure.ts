import type { AzureWork } from '../runtime/azure.ts';
import { serviceWork } from '../runtime/azure-http.ts';
import { createService } from './service.ts';

export const work: AzureWork = serviceWork(createService);
