import type { Exception } from '../exceptions.ts';

/** Findings of checkov that stay, each with its reason. An exception that nothing needs fails. */
export const GCP_CHECKOV_EXCEPTIONS: readonly Exception[] = [
  {
    rule: 'CKV_GCP_62',
    on: /^ArtifactStore_/,
    reason:
      'access logs of a bucket need a second bucket; Cloud Audit Logs of data access have the same, where they are on',
  },
  {
    rule: 'CKV_GCP_80',
    on: /^FeatureStore_/,
    reason: 'the table is external: its rows are in the bucket, which has the key',
  },
  {
    rule: 'CKV_GCP_121',
    on: /^FeatureStore_/,
    reason: 'environments that are destroyed protect nothing; the table is external, and prod protects it',
  },
  {
    rule: 'CKV_GCP_124',
    on: /^(ScoringApi|ReleaseController)_/,
    reason:
      'callers, approvers and people with a rollback are outside of the project; each needs the right to invoke',
  },
  { rule: 'CKV_GCP_81', on: /^FeatureStore_/, reason: "dev encrypts with the provider's keys" },
  { rule: 'CKV_GCP_83', on: /./, reason: "dev encrypts with the provider's keys" },
  { rule: 'CKV_GCP_84', on: /^Builder_/, reason: "dev encrypts with the provider's keys" },
];
