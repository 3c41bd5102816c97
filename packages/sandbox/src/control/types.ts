import type { Faults } from '../state/faults.ts';

/** What the control API takes to make or change an account. What is left out stays as it is. */
export interface AccountInput {
  /** API key of the form sk_test_..., which chooses the account. */
  readonly key: string;
  readonly sellerName?: string;
  /** Address that gets every event, or null for none. Needs `webhookSecret`. */
  readonly webhookUrl?: string | null;
  /** whsec_... */
  readonly webhookSecret?: string;
  /** Refuse amounts below Stripe's smallest ones. Off unless set. */
  readonly enforceMinimumAmount?: boolean;
  /** What becomes of a subscription when the last retry of an invoice failed. It is canceled unless set. */
  readonly afterLastRetry?: 'cancel' | 'unpaid' | 'past_due';
  /** Pay out what is available once a day on the account's clock. Off unless set. */
  readonly automaticPayouts?: boolean;
}

/** An account as the control API shows it. */
export interface AccountView {
  readonly id: string;
  readonly sellerName: string;
  readonly webhookUrl: string | null;
  /** Instant at which the account's clock stands, in milliseconds, or null when it follows the wall's. */
  readonly frozenAtMs: number | null;
  readonly nowMs: number;
  /** The next instant at which the account's clock brings something about, in milliseconds, or null. */
  readonly nextDueAtMs: number | null;
  readonly enforceMinimumAmount: boolean;
  readonly automaticPayouts: boolean;
  readonly faults: Faults;
  readonly pendingWebhooks: number;
}

/** An event as the log shows it; `created` is in seconds. */
export interface EventView {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly isDelivered: boolean;
}

/** A mail as lists show it. */
export interface MailSummary {
  readonly id: string;
  readonly receivedAtMs: number;
  readonly tenant: string | null;
  readonly from: string;
  readonly to: readonly string[];
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly attachments: number;
  readonly bytes: number;
}

export interface MailPage {
  readonly data: readonly MailSummary[];
  readonly hasMore: boolean;
}

export interface AttachmentView {
  readonly index: number;
  readonly filename: string | null;
  readonly mimeType: string;
  readonly bytes: number;
}

/** A whole mail without the bytes of its attachments. */
export interface MailView extends Omit<MailSummary, 'attachments'> {
  /** Value of the message's Date header, as it came. */
  readonly date: string | null;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  readonly html: string | null;
  readonly text: string | null;
  readonly attachments: readonly AttachmentView[];
}
