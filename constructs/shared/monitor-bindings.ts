import type { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';

type Class<Props, Instance> = new (scope: Construct, id: string, props: Props) => Instance;

/** Constructs that a drift monitor needs beside the store. */
interface Needs<Notifications, Events, Secret> {
  readonly notifications?: Notifications;
  readonly events?: Events;
  readonly secret?: Secret;
}

/** Returns the bindings of a drift monitor: those that are given, and the missing ones made in its scope. */
export function monitorBindings<
  Notifications,
  Events,
  Secret,
  Given extends Needs<Notifications, Events, Secret>,
>(
  scope: Construct,
  { config, bindings: given }: { readonly config: ResolvedConfig; readonly bindings: Given },
  classes: {
    readonly Notifications: Class<{ readonly config: ResolvedConfig }, Notifications>;
    readonly ModelEvents: Class<
      { readonly config: ResolvedConfig; readonly notifications: Notifications },
      Events
    >;
    readonly PseudonymSecret: Class<{ readonly config: ResolvedConfig }, Secret>;
  },
): Given & Required<Needs<Notifications, Events, Secret>> {
  const notifications = given.notifications ?? new classes.Notifications(scope, 'Notifications', { config });
  const events = given.events ?? new classes.ModelEvents(scope, 'Events', { config, notifications });
  const secret = given.secret ?? new classes.PseudonymSecret(scope, 'PseudonymSecret', { config });
  return { ...given, notifications, events, secret };
}
