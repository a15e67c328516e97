/**
 * Regions with the services that a model needs on Google Cloud, as data of 2026-11-29. A complete
 * page of regions excludes a region. Two pages are known in part: a region beyond it gets a warning.
 */

/** Date of the lists, for messages. */
export const REGIONS_OF = '2026-11-29';

/** Pages of the two services whose lists are incomplete, for messages. */
export const REGION_PAGES = {
  'Cloud Scheduler': 'docs.cloud.google.com/scheduler/docs/locations',
  Eventarc: 'docs.cloud.google.com/eventarc/docs/locations',
} as const;

/** A service whose list of regions is incomplete here. */
export type UnlistedService = keyof typeof REGION_PAGES;

const NONE: readonly UnlistedService[] = [];
const SCHEDULER: readonly UnlistedService[] = ['Cloud Scheduler'];
const EVENTARC: readonly UnlistedService[] = ['Eventarc'];

/**
 * Regions of functions of the second generation (cloud.google.com/functions/docs/locations), each with the services that
 * no source lists there. All have Workflows (docs.cloud.google.com/workflows/docs/locations), Vertex AI, Artifact Registry,
 * Pub/Sub, Secret Manager and Cloud Storage (regional endpoints in their discovery documents of 2026-10 and 2026-11).
 * Sources for Cloud Scheduler are its page of regions, its release notes of 2026-04-17, 2026-09-18 and 2026-09-24, and
 * regional endpoints. Sources for Eventarc are regional endpoints and its page of regions.
 */
export const GCP_REGIONS: Readonly<Record<string, readonly UnlistedService[]>> = {
  'asia-east1': NONE,
  'asia-east2': NONE,
  'asia-northeast1': NONE,
  'asia-northeast2': NONE,
  'asia-northeast3': NONE,
  'asia-south1': NONE,
  'asia-south2': NONE,
  'asia-southeast1': NONE,
  'asia-southeast2': NONE,
  'australia-southeast1': NONE,
  'australia-southeast2': SCHEDULER,
  'europe-central2': NONE,
  'europe-north1': SCHEDULER,
  'europe-southwest1': SCHEDULER,
  'europe-west1': NONE,
  'europe-west10': SCHEDULER,
  'europe-west12': NONE,
  'europe-west2': NONE,
  'europe-west3': NONE,
  'europe-west4': NONE,
  'europe-west6': NONE,
  'europe-west8': SCHEDULER,
  'europe-west9': SCHEDULER,
  'me-central1': EVENTARC,
  'me-central2': NONE,
  'me-west1': EVENTARC,
  'northamerica-northeast1': NONE,
  'northamerica-northeast2': NONE,
  'southamerica-east1': EVENTARC,
  'southamerica-west1': EVENTARC,
  'us-central1': NONE,
  'us-east1': NONE,
  'us-east4': NONE,
  'us-east5': SCHEDULER,
  'us-south1': NONE,
  'us-west1': NONE,
  'us-west2': NONE,
  'us-west3': NONE,
  'us-west4': NONE,
};

/** Services that a region does not have: the page of regions of the service is here up to the region's place in it. */
export const GCP_MISSING: Readonly<Record<string, UnlistedService>> = {
  'southamerica-west1': 'Cloud Scheduler',
};
