import type { Address, Email } from 'postal-mime';
import { AppendLog } from '../journal/append-log.ts';
import type { MakeId } from '../state/ids.ts';
import { encodeMail, readMails, type StoredMail } from './mail-log.ts';

const MAX_INDEXED_TEXT = 500;
const MAX_INDEXED_RECIPIENTS = 50;

/** Which mails to list: newest first, from behind the mail `after`. */
export interface MailFilter {
  readonly tenant?: string | undefined;
  readonly to?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The addresses of parsed address fields, groups included. */
export function addressesOf(fields: readonly Address[] | undefined): string[] {
  return (fields ?? [])
    .flatMap((field) => (field.group ? addressesOf(field.group) : [field.address ?? '']))
    .filter(Boolean);
}

/** Every mail the sandbox has taken. Only what a list shows is in memory. */
export class Mailbox {
  readonly #log: AppendLog;
  readonly #makeId: MakeId;
  readonly #wallNow: () => number;
  readonly #mails = new Map<string, StoredMail>();

  private constructor(log: AppendLog, makeId: MakeId, wallNow: () => number) {
    this.#log = log;
    this.#makeId = makeId;
    this.#wallNow = wallNow;
  }

  static async open(path: string, makeId: MakeId, wallNow: () => number): Promise<Mailbox> {
    const known: StoredMail[] = [];
    const keepBytes = await readMails(path, (mail) => known.push(mail));
    const mailbox = new Mailbox(await AppendLog.open(path, keepBytes), makeId, wallNow);
    for (const mail of known) mailbox.#mails.set(mail.id, mail);
    return mailbox;
  }

  /** Keeps a message; resolves with its id once it is on disk. */
  async keep(raw: Buffer, from: string, recipients: readonly string[]): Promise<string> {
    const email = await parseMail(raw);
    const tenant = email.headers.find(({ key }) => key === 'x-billhook-tenant')?.value.trim() ?? null;
    const entry = {
      id: this.#makeId('mail_', 20),
      receivedAtMs: this.#wallNow(),
      tenant: tenant === null || tenant === '' ? null : tenant.slice(0, MAX_INDEXED_TEXT),
      from: (email.from?.address ?? from).slice(0, MAX_INDEXED_TEXT),
      recipients: recipients.slice(0, MAX_INDEXED_RECIPIENTS),
      to: addressesOf(email.to).slice(0, MAX_INDEXED_RECIPIENTS),
      subject: (email.subject ?? '').slice(0, MAX_INDEXED_TEXT),
      attachments: email.attachments.length,
      bytes: raw.length,
    };
    const { bytes, rawStart } = encodeMail(entry, raw);
    const offset = this.#log.append(bytes) + rawStart;
    await this.#log.settled();
    this.#mails.set(entry.id, { ...entry, offset });
    return entry.id;
  }

  /** A page of mails, and whether older ones follow. */
  list({ tenant, to, after, limit }: MailFilter): { mails: StoredMail[]; hasMore: boolean } {
    const wanted = to?.toLowerCase();
    const mails: StoredMail[] = [];
    let reached = after === undefined;
    for (const mail of [...this.#mails.values()].reverse()) {
      if (!reached) {
        reached = mail.id === after;
        continue;
      }
      if (tenant !== undefined && mail.tenant !== tenant) continue;
      if (wanted !== undefined && !mail.recipients.some((address) => address.toLowerCase() === wanted))
        continue;
      if (mails.length === limit) return { mails, hasMore: true };
      mails.push(mail);
    }
    return { mails, hasMore: false };
  }

  get(id: string): StoredMail | undefined {
    return this.#mails.get(id);
  }

  /** The raw message, as it came. */
  raw(mail: StoredMail): Promise<Buffer> {
    return this.#log.read(mail.offset, mail.bytes);
  }

  /** The message taken apart. */
  async open(mail: StoredMail): Promise<Email> {
    return parseMail(await this.raw(mail));
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}

async function parseMail(raw: Buffer): Promise<Email> {
  // Loaded at the first mail, so that starting the sandbox stays quick.
  const { default: PostalMime } = await import('postal-mime');
  return PostalMime.parse(raw);
}
