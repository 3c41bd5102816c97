import type { StoredMail } from '../mail/mail-log.ts';
import { addressesOf, type Mailbox } from '../mail/mailbox.ts';
import { ControlError } from './read-input.ts';
import type { MailPage, MailSummary, MailView } from './types.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

type Query = Readonly<Record<string, unknown>>;

function text(query: Query, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function summary({ offset: _offset, ...mail }: StoredMail): MailSummary {
  return mail;
}

/** A page of mails by tenant and recipient, newest first. */
export function listMails(mailbox: Mailbox, query: Query): MailPage {
  const limit = Number(text(query, 'limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new ControlError(400, `limit must be from 1 to ${MAX_LIMIT}.`);
  }
  const after = text(query, 'starting_after');
  if (after !== undefined && mailbox.get(after) === undefined) {
    throw new ControlError(400, 'starting_after names no mail.');
  }
  const { mails, hasMore } = mailbox.list({
    tenant: text(query, 'tenant'),
    to: text(query, 'to'),
    after,
    limit,
  });
  return { data: mails.map(summary), hasMore };
}

/** The mail of an id. With `tenant` in the query, mails of others are as good as missing. */
export function findMail(mailbox: Mailbox, id: string, query: Query): StoredMail {
  const mail = mailbox.get(id);
  const tenant = text(query, 'tenant');
  if (mail !== undefined && (tenant === undefined || mail.tenant === tenant)) return mail;
  throw new ControlError(404, 'There is no such mail.');
}

/** A whole mail without the bytes of its attachments. */
export async function viewMail(mailbox: Mailbox, mail: StoredMail): Promise<MailView> {
  const email = await mailbox.open(mail);
  return {
    ...summary(mail),
    to: addressesOf(email.to),
    date: email.date ?? null,
    headers: email.headers.map(({ key, value }) => ({ key, value })),
    html: email.html ?? null,
    text: email.text ?? null,
    attachments: email.attachments.map(({ filename, mimeType, content }, index) => ({
      index,
      filename,
      mimeType,
      bytes: bytesOf(content).length,
    })),
  };
}

/** The bytes and type of one attachment. */
export async function readAttachment(
  mailbox: Mailbox,
  mail: StoredMail,
  index: string,
): Promise<{ bytes: Buffer; mimeType: string }> {
  const email = await mailbox.open(mail);
  const attachment = /^\d{1,4}$/.test(index) ? email.attachments[Number(index)] : undefined;
  if (attachment === undefined) throw new ControlError(404, 'There is no such attachment.');
  return { bytes: bytesOf(attachment.content), mimeType: attachment.mimeType };
}

function bytesOf(content: ArrayBuffer | Uint8Array | string): Buffer {
  if (typeof content === 'string') return Buffer.from(content, 'utf8');
  return content instanceof Uint8Array ? Buffer.from(content) : Buffer.from(content);
}
