import type { ConditionRequest } from './conditions.ts';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

/**
 * A request to a blob or to a container as what its rights are asked about
 * (learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-blob-service-operations).
 *
 * @param path - After the container: `/models/1/model.ubj?comp=block`, `?restype=container&comp=list&prefix=models/`.
 */
export function blobAccess(method: string, path: string): ConditionRequest {
  const { pathname, searchParams: query } = new URL(path, 'https://account/');
  const attributes = { [`@Resource[${BLOBS}:path]`]: decodeURIComponent(pathname.slice(1)) };
  if (query.get('restype') === 'container') {
    if (method !== 'GET' || query.get('comp') !== 'list') return { action: 'container', attributes };
    const prefix = query.get('prefix') ?? undefined;
    return {
      action: `${BLOBS}/read`,
      subOperation: 'Blob.List',
      attributes: prefix === undefined ? {} : { [`@Request[${BLOBS}:prefix]`]: prefix },
    };
  }
  if (method === 'GET' || method === 'HEAD') return { action: `${BLOBS}/read`, attributes };
  if (method === 'DELETE') return { action: `${BLOBS}/delete`, attributes };
  return {
    action: query.get('comp') === 'appendblock' ? `${BLOBS}/add/action` : `${BLOBS}/write`,
    attributes,
  };
}
