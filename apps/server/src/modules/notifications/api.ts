import type { CommandCtx } from '../../platform/context.ts';
import { insertMails } from './repo.ts';

export type { TextProvider } from './texts/port.ts';
export { textsOf } from './texts/repo.ts';

import type { TemplateName } from './templates/catalogue.ts';

/** A mail ready to leave. `id` makes the Message-ID, so a repeated delivery is recognisable. */
export type OutgoingMail = {
  id: string;
  tenantSlug: string;
  template: string;
  /** Customers of a sandbox, customers of a live environment, or the seller's own staff. */
  audience: 'sandbox' | 'live' | 'staff';
  senderName: string;
  replyTo: string | null;
  recipient: string;
  subject: string;
  html: string;
  text: string;
  attachments: readonly { name: string; contentType: string; bytes: Uint8Array }[];
};

/** There is no server that may take this mail yet; it waits until there is one, however long that takes. */
export class NoMailServer extends Error {
  override readonly name = 'NoMailServer';

  constructor() {
    super('Mail of a live environment leaves by the mail server named in SMTP_URL, and none is set.');
  }
}

/** Port. Resolves once the next server has taken the mail; throws otherwise, and then nothing is known but for `NoMailServer`. */
export type MailTransport = { send(mail: OutgoingMail): Promise<void> };

export type MailRequest = {
  template: TemplateName;
  recipient: string;
  /** Names the fact that the mail is about; one mail for each fact, template and recipient. */
  subjectId: string;
  customerId?: string | undefined;
  /** Ids and plain texts only; secrets never. */
  facts: Record<string, unknown>;
};

/** Queues a mail in the transaction of the fact it tells of. Asking again for the same fact changes nothing. */
export function queueMail(ctx: CommandCtx, request: MailRequest): Promise<void> {
  return insertMails(ctx, [request]);
}
