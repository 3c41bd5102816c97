import type { Mailbox, MailboxMessage } from '../../modules/notifications/routes.ts';
import { refuseCursor } from '../../platform/page.ts';
import type { SandboxControl } from './control.ts';

type MailView = Awaited<ReturnType<SandboxControl['mail']>>;

/** Reads the mailbox of the SMTP stand-in through its control address. */
export function sandboxMailbox(control: SandboxControl): Mailbox {
  return {
    async list(slug, page) {
      const found = await control
        .mails({
          tenant: slug,
          limit: page.limit,
          ...(page.to ? { to: page.to } : {}),
          ...(page.after ? { startingAfter: page.after } : {}),
        })
        .catch((error: unknown) => {
          if ((error as { status?: number }).status === 400) refuseCursor();
          throw error;
        });
      const messages = await Promise.all(
        found.data.map(async (mail) => message(await control.mail(mail.id, slug))),
      );
      return { messages, hasMore: found.hasMore };
    },
    get: (slug, id) => orMissing(async () => message(await control.mail(id, slug))),
    attachment: (slug, id, index) =>
      orMissing(async () => {
        const mail = await control.mail(id, slug);
        const about = mail.attachments.find((candidate) => candidate.index === index);
        if (!about) return undefined;
        const { bytes } = await control.attachment(id, index, slug);
        return { contentType: about.mimeType, name: about.filename ?? `attachment-${index}`, bytes };
      }),
  };
}

function message(mail: MailView): MailboxMessage {
  return {
    id: mail.id,
    from: mail.from,
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    receivedAt: mail.receivedAtMs,
    attachments: mail.attachments.map((file) => ({
      index: file.index,
      name: file.filename ?? `attachment-${file.index}`,
      contentType: file.mimeType,
      byteSize: file.bytes,
    })),
  };
}

async function orMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if ((error as { status?: number }).status === 404) return undefined;
    throw error;
  }
}
