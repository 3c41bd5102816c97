import { sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Authority } from './authority.ts';
import { isoTime } from './draft.ts';

/** The headers of one transmission of a webhook, signed as PayPal does. */
export function transmissionHeaders(
  authority: Pick<Authority, 'privateKey'>,
  transmission: {
    readonly id: string;
    readonly wallMs: number;
    readonly webhookId: string;
    readonly body: string;
    readonly certificateUrl: string;
  },
): Record<string, string> {
  const { id, wallMs, webhookId, body, certificateUrl } = transmission;
  const at = isoTime(wallMs);
  const message = `${id}|${at}|${webhookId}|${crc32(body)}`;
  return {
    'paypal-transmission-id': id,
    'paypal-transmission-time': at,
    'paypal-transmission-sig': sign('sha256', Buffer.from(message, 'utf8'), authority.privateKey).toString(
      'base64',
    ),
    'paypal-cert-url': certificateUrl,
    'paypal-auth-algo': 'SHA256withRSA',
    'paypal-auth-version': 'v2',
  };
}
