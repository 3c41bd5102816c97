import { counted } from '../kernel/counted.ts';
import { type Instant, MS_PER_DAY } from '../time/instant.ts';
import { bad, type HealthCheck, ok, type Verdict } from './judge-provider.ts';
import { WARNED_BEFORE_DAYS } from './secret-age.ts';

/** What a mail server answered to a conversation that ended before any message. */
export interface MailFindings {
  readonly now: Instant;
  readonly from: string;
  /** Where the conversation broke off; null where it came to its end. */
  readonly brokeAt: 'connection' | 'encryption' | 'sign_in' | 'sender' | null;
  readonly words: string;
  readonly encryption: 'tls' | 'starttls' | 'none';
  /** Null where nothing is encrypted. */
  readonly certificate: { readonly fault: string | null; readonly endsAt: Instant | null } | null;
  /** The server is this very machine, so that nothing goes over a network. */
  readonly isHere: boolean;
  readonly hasPassword: boolean;
}

const check = (id: string, title: string, verdict: Verdict): HealthCheck => ({ id, title, ...verdict });

/** Says whether mail can leave by a server. */
export function judgeMail(findings: MailFindings): HealthCheck[] {
  const { brokeAt, words } = findings;
  const reach =
    brokeAt === 'connection'
      ? bad('problem', `The mail server cannot be reached: ${words}`, 'Check host and port in SMTP_URL.')
      : ok('The mail server answers.');
  const checks = [check('mail.reach', 'Reachable', reach)];
  if (brokeAt === 'connection') return checks;
  checks.push(check('mail.encryption', 'Encryption', judgeMailEncryption(findings)));
  if (brokeAt === 'encryption') return checks;
  checks.push(check('mail.sign_in', 'Sign-in at the mail server', judgeMailSignIn(findings)));
  if (brokeAt === 'sign_in') return checks;
  const sender =
    brokeAt === 'sender'
      ? bad(
          'problem',
          `The mail server does not take mail from ${findings.from}: ${words}`,
          'Set MAIL_FROM to an address that this account may send from.',
        )
      : ok(`Mail may be sent from ${findings.from}.`);
  checks.push(check('mail.sender', 'Sender address', sender));
  return checks;
}

function judgeMailEncryption(findings: MailFindings): Verdict {
  const { now, brokeAt, words, encryption, certificate, isHere, hasPassword } = findings;
  if (brokeAt === 'encryption')
    return bad(
      'problem',
      `The connection cannot be encrypted: ${words}`,
      'Look at the certificate of the mail server. Nothing was signed in to.',
    );
  if (encryption === 'none' && isHere)
    return ok('The mail server is this machine; nothing goes over a network.');
  if (encryption === 'none')
    return bad(
      hasPassword ? 'problem' : 'attention',
      hasPassword
        ? 'Password and mails go over the network in the open: the server offers no STARTTLS.'
        : 'Mails go over the network in the open: the server offers no STARTTLS.',
      'Use smtps:// or a port at which the server offers STARTTLS.',
    );
  const how = encryption === 'tls' ? 'TLS' : 'STARTTLS';
  const endsAt = certificate?.endsAt ?? null;
  if (endsAt === null) return ok(`Encrypted by ${how}.`);
  const days = Math.floor((endsAt - now) / MS_PER_DAY);
  if (days < 0) return bad('problem', 'The certificate of the mail server has expired.', 'Have it renewed.');
  if (days < WARNED_BEFORE_DAYS)
    return bad(
      'attention',
      `The certificate of the mail server ends in ${counted(days, 'day')}.`,
      'Have it renewed.',
    );
  if (certificate !== null && certificate.fault !== null)
    return bad(
      'attention',
      `Encrypted by ${how}, with a certificate that nobody vouches for (${certificate.fault}).`,
      'Take tls.rejectUnauthorized=false out of SMTP_URL once the server has a certificate of an authority.',
    );
  return ok(`Encrypted by ${how}; its certificate is good for ${counted(days, 'day')}.`);
}

function judgeMailSignIn({ brokeAt, words, hasPassword }: MailFindings): Verdict {
  if (brokeAt === 'sign_in')
    return bad(
      'problem',
      `The mail server does not let us in: ${words}`,
      'Check user and password in SMTP_URL.',
    );
  return ok(
    hasPassword ? 'The mail server takes user and password.' : 'The mail server asks for no password.',
  );
}
