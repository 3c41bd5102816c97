import type { SecretAge } from '@billhook/sdk/generated/types';

/** Of what a secret is, within a sentence. */
export const SECRET_KINDS: Readonly<Record<SecretAge['kind'], string>> = {
  mail: 'mail',
  twilio: 'Twilio',
  stripe: 'Stripe',
  paypal: 'PayPal',
  whatsapp: 'WhatsApp',
  storage: 'storage',
  peppol: 'Peppol',
  certificate: 'certificates',
};
