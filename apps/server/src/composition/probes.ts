import { judgeAccessPoint } from '@billhook/core/credentials/judge-access-point';
import { judgeMail } from '@billhook/core/credentials/judge-mail';
import { judgeTexts } from '@billhook/core/credentials/judge-texts';
import { httpAccessPoint } from '../adapters/peppol/access-point.ts';
import { inspectMail } from '../adapters/smtp/inspect-mail.ts';
import type { CheckedStore } from '../modules/files/api.ts';
import type { TextProvider } from '../modules/notifications/api.ts';
import type { Config } from '../platform/config.ts';
import type { Transactor } from '../platform/transaction.ts';
import type { Probe } from '../processes/doctor.ts';

type Options = {
  transactor: Pick<Transactor, 'wallNow'>;
  config: Pick<Config, 's3' | 'peppol' | 'mailFrom'>;
  smtpUrl: string | undefined;
  store: CheckedStore;
  texts: { live: Pick<TextProvider, 'inspect'> | null };
};

/** What the doctor looks at beside payments. */
export function probesOf(options: Options): Probe[] {
  return [mailProbe(options), storageProbe(options), textProbe(options), peppolProbe(options)];
}

function mailProbe({ smtpUrl, config }: Options): Probe {
  return {
    subject: 'Mail',
    off:
      smtpUrl === undefined
        ? {
            id: 'mail.sign_in',
            title: 'Sign-in at the mail server',
            detail: 'No mail server is set up. Mail of sandboxes is read in the mailbox; other mail waits.',
          }
        : null,
    async look(now) {
      if (smtpUrl === undefined) return [];
      return judgeMail((await inspectMail(smtpUrl, config.mailFrom, now)).findings);
    },
  };
}

function textProbe({ texts, transactor }: Options): Probe {
  return {
    subject: 'Text messages',
    off:
      texts.live === null
        ? {
            id: 'texts.sign_in',
            title: 'Account at Twilio',
            detail: 'No account is set up. Texts of sandboxes go to the stand-in; others wait.',
          }
        : null,
    look: async () => (texts.live === null ? [] : judgeTexts(await texts.live.inspect(transactor.wallNow))),
  };
}

function peppolProbe({ config: { peppol } }: Options): Probe {
  return {
    subject: 'E-invoices',
    off:
      peppol === undefined
        ? {
            id: 'peppol.sign_in',
            title: 'Access point',
            detail: 'No access point of Peppol is set up. What is sent by Peppol waits for one.',
          }
        : null,
    async look(now) {
      if (peppol === undefined) return [];
      return judgeAccessPoint(await httpAccessPoint(peppol.url, peppol.token).inspect(now));
    },
  };
}

function storageProbe({ config: { s3 }, store }: Options): Probe {
  const check = { id: 'storage.reach', title: s3 === undefined ? 'Folder for files' : 'Bucket for files' };
  return {
    subject: 'Storage',
    off: null,
    async look() {
      try {
        await store.check();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const nextStep =
          s3 === undefined ? 'Look at the rights of the data folder.' : 'Check the S3 settings and its key.';
        return [{ ...check, state: 'problem', detail: `It did not work: ${reason}`, nextStep }];
      }
      const detail =
        s3 === undefined ? 'Files can be written on this machine.' : 'The bucket is there and lets us in.';
      return [{ ...check, state: 'ok', detail, nextStep: null }];
    },
  };
}
