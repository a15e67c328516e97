import { createEndpoint } from '../../../lambdas/adapters/local/endpoint.ts';
import { endpointContract } from '../../contracts/endpoint.ts';

endpointContract('a service in this process', async (service) => ({
  endpoint: createEndpoint(service),
  close: async () => {},
}));
