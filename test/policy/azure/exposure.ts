/** Ways in: keys of accounts, public objects, sign-in of HTTP, passwords of deployments, and old TLS. */

import { blocksOf, valueAt, valuesAt } from '../../support/terraform/located.ts';
import { checkEach, together } from '../check.ts';
import {
  type AzureCheck,
  addressOf,
  apiBlocks,
  ownerOf,
  settingsOf,
  signInOf,
  sitesOf,
  triggersOf,
} from './check.ts';

/** Nothing takes a shared key or an anonymous call: Entra alone says who calls. */
export const entraAlone: AzureCheck = (stacks) =>
  together(
    checkEach(blocksOf(stacks, 'azurerm_storage_account'), ({ body }) => [
      body.shared_access_key_enabled !== false && 'takes its shared keys',
      body.local_user_enabled !== false && 'has users of its own',
      body.allow_nested_items_to_be_public !== false && 'may have public blobs',
      body.cross_tenant_replication_enabled !== false && 'may be copied to another tenant',
      body.default_to_oauth_authentication !== true && 'asks for keys in the portal',
    ]),
    checkEach(blocksOf(stacks, 'azurerm_storage_container'), ({ body }) => [
      body.container_access_type !== 'private' && 'is public',
    ]),
    checkEach(blocksOf(stacks, 'azurerm_eventgrid_topic'), ({ body }) => [
      body.local_auth_enabled !== false && 'takes its access keys',
    ]),
    checkEach(blocksOf(stacks, 'azurerm_log_analytics_workspace'), ({ body }) => [
      body.local_authentication_enabled !== false && 'takes its shared keys',
    ]),
    checkEach(blocksOf(stacks, 'azurerm_application_insights'), ({ name, body }) => [
      // Azure Machine Learning alone has the one of the registry, and signs by its key; no function of the model writes there.
      body.local_authentication_disabled !== true &&
        !/^ModelRegistry_/.test(name) &&
        'takes its instrumentation key',
    ]),
    checkEach(blocksOf(stacks, 'azurerm_key_vault'), ({ body }) => [
      body.rbac_authorization_enabled !== true && 'has policies of its own instead of roles',
      body.access_policy !== undefined && 'gives access by a policy',
    ]),
    checkEach(blocksOf(stacks, 'azurerm_storage_account_local_user', 'azurerm_eventgrid_domain'), () => [
      'has keys',
    ]),
  );

/** TLS 1.2 everywhere, and no FTP. */
export const tlsAlone: AzureCheck = (stacks) =>
  together(
    checkEach(blocksOf(stacks, 'azurerm_storage_account'), ({ body }) => [
      body.min_tls_version !== 'TLS1_2' && 'takes old TLS',
      body.https_traffic_only_enabled !== true && 'takes HTTP',
    ]),
    checkEach(sitesOf(stacks), ({ body }) => {
      const site = 'body.properties.siteConfig';
      return [
        valueAt(body, 'body.properties.httpsOnly') !== true && 'takes HTTP',
        ...['minTlsVersion', 'scmMinTlsVersion'].map(
          (field) => valueAt(body, `${site}.${field}`) !== '1.2' && `${field} is not 1.2`,
        ),
        valueAt(body, `${site}.ftpsState`) !== 'Disabled' && 'takes FTP',
      ];
    }),
  );

const AZURE_AD = 'body.properties.identityProviders.azureActiveDirectory';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Every HTTP function is behind the platform's sign-in, which lets in listed identities alone. */
export const signInBeforeHttp: AzureCheck = (stacks) =>
  checkEach(
    sitesOf(stacks).filter((site) => triggersOf(site).has('http')),
    (site) => {
      const signIn = signInOf(site, stacks);
      if (signIn === undefined) return ['answers everybody: it has no sign-in'];
      const { body } = signIn;
      const { requireAuthentication, unauthenticatedClientAction, excludedPaths } = Object(
        valueAt(body, 'body.properties.globalValidation'),
      );
      const people = valuesAt(
        body,
        `${AZURE_AD}.validation.defaultAuthorizationPolicy.allowedPrincipals.identities`,
      ).flat();
      return [
        valueAt(body, 'body.properties.platform.enabled') !== true && 'has its sign-in off',
        requireAuthentication !== true && 'lets in without a token',
        unauthenticatedClientAction !== 'Return401' && 'redirects instead of refusing',
        excludedPaths !== undefined && 'has paths without sign-in',
        people.length === 0 && 'lets in everybody of the tenant',
        people.some((one) => !UUID.test(String(one)) && !String(one).startsWith('${')) &&
          'lets in somebody who is no object id',
        valuesAt(body, `${AZURE_AD}.validation.allowedAudiences`).flat().length === 0 &&
          'takes tokens for others',
        !/\/[0-9a-f-]{36}\/v2\.0$/.test(String(valueAt(body, `${AZURE_AD}.registration.openIdIssuer`))) &&
          'takes tokens of another tenant',
        valueAt(body, `${AZURE_AD}.registration.clientSecretSettingName`) !== undefined &&
          'has a client secret',
      ];
    },
  );

/** A site takes no package by a password, before its code is there. */
export const noPasswordsOfDeployments: AzureCheck = (stacks) => {
  const policies = apiBlocks(
    stacks,
    'azapi_update_resource',
    'Microsoft.Web/sites/basicPublishingCredentialsPolicies',
  );
  return checkEach(sitesOf(stacks), (site) => [
    ...['scm', 'ftp'].map(
      (way) =>
        !policies.some(
          (one) =>
            ownerOf(one) === addressOf(site) &&
            String(one.body.resource_id).endsWith(`/${way}`) &&
            valueAt(one.body, 'body.properties.allow') === false,
        ) && `takes a password for ${way}`,
    ),
    settingsOf(site).has('WEBSITE_AUTH_ENABLED') && 'has the old sign-in',
  ]);
};
