import { createSmtpTransport } from '../adapters/smtp/mail-transport.ts';
import { type MailTransport, NoMailServer } from '../modules/notifications/api.ts';

/**
 * Mail by whom it is for. That of a sandbox never leaves this machine, whatever is set up: its customers are made up,
 * their addresses may be real. That of a live environment leaves by the seller's server or waits for one. What concerns
 * the seller's own staff leaves where there is a server, and is read in the sandbox mailbox until then.
 */
export function composeMail(options: {
  standInUrl: string;
  smtpUrl: string | undefined;
  from: string;
}): MailTransport & { close(): Promise<void> } {
  const standIn = createSmtpTransport(options.standInUrl, options.from);
  const real = options.smtpUrl === undefined ? undefined : createSmtpTransport(options.smtpUrl, options.from);
  return {
    async send(mail) {
      if (mail.audience === 'sandbox') return standIn.send(mail);
      if (mail.audience === 'staff') return (real ?? standIn).send(mail);
      if (real === undefined) throw new NoMailServer();
      return real.send(mail);
    },
    async close() {
      await Promise.all([standIn.close(), real?.close()]);
    },
  };
}
