import { counted } from '../kernel/counted.ts';
import { type Instant, MS_PER_DAY } from '../time/instant.ts';
import { bad, type HealthCheck, ok, type Verdict } from './judge-provider.ts';
import { WARNED_BEFORE_DAYS } from './secret-age.ts';

/** What an access point of Peppol answered to a question about a message that does not exist. */
export interface AccessPointFindings {
  readonly now: Instant;
  readonly answer: 'in' | 'denied' | 'none';
  readonly words: string;
  readonly tokenEndsAt: Instant | null;
}

/** Says whether e-invoices can leave by an access point. */
export function judgeAccessPoint(findings: AccessPointFindings): HealthCheck[] {
  return [{ id: 'peppol.sign_in', title: 'Access point', ...judgeAccess(findings) }];
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
    ? bad(
        'attention',
        `The access point lets us in; its token ends in ${counted(Math.max(0, days), 'day')}.`,
        renew,
      )
    : ok(`The access point lets us in; its token is good for ${counted(days, 'day')}.`);
}
