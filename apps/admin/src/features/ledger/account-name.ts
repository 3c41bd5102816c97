import { placeName } from '@billhook/ui/country-name';
import { capital } from '../../lib/words.ts';

/** `tax:DE:19` as `Tax Germany 19 %`, `cash:stripe` as `Cash at Stripe`, `credit_liability` as `Credit liability`. */
export function accountName(account: string): string {
  const [kind = '', holder, percent] = account.split(':');
  if (kind === 'fx') return 'Currency exchange';
  if (percent !== undefined) return `Tax ${taxPlace(holder ?? '')} ${percent} %`;
  const treatment = kind !== 'cash' && holder !== undefined ? treatmentName(holder) : null;
  const name = capital(kind.replaceAll('_', ' '));
  if (treatment !== null) return `${name}, ${treatment}`;
  return holder === undefined ? name : `${name} at ${capital(holder.replaceAll('_', ' '))}`;
}

const TREATMENTS: Readonly<Record<string, string>> = {
  ae: 'reverse charge',
  e: 'exempt',
  g: 'export',
  k: 'goods within the EU',
  o: 'outside scope',
  oss: 'other countries (OSS)',
  z: 'zero rated',
};

/** `US-TX` as `United States: TX`. */
function taxPlace(place: string): string {
  const [country = '', ...regions] = place.split('-');
  return placeName(country, regions);
}

/** `s7_7` as `7.7 %`, `oss_fr_20` as `France 20 % (OSS)`. */
function treatmentName(treatment: string): string {
  const elsewhere = /^oss_([a-z]{2})_(.+)$/.exec(treatment);
  if (elsewhere !== null) {
    return `${placeName(elsewhere[1]?.toUpperCase() ?? '')} ${elsewhere[2]?.replace('_', '.')} % (OSS)`;
  }
  const home = /^s([0-9_]+)$/.exec(treatment);
  if (home !== null) return `${home[1]?.replace('_', '.')} %`;
  return TREATMENTS[treatment] ?? treatment;
}
