import type { CommandCtx } from '../../platform/context.ts';
import type { StoredEvent } from '../../platform/outbox.ts';
import type { MailRequest } from './api.ts';
import type { DocumentKind, MailSpeech } from './words/mail-words.ts';

/** What mails need to know of lower modules; composition connects these to their faces. */
export type MailFacts = {
  customer(
    ctx: CommandCtx,
    id: string,
  ): Promise<{ email: string | null; timeZone: string; locale: string } | undefined>;
  invoice(
    ctx: CommandCtx,
    id: string,
  ): Promise<
    | {
        id: string;
        number: string;
        currency: string;
        totalMinor: bigint;
        dueMinor: bigint;
        /** Money that came, without what credit paid. */
        paidMinor: bigint;
        dueAt: number;
        collectedByUs: boolean;
        /** The invoice that a debit note raises, and why; null on an invoice. */
        raises: { number: string; reason: string } | null;
      }
    | undefined
  >;
  creditNote(
    ctx: CommandCtx,
    id: string,
  ): Promise<
    | {
        number: string;
        invoiceNumber: string;
        currency: string;
        totalMinor: bigint;
        reducedMinor: bigint;
        grantedMinor: bigint;
        refundedMinor: bigint;
        reason: string;
        /** What it takes back of. */
        invoiceKind: DocumentKind;
      }
    | undefined
  >;
  /** Whether an invoice sells credits, whose failure is told in words of its own. */
  sellsCredits(ctx: CommandCtx, invoiceId: string): Promise<boolean>;
  /** What was paid with, such as `card` or `sepa_debit`; null where that is not known. */
  methodKind(ctx: CommandCtx, paymentId: string): Promise<string | null>;
  planNames(ctx: CommandCtx, subscriptionId: string): Promise<string>;
  featureName(ctx: CommandCtx, featureId: string): Promise<string>;
};

/** To whom a mail goes, and in whose local time it speaks. */
export type Recipient = {
  email: string;
  timeZone: string;
  /** BCP 47: the language that it is written in. */
  locale: string;
  speech: MailSpeech;
  customerId: string;
};

/** Writes the mail of a fact; null where none is called for. */
export type Writer = (
  facts: MailFacts,
  ctx: CommandCtx,
  event: StoredEvent,
  to: Recipient,
) => Promise<Omit<MailRequest, 'recipient' | 'customerId'> | null>;

export function kindOf({ raises }: { raises: object | null }): DocumentKind {
  return raises === null ? 'invoice' : 'debit_note';
}

/** Says that a mail is about a debit note; without it, it is about an invoice. */
export function kindFact(document: { raises: object | null } | undefined): { document_kind?: DocumentKind } {
  return document === undefined || kindOf(document) === 'invoice' ? {} : { document_kind: 'debit_note' };
}
