import { capital } from '../../lib/words.ts';

/** `cash:stripe` as `Cash at Stripe`, `credit_liability` as `Credit liability`. */
export function accountName(account: string): string {
  const [kind = '', holder] = account.split(':');
  if (kind === 'fx') return 'Currency exchange';
  const name = capital(kind.replaceAll('_', ' '));
  return holder === undefined ? name : `${name} at ${capital(holder.replaceAll('_', ' '))}`;
}
