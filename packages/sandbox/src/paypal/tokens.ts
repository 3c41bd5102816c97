import { isDenied } from '../state/faults.ts';
import type { RandomBytes } from '../state/ids.ts';
import type { Account } from './store.ts';

/** PayPal's tokens are valid for nine hours. */
const LIFE_SECONDS = 32_400;
const MAX_TOKENS = 1_000;

const SERVICES = 'https://uri.paypal.com/services';

/** What each scope lets do, by the right that takes it away. */
const SCOPES: readonly (readonly [resource: string, deed: 'read' | 'write', scope: string])[] = [
  ['payments', 'write', `${SERVICES}/payments/payment`],
  ['refunds', 'write', `${SERVICES}/payments/refund`],
  ['vault', 'write', `${SERVICES}/vault/payment-tokens/readwrite`],
  ['disputes', 'read', `${SERVICES}/disputes/read-seller`],
  ['disputes', 'write', `${SERVICES}/disputes/update-seller`],
  ['reporting', 'read', `${SERVICES}/reporting/search/read`],
  ['webhooks', 'read', `${SERVICES}/applications/webhooks`],
];

function scopesOf({ settings }: Account): string {
  return SCOPES.filter(([resource, deed]) => !isDenied(settings.faults, resource, deed))
    .map(([, , scope]) => scope)
    .join(' ');
}

/** Access tokens that were given out. They live in memory: after a restart clients ask for new ones. */
export class AccessTokens {
  readonly #wallNow: () => number;
  readonly #randomBytes: RandomBytes;
  readonly #known = new Map<string, { readonly account: Account; readonly untilMs: number }>();

  constructor(wallNow: () => number, randomBytes: RandomBytes) {
    this.#wallNow = wallNow;
    this.#randomBytes = randomBytes;
  }

  /** A new token for an account, as the answer to `POST /v1/oauth2/token`. */
  give(account: Account): object {
    const token = `A21AA${Buffer.from(this.#randomBytes(48)).toString('base64url')}`;
    const nowMs = this.#wallNow();
    this.#known.set(token, { account, untilMs: nowMs + LIFE_SECONDS * 1000 });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_TOKENS && oldest !== undefined) this.#known.delete(oldest);
    return {
      scope: scopesOf(account),
      access_token: token,
      token_type: 'Bearer',
      app_id: 'APP-80W284485P519543T',
      expires_in: LIFE_SECONDS,
      nonce: `${new Date(nowMs).toISOString()}${token.slice(5, 20)}`,
    };
  }

  accountOf(token: string): Account | null {
    const known = this.#known.get(token);
    return known !== undefined && known.untilMs > this.#wallNow() ? known.account : null;
  }

  /** Makes every token of an account invalid. */
  revoke(account: Account): void {
    for (const [token, known] of this.#known) if (known.account === account) this.#known.delete(token);
  }
}
