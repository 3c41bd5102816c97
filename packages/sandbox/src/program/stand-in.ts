import type { EventView } from '../control/types.ts';
import type { ControlClient } from '../control-client.ts';
import type { Faults } from '../state/faults.ts';
import { accountOf, CommandError, payPalAccountOf } from './reach.ts';

/** What commands show and change of an account, whichever stand-in it belongs to. */
export interface StandIn {
  readonly id: string;
  view(): Promise<{ readonly nowMs: number; readonly frozenAtMs: number | null; readonly faults: Faults }>;
  setFaults(faults: Partial<Faults>): Promise<unknown>;
  setClock(frozenAtMs: number | null): Promise<unknown>;
  events(after?: string): Promise<readonly EventView[]>;
  /** Sends every event to an address; says with what they are signed. */
  sendTo(url: string): Promise<string>;
}

export type Named = (option: string) => string | undefined;

/** Whether a command is about the stand-in for PayPal. */
export function isAboutPayPal(named: Named, isPayPal: boolean): boolean {
  return isPayPal || named('client-id') !== undefined;
}

/** The account that a command is about: PayPal's where it says so, else Stripe's. */
export async function standInOf(control: ControlClient, named: Named, isPayPal: boolean): Promise<StandIn> {
  return isAboutPayPal(named, isPayPal) ? payPalOf(control, named) : stripeOf(control, named);
}

async function stripeOf(control: ControlClient, named: Named): Promise<StandIn> {
  const key = named('key');
  const id = await accountOf(control, key);
  return {
    id,
    view: () => control.account(id),
    setFaults: (faults) => control.setFaults(id, faults),
    setClock: (frozenAtMs) => control.setClock(id, frozenAtMs),
    events: (after) => control.events(id, after),
    async sendTo(url) {
      if (key === undefined) throw new CommandError('Name the account by its key: --key sk_test_...');
      const webhookSecret = named('secret') ?? 'whsec_sandbox_secret';
      await control.putAccount({ key, webhookUrl: url, webhookSecret });
      return `signed with ${webhookSecret}`;
    },
  };
}

async function payPalOf(control: ControlClient, named: Named): Promise<StandIn> {
  const { payPal } = control;
  const [clientId, secret] = [named('client-id'), named('client-secret')];
  const id = await payPalAccountOf(control, clientId, secret);
  return {
    id,
    view: () => payPal.account(id),
    setFaults: (faults) => payPal.setFaults(id, faults),
    setClock: (frozenAtMs) => payPal.setClock(id, frozenAtMs),
    events: (after) => payPal.events(id, after),
    async sendTo(url) {
      const webhookId = named('webhook-id');
      if (clientId === undefined || secret === undefined)
        throw new CommandError('Name the account: --client-id my-client --client-secret my-secret');
      const own = webhookId === undefined ? {} : { webhookId };
      const { webhookId: made } = await payPal.putAccount({ clientId, secret, webhookUrl: url, ...own });
      return `as those of webhook ${made}, whose root is at /_sandbox/paypal/root`;
    },
  };
}
