import type { DemoPerson } from '../story.ts';
import { type Country, PLACES } from './places.ts';

const FIRST =
  'Ada Ben Carla Dario Elif Frank Greta Hugo Ines Jonas Kaja Liam Mara Nils Olga Pablo Quinn Rosa Sami Tilda Umar Vera Wim Yara Zeno'.split(
    ' ',
  );
const LAST =
  'Abel Bakker Castro Dietz Evans Fischer Garnier Holm Ivanova Jansen Klein Lopez Meyer Novak Okafor Petit Quist Rossi Sharma Tanaka Ueda Visser Weber Young'.split(
    ' ',
  );
const MAIL = ['mail.example', 'post.example', 'inbox.example'];

/** What stands before the trade in a company's name, by country. */
const FIRMS: Record<Country, readonly string[]> = {
  DE: 'Lindner Nordpark Hansa Brandt Isarblick Falke Rheintor Seidel Kastanie Albers Spreebogen Winkler Mühlbach Eichen Hofmann Alster'.split(
    ' ',
  ),
  FR: 'Moreau Belleville Rivoli Lambert Duval Garonne Bellecour Marchand Vauban Roussel Montaigne Fontaine Lefort Provence Chartrons Aubert'.split(
    ' ',
  ),
  NL: ['Van Dijk', 'Amstel', 'De Boer', 'Zuidas', 'Merwede', 'Kuipers', 'Vecht', 'Hofstad', 'Mulder'].concat([
    'Oosterpark',
    'Van Leeuwen',
    'Maashaven',
    'Dekker',
    'Singel',
    'Noorderlicht',
    'Brouwer',
  ]),
  GB: 'Alder Harrow Kestrel Pennine Ashdown Marlowe Thornbury Wexford Holloway Severn Foxley Granby Linden Calder Rowan Whitby'.split(
    ' ',
  ),
  US: [
    'Blue Ridge',
    'Cobalt',
    'Lakeshore',
    'Prairie',
    'Summit',
    'Juniper',
    'Redwood',
    'Copper Hill',
    'Fairview',
  ].concat(['Granite', 'Harbor', 'Mesa', 'Northwind', 'Oakdale', 'Pinecrest', 'Riverbend']),
};
const FORMS: Record<Country, string> = { DE: 'GmbH', FR: 'SARL', NL: 'B.V.', GB: 'Ltd', US: 'Inc.' };
/** Who opens the bills in a company. */
const DESKS: Record<Country, string> = {
  DE: 'buchhaltung',
  FR: 'comptabilite',
  NL: 'administratie',
  GB: 'accounts',
  US: 'billing',
};

/** The nth of a list, round and round. */
export function nth<T>(from: readonly T[], index: number): T {
  const found = from[index % from.length];
  if (found === undefined) throw new Error('nothing to choose from');
  return found;
}

const plain = (text: string) =>
  text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replace(/ +/g, '-');

/** A private person; the address is under a domain that can never receive mail from outside. */
export function person(index: number, countries: readonly Country[]): DemoPerson {
  const first = nth(FIRST, index);
  const last = nth(LAST, index * 7 + 3);
  return {
    name: `${first} ${last}`,
    email: `${plain(first)}.${plain(last)}@${nth(MAIL, index)}`,
    ...home(index, nth(countries, index)),
  };
}

/**
 * A company named after its trade, with an address and a tax number in its country's form. Trades are given for each
 * country in its own language.
 */
export function company(
  index: number,
  trades: Partial<Record<Country, readonly string[]>>,
): DemoPerson & { taxId: string | null } {
  const country = nth(Object.keys(trades) as Country[], index);
  const turn = Math.floor(index / Object.keys(trades).length);
  const firms = FIRMS[country];
  const round = Math.floor(turn / firms.length);
  const name = `${nth(firms, turn)} ${nth(trades[country] ?? [], turn * 2 + round)}`;
  return {
    name: `${name} ${FORMS[country]}`,
    email: `${DESKS[country]}@${plain(name)}.example`,
    taxId: taxNumber(country, index),
    ...home(index, country),
  };
}

function home(index: number, country: Country): Omit<DemoPerson, 'name' | 'email' | 'taxId'> {
  const { streets, cities } = PLACES[country];
  const city = nth(cities, index * 3 + 1);
  const street = nth(streets, index * 5 + 2);
  const number = ((index * 17) % 88) + 1;
  const isNumberFirst = country === 'GB' || country === 'US' || country === 'FR';
  return {
    country,
    timeZone: city.timeZone,
    address: {
      line1: isNumberFirst ? `${number} ${street}` : `${street} ${number}`,
      postal_code: city.postalCode,
      city: city.name,
      ...(city.region ? { region: city.region } : {}),
    },
  };
}

function taxNumber(country: Country, index: number): string | null {
  const digits = String(100_000_000 + (((index + 1) * 7_654_321) % 899_999_999));
  switch (country) {
    case 'DE':
      return `DE${digits}`;
    case 'FR':
      return `FR${String(10 + (index % 89))}${digits}`;
    case 'NL':
      return `NL${digits}B01`;
    case 'GB':
      return `GB${digits}`;
    case 'US':
      return null;
  }
}
