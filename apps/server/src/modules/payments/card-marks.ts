import { createHmac } from 'node:crypto';
import { deriveKey } from '../../platform/crypto.ts';
import type { PaymentProvider, ProviderConnector, ProviderMethod } from './provider.ts';
import type { ProviderBilling } from './provider-billing.ts';

/** Turns what a provider calls a card into what we call it. */
export type CardMarker = (provider: string, fingerprint: string) => string;

/** Marks are keyed hashes, so that nobody who reads the database can find a card of another list in it. */
export function createCardMarker(masterKey: Uint8Array): CardMarker {
  const key = deriveKey(masterKey, 'card-marks');
  return (provider, fingerprint) =>
    createHmac('sha256', key).update(`${provider}/${fingerprint}`).digest('hex');
}

/** The same connector, whose methods carry our mark where the provider gives a fingerprint. */
export function withCardMarks(connector: ProviderConnector, mark: CardMarker): ProviderConnector {
  const marked = (method: ProviderMethod): ProviderMethod => ({
    ...method,
    fingerprint: method.fingerprint === null ? null : mark(connector.name, method.fingerprint),
  });
  const markedBilling = (billing: ProviderBilling): ProviderBilling => ({
    ...billing,
    listMethods: async (...call) => {
      const { methods, defaultId } = await billing.listMethods(...call);
      return { methods: methods.map(marked), defaultId };
    },
  });
  const connect = (provider: PaymentProvider): PaymentProvider => ({
    ...provider,
    ...(provider.billing === undefined ? {} : { billing: markedBilling(provider.billing) }),
    attachMethod: async (...call) => marked(await provider.attachMethod(...call)),
    retrieveMethod: async (...call) => marked(await provider.retrieveMethod(...call)),
    listMethods: async (...call) => (await provider.listMethods(...call)).map(marked),
  });
  return { ...connector, connect: (account) => connect(connector.connect(account)) };
}
