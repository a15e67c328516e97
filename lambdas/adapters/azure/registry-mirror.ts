import type { ModelVersion } from '@azure/arm-machinelearning';
import type { RegistryMirror } from '../../ports/registry-mirror.ts';
import { JSON_BODY, type RestService, serviceClient } from '../shared/rest-service.ts';

export interface RegistryMirrorOptions extends RestService {
  /** `/subscriptions/…/providers/Microsoft.MachineLearningServices/workspaces/<workspace>/models/<name>`; its first version makes it. */
  readonly model: string;
  /** Azure Resource Manager without a final slash. @default `https://management.azure.com` */
  readonly endpoint?: string;
}

const RESOURCE_MANAGER = 'https://management.azure.com';
/** learn.microsoft.com/rest/api/azureml/model-versions/create-or-update */
const API_VERSION = '2025-06-01';
/** The workspace's name for the container of the artifacts, which the construct of the registry makes. */
const DATASTORE = 'artifacts';

/**
 * A version of one model of an Azure Machine Learning workspace for each of ours. It has our number, so that writing it
 * twice has the effect of once. The digest is a property, and the status a tag, which may be updated
 * (learn.microsoft.com/rest/api/azureml/model-versions/create-or-update#modelversion). The address of the files has the form
 * that Microsoft's own examples register (github.com/Azure/azureml-examples/blob/main/cli/deploy-rest.sh).
 */
export function createRegistryMirror({
  model,
  endpoint = RESOURCE_MANAGER,
  ...service
}: RegistryMirrorOptions): RegistryMirror {
  const client = serviceClient(service, 'registry');
  const workspace = model.replace(
    /^\/(subscriptions\/.+\/)providers\/[^/]+\/(workspaces\/[^/]+)\/.*$/,
    '$1$2',
  );
  return {
    async show({ version, digest, status, prefix }) {
      const properties = {
        description: `${model.split('/').at(-1)} version ${version}, sha256 ${digest}`,
        modelType: 'custom_model',
        modelUri: `azureml://${workspace}/datastores/${DATASTORE}/paths/${prefix}`,
        properties: { mlops_digest: digest },
        tags: { mlops_status: status },
      };
      await client.send({
        method: 'PUT',
        url: `${endpoint}${model}/versions/${version}?api-version=${API_VERSION}`,
        headers: JSON_BODY,
        body: JSON.stringify({ properties } satisfies ModelVersion),
        what: `showing version ${version}`,
      });
    },
  };
}
