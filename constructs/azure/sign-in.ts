import { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { type AzapiResource, AzapiUpdate } from '../shared/azapi.ts';
import { Lazy } from '../shared/cdktf.ts';
import { type SignInBody, WEB_API } from './arm.ts';
import { cloudOf } from './place.ts';

export interface SignInProps {
  readonly config: ResolvedConfig;
  readonly site: AzapiResource;
  /** Object ids of those who are let in; the list may grow until synthesis. Nobody is when it is empty. */
  readonly people: readonly string[];
}

/** An id that no identity has: an empty list would let in everybody of the tenant. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * The platform's authentication before an app: tokens of the environment's Entra application, from exactly these identities. Others
 * get 401 or 403 before a function runs
 * (learn.microsoft.com/azure/app-service/configure-authentication-provider-aad#use-a-built-in-authorization-policy).
 */
export class SignIn extends Construct {
  readonly resource: AzapiUpdate;

  constructor(scope: Construct, id: string, { config, site, people }: SignInProps) {
    super(scope, id);
    const { tenant, entraClientId } = cloudOf(config);
    const body = {
      properties: {
        platform: { enabled: true, runtimeVersion: '~1' },
        globalValidation: { requireAuthentication: true, unauthenticatedClientAction: 'Return401' },
        httpSettings: { requireHttps: true },
        identityProviders: {
          azureActiveDirectory: {
            enabled: true,
            registration: {
              clientId: entraClientId,
              openIdIssuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
            },
            validation: {
              allowedAudiences: [entraClientId, `api://${entraClientId}`],
              defaultAuthorizationPolicy: {
                allowedPrincipals: {
                  identities: Lazy.listValue({
                    produce: () => (people.length === 0 ? [NOBODY] : [...people]),
                  }),
                },
              },
            },
          },
        },
        login: { tokenStore: { enabled: false } },
      },
    } satisfies SignInBody;
    this.resource = new AzapiUpdate(this, 'Resource', {
      type: `Microsoft.Web/sites/config@${WEB_API}`,
      resourceId: `${site.id}/config/authsettingsV2`,
      body,
    });
  }
}
