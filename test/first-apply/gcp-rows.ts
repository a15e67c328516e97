/** Failures of a first apply in a real project of Google Cloud that a stack can avoid, each with the revert of its fix. */

import { type GcpExpectations, grantsOf, membersOf } from '../policy/gcp/check.ts';
import { inOneRegion, protectedAsAsked, retentionIsExplicit } from '../policy/gcp/data-at-rest.ts';
import { timeToAcknowledge } from '../policy/gcp/delivery.ts';
import { notPublicOnGcp, ownIdentities } from '../policy/gcp/identity.ts';
import { selfContained } from '../policy/self-contained.ts';
import {
  blocksOf,
  referencesIn,
  type TerraformStacks,
  valueAt,
  valuesAt,
} from '../support/terraform/located.ts';
import { earlyAgents, earlyBuilds, earlyCalls, missingApis, missingKeyGrants } from './gcp-order.ts';

/** A trap; each fix is proven by its revert. */
export interface GcpRow {
  readonly id: string;
  readonly trap: string;
  readonly source: string;
  /** Returns everything that falls into it; nothing with the fix. */
  readonly wrong: (stacks: TerraformStacks) => readonly string[];
  /** Takes the fix back. */
  readonly revert: (stacks: MutableStacks) => void;
}

type MutableBody = Record<string, unknown>;
export type MutableStacks = Record<
  string,
  {
    resource: Record<string, Record<string, MutableBody>>;
    data?: Record<string, Record<string, MutableBody>>;
  }
>;

/** The settings of the environment that the stacks of the test are made of. */
export const PROD: GcpExpectations = { encryption: 'customer', removal: 'retain', region: 'europe-west3' };

/** Returns every resource of a type, to be changed. */
const all = (stacks: MutableStacks, type: string): MutableBody[] =>
  Object.values(stacks).flatMap(({ resource }) => Object.values(resource[type] ?? {}));
const first = (stacks: MutableStacks, type: string): MutableBody => {
  const [body] = all(stacks, type);
  if (body === undefined) throw new Error(`no ${type}`);
  return body;
};
const nestedBody = (body: MutableBody, field: string): MutableBody => [body[field]].flat()[0] as MutableBody; // an own block
const findingsOf =
  (check: (stacks: TerraformStacks, given: GcpExpectations) => { findings: readonly string[] }) =>
  (stacks: TerraformStacks) =>
    check(stacks, PROD).findings;
/** Removes what a resource waits for, by a pattern of `<type>.<name>`. */
const forget = (body: MutableBody, pattern: RegExp): void => {
  body.depends_on = [body.depends_on ?? []].flat().filter((one) => !pattern.test(String(one)));
};

const SHA256 = /[0-9a-f]{64}/;

