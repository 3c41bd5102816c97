import type { Transporter } from 'nodemailer';
import type { MailTransport } from '../../modules/notifications/api.ts';

/**
 * Sends by SMTP. The connection is opened at the first mail and kept; nodemailer is loaded only then.
 *
 * @param url `smtp://user:password@host:port` or `smtps://…`
 */
export function createSmtpTransport(url: string, from: string): MailTransport & { close(): Promise<void> } {
  let opened: Promise<Transporter> | undefined;
  const open = async (): Promise<Transporter> => {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      url,
      pool: true,
      maxConnections: 2,
      connectionTimeout: 10_000,
      socketTimeout: 20_000,
    } as never);
  };
  return {
    async send(mail) {
      opened ??= open();
      const transporter = await opened;
      await transporter.sendMail({
        // The seller's name before our address: answers go to the seller.
        from: { name: mail.senderName, address: from },
        ...(mail.replyTo ? { replyTo: mail.replyTo } : {}),
        to: mail.recipient,
        subject: mail.subject,
        html: mail.html,
        text: mail.text,
        messageId: `<${mail.id}@billhook.invalid>`,
        headers: { 'X-Billhook-Tenant': mail.tenantSlug, 'X-Billhook-Template': mail.template },
        attachments: mail.attachments.map((attachment) => ({
          filename: attachment.name,
          contentType: attachment.contentType,
          content: Buffer.from(attachment.bytes),
        })),
      });
    },
    async close() {
      if (opened) (await opened).close();
    },
  };
}
