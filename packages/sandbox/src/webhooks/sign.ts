import { createHmac } from 'node:crypto';

/** Value of the `Stripe-Signature` header for a body sent at `wallMs`. */
export function stripeSignature(secret: string, body: string, wallMs: number): string {
  const t = Math.floor(wallMs / 1000);
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return `t=${t},v1=${v1}`;
}
