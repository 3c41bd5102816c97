import { bad, clockVerdict, type HealthCheck, ok, type Verdict } from './judge-provider.ts';

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
