import type { TextFindings } from '@billhook/core/credentials/judge-texts';
import type { Delivery } from '@billhook/core/texts/delivery';
import type { Instant } from '@billhook/core/time/instant';

export type OutgoingText = {
  to: string;
  body: string;
  /** Where the provider tells what became of it. */
  statusUrl: string;
};

export type TakenText = { providerId: string; delivery: Delivery; errorCode: number | null };

/** Port. Sends once and never again by itself: whether a call that was cut off was taken is found by looking. */
export type TextProvider = {
  /** @throws TextFault */
  send(text: OutgoingText): Promise<TakenText>;
  /** The text with these words that this number was sent since; null where there is none. @throws TextFault */
  find(text: { to: string; body: string; since: Instant }): Promise<TakenText | null>;
  /** Asks what the account is and what its keys may do, without sending. */
  inspect(wallNow: () => Instant): Promise<TextFindings>;
  /** Whether a message that was posted to us at this address is the provider's own. */
  isSigned(message: { url: string; fields: URLSearchParams; signature: string }): boolean;
};

/** What the provider answered. `unknown`: it may have taken the text. */
export class TextFault extends Error {
  override readonly name = 'TextFault';
  readonly kind: 'refused' | 'denied' | 'unknown';
  readonly code: number | null;

  /** Of the answer; null where there was none. */
  readonly status: number | null;

  constructor(kind: TextFault['kind'], code: number | null, message: string, status: number | null = null) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.status = status;
  }
}
