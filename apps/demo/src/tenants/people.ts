import type { DemoPerson, Random } from '../story.ts';

const FIRST = [
  'Ada',
  'Ben',
  'Carla',
  'Dario',
  'Elif',
  'Frank',
  'Greta',
  'Hugo',
  'Ines',
  'Jonas',
  'Kaja',
  'Liam',
  'Mara',
  'Nils',
  'Olga',
  'Pablo',
  'Quinn',
  'Rosa',
  'Sami',
  'Tilda',
  'Umar',
  'Vera',
  'Wim',
  'Yara',
  'Zeno',
];
const LAST = [
  'Abel',
  'Bakker',
  'Castro',
  'Dietz',
  'Evans',
  'Fischer',
  'Garnier',
  'Holm',
  'Ivanova',
  'Jansen',
  'Klein',
  'Lopez',
  'Meyer',
  'Novak',
  'Okafor',
  'Petit',
  'Quist',
  'Rossi',
  'Sharma',
  'Tanaka',
  'Ueda',
  'Visser',
  'Weber',
  'Young',
];
const FIRM = [
  'Alder',
  'Birch',
  'Cobalt',
  'Delta',
  'Ember',
  'Fjord',
  'Garnet',
  'Harbour',
  'Indigo',
  'Juniper',
  'Kestrel',
  'Lumen',
  'Maple',
  'Northwind',
  'Onyx',
  'Pine',
  'Quarry',
  'Ridge',
  'Sable',
  'Tide',
  'Umber',
  'Vale',
  'Willow',
  'Yarrow',
];

const ZONES: Record<string, string> = {
  US: 'America/New_York',
  GB: 'Europe/London',
  DE: 'Europe/Berlin',
  FR: 'Europe/Paris',
  NL: 'Europe/Amsterdam',
};

const ascii = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-');

/** A private person; the address is under a domain that can never receive mail from outside. */
export function person(index: number, countries: readonly string[]): DemoPerson {
  const name = `${FIRST[index % FIRST.length]} ${LAST[(index * 7 + 3) % LAST.length]}`;
  const country = countries[index % countries.length] ?? 'US';
  return {
    name,
    email: `${ascii(name)}-${index}@customer.example`,
    country,
    timeZone: ZONES[country] ?? 'UTC',
  };
}

/** A company with a name of its trade and, where asked, a tax number of its country's form. */
export function company(
  index: number,
  countries: readonly string[],
  trades: readonly string[],
  _random: Random,
): DemoPerson {
  const country = countries[index % countries.length] ?? 'US';
  const form = { DE: 'GmbH', FR: 'SARL', NL: 'B.V.', GB: 'Ltd', US: 'Inc.' }[country] ?? 'Ltd';
  const name = `${FIRM[index % FIRM.length]} ${trades[(index * 5 + 1) % trades.length]} ${form}`;
  return {
    name,
    email: `billing@${ascii(`${FIRM[index % FIRM.length]}-${index}`)}.example`,
    country,
    timeZone: ZONES[country] ?? 'UTC',
  };
}
