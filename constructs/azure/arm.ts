/** Bodies of Azure Resource Manager, by the types of the vendor's own packages. */

import type { Site, SiteAuthSettingsV2 } from '@azure/arm-appservice';

/** Version of the API of Microsoft.Web: that of the package whose types hold the bodies. */
export const WEB_API = '2024-11-01';

/** The body of a site: the package lists its properties beside the rest. */
export interface SiteBody {
  readonly kind: 'functionapp,linux';
  readonly properties: Pick<
    Site,
    | 'serverFarmId'
    | 'httpsOnly'
    | 'publicNetworkAccess'
    | 'clientAffinityEnabled'
    | 'virtualNetworkSubnetId'
    | 'siteConfig'
    | 'functionAppConfig'
  >;
}

/** The body of a site's sign-in. */
export interface SignInBody {
  readonly properties: Pick<
    SiteAuthSettingsV2,
    'platform' | 'globalValidation' | 'identityProviders' | 'login' | 'httpSettings'
  >;
}
