import type { APPS } from '../apps.ts';
import type { LoadWork } from '../runtime/azure.ts';

/** The works of a training run, each loaded when it is first called. */
export const PIPELINE_WORKS = {
  lease: () => import('../lease/azure.ts'),
  export: () => import('../export/azure.ts'),
  prepare: () => import('../prepare/azure.ts'),
  ingest: () => import('../ingest/azure.ts'),
  train: () => import('../train/azure.ts'),
  evaluate: () => import('../evaluate/azure.ts'),
  register: () => import('../register/azure.ts'),
} satisfies { readonly [Name in (typeof APPS)['pipeline']['functions'][number]]: LoadWork };