export const GCP_ROWS: readonly GcpRow[] = [
  {
    id: 'G1',
    trap: 'Terraform reads the expressions of workflows and dashboards as its own',
    source: 'developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1',
    wrong: findingsOf(selfContained),
    revert: (stacks) => {
      const workflow = first(stacks, 'google_workflows_workflow');
      workflow.source_contents = String(workflow.source_contents).replaceAll('$${', '${');
    },
  },
  {
    id: 'G2',
    trap: 'an API that is off, or was switched on a moment ago, refuses everything',
    source: 'registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/google_project_service',
    wrong: missingApis,
    revert: (stacks) => {
      for (const { resource } of Object.values(stacks)) delete resource.google_project_service;
    },
  },
  {
    id: 'G2b',
    trap: 'a stack that is destroyed switches off the APIs of everything else in the project',
    source: 'registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/google_project_service',
    wrong: missingApis,
    revert: (stacks) => {
      delete first(stacks, 'google_project_service').disable_on_destroy;
    },
  },
  {
    id: 'G3',
    trap: 'the identity of a service is not there before its first resource, and a grant to it is refused',
    source: 'cloud.google.com/iam/docs/service-agents',
    wrong: earlyAgents,
    revert: (stacks) => {
      const grant = all(stacks, 'google_pubsub_topic_iam_member').find(({ member }) =>
        String(member).includes('gcp-sa-'),
      );
      Object.assign(grant ?? {}, { topic: 'projects/p/topics/t', depends_on: [] });
    },
  },
  {
    id: 'G4',
    trap: 'the default account of Cloud Build has no rights in new projects',
    source: 'github.com/GoogleCloudPlatform/terraform-google-cloud-functions/issues/129',
    wrong: earlyBuilds,
    revert: (stacks) => {
      for (const one of all(stacks, 'google_cloudfunctions2_function'))
        delete nestedBody(one, 'build_config').service_account;
    },
  },
  {
    id: 'G4b',
    trap: "a build starts before IAM knows the builder's rights",
    source: 'cloud.google.com/iam/docs/access-change-propagation',
    wrong: earlyBuilds,
    revert: (stacks) => {
      for (const one of all(stacks, 'google_cloudfunctions2_function')) forget(one, /^time_sleep\.Builder/);
    },
  },
  {
    id: 'G5',
    trap: 'organisations take the rights of default accounts away',
    source: 'cloud.google.com/resource-manager/docs/organization-policy/restricting-service-accounts',
    wrong: findingsOf(ownIdentities),
    revert: (stacks) => {
      delete first(stacks, 'google_workflows_workflow').service_account;
    },
  },
  {
    id: 'G5b',
    trap: 'organisations refuse public members and public buckets',
    source: 'cloud.google.com/resource-manager/docs/organization-policy/restricting-domains',
    wrong: findingsOf(notPublicOnGcp),
    revert: (stacks) => {
      first(stacks, 'google_cloud_run_v2_service_iam_member').member = 'allUsers';
    },
  },
  {
    id: 'G5c',
    trap: 'organisations refuse resources of other locations',
    source: 'cloud.google.com/resource-manager/docs/organization-policy/defining-locations',
    wrong: findingsOf(inOneRegion),
    revert: (stacks) => {
      first(stacks, 'google_artifact_registry_repository').location = 'us';
    },
  },
  {
    id: 'G6',
    trap: 'IAM takes minutes: the first scheduled call is refused',
    source: 'cloud.google.com/iam/docs/access-change-propagation',
    wrong: earlyCalls,
    revert: (stacks) => forget(first(stacks, 'google_cloud_scheduler_job'), /./),
  },
  {
    id: 'G7',
    trap: "names of buckets are global, and somebody else's bucket has a short one",
    source: 'cloud.google.com/storage/docs/buckets#naming',
    wrong: (stacks) =>
      Object.entries(stacks).flatMap(([, { provider, resource }]) => {
        const project = String(valuesAt({ google: provider?.google }, 'google.project')[0]);
        return Object.values(resource?.google_storage_bucket ?? {})
          .map(({ name }) => String(name))
          .filter((name) => !name.startsWith(`${project}-`) || name.length > 63)
          .map((name) => `${name} may be taken`);
      }),
    revert: (stacks) => {
      first(stacks, 'google_storage_bucket').name = 'models';
    },
  },
  {
    id: 'G7b',
    trap: 'deleted objects of a bucket are kept and billed for seven days',
    source: 'cloud.google.com/storage/docs/soft-delete',
    wrong: findingsOf(retentionIsExplicit),
    revert: (stacks) => {
      delete first(stacks, 'google_storage_bucket').soft_delete_policy;
    },
  },
  {
    id: 'G8',
    trap: 'an account has 6 to 30 characters, and two functions may be cut to one name',
    source: 'cloud.google.com/iam/docs/service-accounts-create',
    wrong: (stacks) => {
      const ids = blocksOf(stacks, 'google_service_account').map(({ body }) => String(body.account_id));
      return [
        ...ids.filter((id) => !/^[a-z]([-a-z0-9]*[a-z0-9])$/.test(id) || id.length < 6 || id.length > 30),
        ...ids.filter((id, i) => ids.indexOf(id) < i).map((id) => `${id} twice`),
      ];
    },
    revert: (stacks) => {
      for (const account of all(stacks, 'google_service_account'))
        account.account_id = String(account.account_id).slice(0, 18);
    },
  },
  {
    id: 'G10',
    trap: 'a function is not built again while the name of its archive stays',
    source: 'github.com/hashicorp/terraform-provider-google/issues/1938',
    wrong: (stacks) => {
      const archives = blocksOf(stacks, 'google_storage_bucket_object');
      const named = new Set(archives.map(({ type, name }) => `${type}.${name}`));
      return [
        ...archives
          .filter(({ body }) => {
            const digest = SHA256.exec(String(body.name))?.[0];
            return digest === undefined || !String(body.source).endsWith(`${digest}.zip`);
          })
          .map(({ id }) => `the name of ${id} stays when its bytes change`),
        ...blocksOf(stacks, 'google_cloudfunctions2_function')
          .filter(
            ({ body }) =>
              !referencesIn(valueAt(body, 'build_config.source.storage_source.object')).some((one) =>
                named.has(one),
              ),
          )
          .map(({ id }) => `${id} is built of no archive of this stack`),
      ];
    },
    revert: (stacks) => {
      first(stacks, 'google_storage_bucket_object').name = 'code/score.zip';
    },
  },
  {
    id: 'G12',
    trap: 'without a repository of its own a function leaves gcf-artifacts behind, for which nobody chose a location',
    source: 'cloud.google.com/functions/docs/building#image_registry',
    wrong: (stacks) =>
      blocksOf(stacks, 'google_cloudfunctions2_function')
        .filter(({ body }) => referencesIn(valueAt(body, 'build_config.docker_repository')).length === 0)
        .map(({ id }) => `${id} has no repository of its own`),
    revert: (stacks) => {
      delete nestedBody(first(stacks, 'google_cloudfunctions2_function'), 'build_config').docker_repository;
    },
  },
  {
    id: 'G13',
    trap: 'an alert policy on a metric that has no data yet is refused',
    source: 'github.com/hashicorp/terraform-provider-google/issues/11102',
    wrong: (stacks) =>
      blocksOf(stacks, 'google_monitoring_alert_policy')
        .filter(({ body }) => {
          const queries = valuesAt(body, 'conditions.condition_prometheus_query_language');
          const isLog = valuesAt(body, 'conditions.condition_matched_log').length > 0;
          const lenient = valuesAt(
            body,
            'conditions.condition_prometheus_query_language.disable_metric_validation',
          );
          return (
            !isLog && (queries.length === 0 || lenient.length !== queries.length || lenient.includes(false))
          );
        })
        .map(({ id }) => `${id} needs its metric first`),
    revert: (stacks) => {
      for (const one of all(stacks, 'google_monitoring_alert_policy')) {
        const condition = nestedBody(one, 'conditions').condition_prometheus_query_language;
        if (condition !== undefined) delete nestedBody({ condition }, 'condition').disable_metric_validation;
      }
    },
  },
  {
    id: 'G15',
    trap: 'Cloud Run keeps paths that end in z for itself',
    source: 'cloud.google.com/run/docs/issues#ah',
    wrong: (stacks) =>
      blocksOf(stacks)
        .filter(({ body }) => /(\}|\.app|\.net)\/[\w/-]*z"/.test(JSON.stringify(body)))
        .map(({ id }) => `${id} calls a path that never arrives`),
    revert: (stacks) => {
      const target = nestedBody(first(stacks, 'google_cloud_scheduler_job'), 'http_target');
      target.uri = 'https://score-abc.a.run.app/healthz';
    },
  },
  {
    id: 'G17',
    trap: 'a service may not use a customer key before it has a grant on it',
    source: 'cloud.google.com/kms/docs/cmek#cmek-service-agents',
    wrong: missingKeyGrants,
    revert: (stacks) => {
      first(stacks, 'google_kms_crypto_key_iam_member').member = 'serviceAccount:nobody@example.com';
    },
  },
  {
    id: 'G17a',
    trap: 'a destroy of one model takes the right on a shared key from all others',
    source:
      'github.com/hashicorp/terraform-provider-google/blob/v6.50.0/google/tpgiamresource/resource_iam_member.go',
    wrong: missingKeyGrants,
    revert: (stacks) => {
      first(stacks, 'google_kms_crypto_key_iam_member').lifecycle = {};
    },
  },
  {
    id: 'G17b',
    trap: 'the identities of Cloud Storage and BigQuery are made when they are asked for, and a grant to a name is too early',
    source: 'cloud.google.com/storage/docs/getting-service-agent',
    wrong: (stacks) =>
      grantsOf(blocksOf(stacks))
        .filter((grant) =>
          membersOf(grant).some((member) => /@(gs-project-accounts|bigquery-encryption)\./.test(member)),
        )
        .map(({ id }) => `${id} names an identity that may not be there`),
    revert: (stacks) => {
      first(stacks, 'google_kms_crypto_key_iam_member').member =
        'serviceAccount:service-1@gs-project-accounts.iam.gserviceaccount.com';
    },
  },
  {
    id: 'G18',
    trap: 'the provider protects tables and workflows from a destroy unless it is told otherwise',
    source: 'registry.terraform.io/providers/hashicorp/google/6.50.0/docs/resources/workflows_workflow',
    wrong: findingsOf(protectedAsAsked),
    revert: (stacks) => {
      delete first(stacks, 'google_workflows_workflow').deletion_protection;
    },
  },
  {
    id: 'G19',
    trap: 'names of roles and log buckets stay taken for days after they are deleted',
    source: 'cloud.google.com/iam/docs/creating-custom-roles#deleting-custom-role',
    wrong: (stacks) => {
      const named = [
        ...blocksOf(stacks, 'google_project_iam_custom_role').map(({ id, body }) => [id, body.role_id]),
        ...blocksOf(stacks, 'google_logging_project_bucket_config').map(({ id, body }) => [
          id,
          body.bucket_id,
        ]),
      ];
      return named
        .filter(([, name]) => !/^bank[_-]marketing[_-]prod[_-]/.test(String(name)))
        .map(([id]) => `${String(id)} has a name that another model or environment may have`);
    },
    revert: (stacks) => {
      first(stacks, 'google_project_iam_custom_role').role_id = 'mirror';
    },
  },
  {
    id: 'G20',
    trap: 'a push is delivered again after ten seconds while its function still works',
    source: 'cloud.google.com/pubsub/docs/push#push_acknowledgment',
    wrong: findingsOf(timeToAcknowledge),
    revert: (stacks) => {
      for (const one of all(stacks, 'google_pubsub_subscription')) delete one.ack_deadline_seconds;
    },
  },
  {
    id: 'G21',
    trap: 'a subscription without traffic is deleted after 31 days',
    source: 'cloud.google.com/pubsub/docs/subscription-properties#expiration_period',
    wrong: findingsOf(retentionIsExplicit),
    revert: (stacks) => {
      delete first(stacks, 'google_pubsub_subscription').expiration_policy;
    },
  },
  {
    id: 'G22',
    trap: 'a connector for private networks runs machines all day',
    source: 'cloud.google.com/vpc/docs/serverless-vpc-access#pricing',
    wrong: (stacks) =>
      blocksOf(stacks, 'google_cloudfunctions2_function')
        .filter(({ body }) => valueAt(body, 'service_config.vpc_connector') !== undefined)
        .map(({ id }) => `${id} has a connector`),
    revert: (stacks) => {
      nestedBody(first(stacks, 'google_cloudfunctions2_function'), 'service_config').vpc_connector = 'c';
    },
  },
];
