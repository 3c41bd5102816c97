import { type Instant, MS_PER_DAY } from '../time/instant.ts';
import { bad, clockVerdict, type HealthCheck, ok, type Verdict } from './judge-provider.ts';
import { WARNED_BEFORE_DAYS } from './secret-age.ts';

/** What an account for text messages looked like, without a text being sent. */
export interface TextFindings {
  /** Null where it let us in. */
  readonly fault: { readonly isDenied: boolean; readonly words: string } | null;
  /** Null where the keys may not see it. */
  readonly account: { readonly status: string; readonly isTrial: boolean } | null;
  readonly mayRead: boolean;
  readonly maySend: boolean;
  /** A name is known to no list, so nothing can be said of it. */
  readonly sender: 'there' | 'absent' | 'mute' | 'name' | 'unseen';
  /** Its clock less ours; null where it told no time. */
  readonly clockOffMs: number | null;
}

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

/** What an access point of Peppol answered to a question about a message that does not exist. */
export interface AccessPointFindings {
  readonly now: Instant;
  readonly answer: 'in' | 'denied' | 'none';
  readonly words: string;
  readonly tokenEndsAt: Instant | null;
}

const check = (id: string, title: string, verdict: Verdict): HealthCheck => ({ id, title, ...verdict });

/** Says whether texts can be sent and looked up by an account. */
export function judgeTexts(findings: TextFindings): HealthCheck[] {
  const signIn = check('texts.sign_in', 'Account at Twilio', judgeTextAccount(findings));
  if (findings.fault !== null) return [signIn];
  return [
    signIn,
    check('texts.rights', 'Rights of the key', judgeTextRights(findings)),
    check('texts.sender', 'Sender of texts', judgeTextSender(findings)),
    check('texts.clock', 'Clock', clockVerdict(findings.clockOffMs)),
  ];
}

function judgeTextAccount({ fault, account }: TextFindings): Verdict {
  if (fault?.isDenied)
    return bad(
      'problem',
      `Twilio does not let us in: ${fault.words}`,
      'Check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.',
    );
  if (fault)
    return bad(
      'problem',
      `Twilio gives no usable answer: ${fault.words}`,
      'Check the network and the status page of Twilio.',
    );
  if (account === null) return ok('Twilio lets us in. The key may not see the account itself.');
  if (account.status !== 'active')
    return bad('problem', `The account is ${account.status}.`, 'Sort it out in the console of Twilio.');
  if (account.isTrial)
    return bad(
      'attention',
      'The account is a trial: only numbers that were verified there get texts.',
      'Upgrade it in the console of Twilio.',
    );
  return ok('Twilio lets us in and the account is active.');
}

function judgeTextRights({ mayRead, maySend }: TextFindings): Verdict {
  const denied = [...(maySend ? [] : ['send messages']), ...(mayRead ? [] : ['read messages'])];
  return denied.length === 0
    ? ok('The key may send and read messages.')
    : bad('problem', `The key may not ${denied.join(' and ')}.`, 'Give the key these rights at Twilio.');
}

function judgeTextSender({ sender }: TextFindings): Verdict {
  const fix = 'Check TWILIO_FROM against the console of Twilio.';
  if (sender === 'absent') return bad('problem', 'The account has no such sender.', fix);
  if (sender === 'mute') return bad('problem', 'This number cannot send texts.', fix);
  if (sender === 'unseen')
    return bad('attention', 'The key may not list senders, so this cannot be seen.', fix);
  if (sender === 'name') return ok('Texts go out under a name, which no list of Twilio has.');
  return ok('The sender is there and sends texts.');
}

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
    return bad('attention', `The certificate of the mail server ends in ${days} days.`, 'Have it renewed.');
  if (certificate !== null && certificate.fault !== null)
    return bad(
      'attention',
      `Encrypted by ${how}, with a certificate that nobody vouches for (${certificate.fault}).`,
      'Take tls.rejectUnauthorized=false out of SMTP_URL once the server has a certificate of an authority.',
    );
  return ok(`Encrypted by ${how}; its certificate is good for ${days} days.`);
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

/** Says whether e-invoices can leave by an access point. */
export function judgeAccessPoint(findings: AccessPointFindings): HealthCheck[] {
  return [check('peppol.sign_in', 'Access point', judgeAccess(findings))];
}

function judgeAccess({ now, answer, words, tokenEndsAt }: AccessPointFindings): Verdict {
  const renew = 'Have the access point give a new token and put it into PEPPOL_TOKEN.';
  if (answer === 'denied')
    return tokenEndsAt !== null && tokenEndsAt <= now
      ? bad('problem', 'The token has expired.', renew)
      : bad('problem', `The access point does not let us in: ${words}`, 'Check PEPPOL_TOKEN.');
  if (answer === 'none')
    return bad(
      'problem',
      `The access point gives no usable answer: ${words}`,
      'Check PEPPOL_URL and the network.',
    );
  if (tokenEndsAt === null) return ok('The access point lets us in.');
  const days = Math.floor((tokenEndsAt - now) / MS_PER_DAY);
  return days < WARNED_BEFORE_DAYS
    ? bad('attention', `The access point lets us in; its token ends in ${Math.max(0, days)} days.`, renew)
    : ok(`The access point lets us in; its token is good for ${days} days.`);
}
