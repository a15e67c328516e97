import { RuntimeFailure } from '../../core/errors.ts';
import type { MirroredVersion, RegistryMirror } from '../../ports/registry-mirror.ts';
import { JSON_BODY, serviceClient } from '../shared/rest-service.ts';
import type { GoogleService } from './google-service.ts';

export interface RegistryMirrorOptions extends GoogleService {
  /** `projects/<project>/locations/<region>/models/<id>`; its first version makes it. */
  readonly model: string;
}

/** cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.models#Model */
interface VertexVersion {
  readonly versionId?: string;
  readonly versionDescription?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Operation {
  readonly name?: string;
  readonly done?: boolean;
  readonly error?: { readonly code?: number };
  readonly response?: { readonly modelVersionId?: string };
}

const PAGE = 100;
const STATUS_LABEL = 'mlops_status';
const POLL_MS = 1_000;
/** An upload without artifacts takes seconds; approving has a minute. */
const MOST_POLLS = 40;

/**
 * An image must be named, and nothing is ever deployed from the mirror. This one is Google's own sample and public
 * (github.com/googleapis/python-aiplatform/issues/2034). Images of Vertex itself ask for a model file of theirs.
 */
const IMAGE = 'us-docker.pkg.dev/cloudrun/container/hello';

/**
 * A version of one Vertex model for each of ours. Vertex numbers versions itself, so the description of a version says which
 * it is. A label would be too short for a digest: it has 63 characters. The status is a label of the version.
 */
export function createRegistryMirror({ model, endpoint, ...service }: RegistryMirrorOptions): RegistryMirror {
  const [, parent = '', region = '', modelId = ''] = MODEL_NAME.exec(model) ?? [];
  const base = `${endpoint ?? `https://${region}-aiplatform.googleapis.com`}/v1`;
  const client = serviceClient(service, 'registry');

  /** The Vertex version that shows ours; `exists` is whether the model has any. */
  async function find(
    description: string,
    what: string,
  ): Promise<{ exists: boolean; found?: VertexVersion }> {
    let token = '';
    do {
      const page = `pageSize=${PAGE}${token && `&pageToken=${encodeURIComponent(token)}`}`;
      const url = `${base}/${model}:listVersions?${page}`;
      const answer = await client.send({ method: 'GET', url, accept: [404], what });
      if (answer.status === 404) return { exists: false };
      const { models = [], nextPageToken = '' } = answer.json() as {
        readonly models?: readonly VertexVersion[];
        readonly nextPageToken?: string;
      };
      const found = models.find((one) => one.versionDescription === description);
      if (found !== undefined) return { exists: true, found };
      token = nextPageToken;
    } while (token !== '');
    return { exists: true };
  }

  /** Returns Vertex's number of the new version. An upload is sent once: a second one would be a second version. */
  async function upload(
    version: MirroredVersion,
    exists: boolean,
    what: string,
  ): Promise<string | undefined> {
    const body = JSON.stringify({
      ...(exists ? { parentModel: model } : { modelId }),
      model: {
        displayName: modelId,
        versionDescription: descriptionOf(version),
        containerSpec: { imageUri: IMAGE },
      },
    });
    const url = `${base}/${parent}/models:upload`;
    const begun = await client.send({ method: 'POST', url, headers: JSON_BODY, body, once: true, what });
    return ended(begun.json() as Operation, what);
  }

  async function ended(begun: Operation, what: string): Promise<string | undefined> {
    let operation = begun;
    for (let poll = 0; operation.done !== true; poll++) {
      if (poll === MOST_POLLS)
        throw new RuntimeFailure('registry/unavailable', `${what}: the upload takes long`, {
          retryable: true,
        });
      await service.clock.sleep(POLL_MS);
      const answer = await client.send({ method: 'GET', url: `${base}/${operation.name}`, what });
      operation = answer.json() as Operation;
    }
    if (operation.error !== undefined)
      throw new RuntimeFailure('registry/refused', `${what}: the upload failed (${operation.error.code})`);
    return operation.response?.modelVersionId;
  }

  return {
    async show(version) {
      const what = `showing version ${version.version}`;
      const { exists, found } = await find(descriptionOf(version), what);
      if (found?.labels?.[STATUS_LABEL] === version.status) return;
      const id = found?.versionId ?? (await upload(version, exists, what));
      await client.send({
        method: 'PATCH',
        url: `${base}/${model}@${id}?updateMask=labels`,
        headers: JSON_BODY,
        body: JSON.stringify({ labels: { [STATUS_LABEL]: version.status } }),
        what,
      });
    },
  };
}

const MODEL_NAME = /^(projects\/[^/]+\/locations\/([^/]+))\/models\/([^/]+)$/;

const descriptionOf = ({ model, version, digest }: MirroredVersion): string =>
  `${model} version ${version}, sha256 ${digest}`;
