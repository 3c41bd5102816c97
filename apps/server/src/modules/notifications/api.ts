import type { CommandCtx } from '../../platform/context.ts';
import { insertMails } from './repo.ts';
import type { TemplateName } from './templates/catalogue.ts';

/** A mail ready to leave. `id` makes the Message-ID, so a repeated delivery is recognisable. */
export type OutgoingMail = {
  id: string;
  tenantSlug: string;
  template: string;
  senderName: string;
  replyTo: string | null;
  recipient: string;
  subject: string;
  html: string;
  text: string;
  attachments: readonly { name: string; contentType: string; bytes: Uint8Array }[];
};

/** Port. Resolves once the next server has taken the mail; throws otherwise, and then nothing is known. */
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
