/** Identities: one for each function, none by default, and no role that is wider than its use. */

import {
  blocksOf,
  type LocatedBlock,
  referencesIn,
  valueAt,
  valuesAt,
} from '../../support/terraform/located.ts';
import { checkEach, together } from '../check.ts';
import { type GcpCheck, grantsOf, membersOf } from './check.ts';

/** Everybody, or everybody with any account. */
const EVERYBODY = /^(allUsers|allAuthenticatedUsers|domain:.*)$/;
/** Accounts that Google makes and gives the editor's role (cloud.google.com/iam/docs/service-account-types#default). */
const DEFAULT_ACCOUNT =
  /-compute@developer\.gserviceaccount\.com|@appspot\.gserviceaccount\.com|@cloudbuild\.gserviceaccount\.com/;
const BASIC = /^roles\/(owner|editor|viewer|browser|reader|writer|admin)$/;
/** Roles that hand over everything of a service, or somebody else's identity. */
const WIDE = /^roles\/[\w.]*([aA]dmin|[oO]wner|serviceAccountTokenCreator|serviceAccountKeyAdmin)$/;

/** Nothing is open to everybody. */
export const notPublicOnGcp: GcpCheck = (stacks) =>
  together(
    checkEach(grantsOf(blocksOf(stacks)), (grant) =>
      membersOf(grant).map((member) => EVERYBODY.test(member) && `is given to ${member}`),
    ),
    checkEach(blocksOf(stacks, 'google_storage_bucket'), ({ body }) => [
      body.public_access_prevention !== 'enforced' && 'may become public',
      body.uniform_bucket_level_access !== true && 'has ACLs of single objects',
    ]),
    checkEach(blocksOf(stacks, 'google_bigquery_dataset'), ({ body }) =>
      valuesAt(body, 'access.special_group').map((group) => group === 'allAuthenticatedUsers' && 'is public'),
    ),
  );

/**
 * Whether a grant lets a service of Google sign as one account: Pub/Sub needs it for the tokens of its pushes
 * (cloud.google.com/pubsub/docs/authenticate-push-subscriptions).
 */
const signsAsOne = (grant: LocatedBlock): boolean =>
  grant.type === 'google_service_account_iam_member' &&
  grant.body.role === 'roles/iam.serviceAccountTokenCreator' &&
  membersOf(grant).every((member) => member.includes('@gcp-sa-pubsub.'));

/** No basic role, no role of an administrator, and no grant that removes those of others in the project. */
export const narrowRoles: GcpCheck = (stacks) =>
  together(
    checkEach(grantsOf(blocksOf(stacks)), (grant) => [
      BASIC.test(String(grant.body.role)) && `gives the basic role ${String(grant.body.role)}`,
      WIDE.test(String(grant.body.role)) && !signsAsOne(grant) && `gives ${String(grant.body.role)}`,
      grant.type === 'google_project_iam_binding' && "replaces the project's other members of the role",
    ]),
    checkEach(blocksOf(stacks, 'google_project_iam_custom_role'), ({ body }) => [
      ...[body.permissions]
        .flat()
        .map((one) => String(one).includes('*') && `has the permission ${String(one)}`),
      ...[body.permissions]
        .flat()
        .map(
          (one) =>
            /setIamPolicy|actAs|getAccessToken|signBlob|signJwt/.test(String(one)) &&
            `escalates by ${String(one)}`,
        ),
    ]),
    checkEach(
      blocksOf(stacks).filter(({ type }) => /_iam_policy$/.test(type)),
      () => ['replaces a whole policy, with the grants of services in it'],
    ),
  );

/**
 * Each right has one owner: of two resources for one member of a policy, the first that is destroyed takes it from the other
 * (github.com/hashicorp/terraform-provider-google/blob/v6.50.0/google/tpgiamresource/resource_iam_member.go).
 */
export const oneOwner: GcpCheck = (stacks) => {
  const seen = new Map<string, string>();
  return checkEach(
    grantsOf(blocksOf(stacks)).filter(({ type }) => type.endsWith('_iam_member')),
    ({ id, type, body: { '//': _, depends_on: __, lifecycle: ___, ...body } }) => {
      const right = JSON.stringify([type, Object.entries(body).sort()]);
      const owner = seen.get(right);
      seen.set(right, id);
      return [owner !== undefined && `gives what ${owner} gives`];
    },
  );
};

/** Fields with the identity of a resource that acts; a resource without one acts as a default account. */
const ACTORS: readonly (readonly [type: string, inside: string, field: string])[] = [
  ['google_cloudfunctions2_function', '', 'service_config.service_account_email'],
  ['google_cloudfunctions2_function', '', 'build_config.service_account'],
  ['google_workflows_workflow', '', 'service_account'],
  ['google_eventarc_trigger', '', 'service_account'],
  ['google_pubsub_subscription', 'push_config', 'push_config.oidc_token.service_account_email'],
];

/** Each function has an identity of its own, and nothing acts as a default account. */
export const ownIdentities: GcpCheck = (stacks) => {
  const functions = blocksOf(stacks, 'google_cloudfunctions2_function');
  const accounts = functions.map(({ body }) => String(valueAt(body, 'service_config.service_account_email')));
  return together(
    checkEach(functions, ({ body }) => {
      const own = String(valueAt(body, 'service_config.service_account_email'));
      return [
        accounts.filter((one) => one === own).length > 1 && 'shares its identity with another function',
        referencesIn(valueAt(body, 'build_config.service_account')).some((one) =>
          referencesIn(own).includes(one),
        ) && 'is built by the identity that it runs as',
      ];
    }),
    ...ACTORS.map(([type, inside, field]) =>
      checkEach(
        blocksOf(stacks, type).filter(({ body }) => inside === '' || body[inside] !== undefined),
        ({ body }) => [valueAt(body, field) === undefined && `has no ${field}`],
      ),
    ),
    checkEach(blocksOf(stacks, 'google_cloud_scheduler_job'), (job) => [
      !isSigned(job) && 'calls without a token',
    ]),
    checkEach(blocksOf(stacks), ({ body }) => [
      DEFAULT_ACCOUNT.test(JSON.stringify(body)) && 'names a default account',
    ]),
  );
};

const isSigned = ({ body }: LocatedBlock): boolean =>
  ['oidc_token', 'oauth_token'].some(
    (token) => valueAt(body, `http_target.${token}.service_account_email`) !== undefined,
  );

/** Types whose state has a key or a secret in clear. */
const SECRET_TYPES =
  /^(google_service_account_key|google_storage_hmac_key|google_apikeys_key|random_password|random_id|random_bytes|tls_private_key)$/;
/** Attributes that are kept in the state as they are. */
const SECRET_FIELDS = [
  'secret_data',
  'password',
  'private_key',
  'auth_token',
  'service_key',
  'encryption_key',
];

/** No key and no secret is in the state: secrets are written only, and made while Terraform applies. */
export const noSecretsInState: GcpCheck = (stacks) =>
  together(
    checkEach(blocksOf(stacks), ({ type, body }) => [
      SECRET_TYPES.test(type) && 'keeps a secret in the state',
      ...SECRET_FIELDS.map((field) => body[field] !== undefined && `keeps ${field} in the state`),
    ]),
    checkEach(blocksOf(stacks, 'google_secret_manager_secret_version'), ({ body }) => [
      !/^\$\{ephemeral\./.test(String(body.secret_data_wo)) &&
        'does not get its secret from an ephemeral value',
    ]),
  );
