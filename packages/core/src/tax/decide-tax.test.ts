import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDecimal12 } from '../kernel/decimal.ts';
import { dec, unwrap } from '../testing/factories.ts';
import { type CalendarDate, parseDate } from '../time/calendar-date.ts';
import { DEFAULT_TAX_RULES, decideTax, type TaxCase, type TaxRegistration } from './decide-tax.ts';

const day = (text: string): CalendarDate => unwrap(parseDate(text));
const local = (country: string, more: Partial<TaxRegistration> = {}): TaxRegistration => {
  return { scheme: 'local', country, from: '2018-01-01', to: null, ...more };
};
const OSS: TaxRegistration = { scheme: 'oss', country: 'DE', from: '2021-07-01', to: null };

type Said = Partial<Omit<TaxCase, 'customer' | 'seller'>> & {
  customer?: Partial<TaxCase['customer']>;
  seller?: Partial<TaxCase['seller']>;
};

function caseOf({ customer, seller, ...more }: Said): TaxCase {
  return {
    day: day('2026-03-01'),
    supply: 'electronic_service',
    rules: DEFAULT_TAX_RULES,
    ownRates: {},
    ...more,
    seller: { country: 'DE', registrations: [local('DE'), OSS], ...seller },
    customer: {
      country: 'DE',
      postalCode: null,
      vatNumber: 'none',
      vatNumberCountry: null,
      exemptReason: null,
      ...customer,
    },
  };
}

/** Ground, category and percentage, such as `domestic S 19`. */
function taxOf(said: Said): string {
  const { ground, rate, warnings } = decideTax(caseOf(said));
  const shown = rate === null ? 'none' : `${rate.category} ${formatDecimal12(rate.percent)}`;
  return [ground, shown, ...warnings].join(' ');
}

const business = (country: string) =>
  ({ country, vatNumber: 'confirmed', vatNumberCountry: country }) as const;

test('I312 at home the tax of home, for businesses too', () => {
  expect(taxOf({})).toBe('domestic S 19');
  expect(taxOf({ customer: business('DE') })).toBe('domestic S 19');
  expect(taxOf({ day: day('2020-08-01') })).toBe('domestic S 16');
  expect(taxOf({ seller: { registrations: [local('DE', { from: '2026-04-01' })] } })).toBe('domestic E 0');
  expect(taxOf({ seller: { registrations: [] } })).toBe('domestic S 19');
});

test('I312 a business of another member state with a believed number accounts for it itself', () => {
  expect(taxOf({ customer: business('FR') })).toBe('reverse_charge AE 0');
  expect(taxOf({ customer: business('FR'), supply: 'goods' })).toBe('intra_community_goods K 0');
  expect(taxOf({ customer: { ...business('FR'), vatNumber: 'well_formed' } })).toBe('one_stop_shop S 20');
  expect(taxOf({ customer: { ...business('FR'), vatNumber: 'refused' } })).toBe('one_stop_shop S 20');
  const rules = { ...DEFAULT_TAX_RULES, verification: 'format_only' } as const;
  expect(taxOf({ customer: { ...business('FR'), vatNumber: 'well_formed' }, rules })).toBe(
    'reverse_charge AE 0',
  );
  expect(taxOf({ customer: { ...business('FR'), vatNumberCountry: 'ES' } })).toBe(
    'one_stop_shop S 20 number_of_other_country',
  );
  expect(taxOf({ customer: { ...business('DE'), vatNumberCountry: 'FR' } })).toBe(
    'domestic S 19 number_of_other_country',
  );
  const { rate } = decideTax(caseOf({ customer: business('FR') }));
  expect(rate?.exemption).toMatchObject({ code: 'VATEX-EU-AE' });
});

test('I312 consumers of other member states pay the tax of their country, or of the seller below the threshold', () => {
  expect(taxOf({ customer: { country: 'HU' } })).toBe('one_stop_shop S 27');
  expect(taxOf({ customer: { country: 'MC' } })).toBe('one_stop_shop S 20');
  const registrations = [local('DE')];
  expect(taxOf({ customer: { country: 'HU' }, seller: { registrations } })).toBe(
    'one_stop_shop S 27 registration_missing',
  );
  const rules = { ...DEFAULT_TAX_RULES, consumers: 'origin' } as const;
  expect(taxOf({ customer: { country: 'HU' }, seller: { registrations }, rules })).toBe(
    'below_threshold S 19',
  );
  // Who is registered there, or by the one-stop shop, has chosen the destination.
  expect(taxOf({ customer: { country: 'HU' }, rules })).toBe('one_stop_shop S 27');
  expect(taxOf({ customer: { country: 'HU' }, seller: { registrations: [local('DE'), local('HU')] } })).toBe(
    'registered_there S 27',
  );
  expect(taxOf({ customer: { country: 'HU' }, supply: 'other_service' })).toBe('service_at_seller S 19');
});

test('I312 regions outside are outside, regions with rates have theirs', () => {
  expect(taxOf({ customer: { country: 'ES', postalCode: '35001' } })).toBe('outside_scope O 0');
  expect(taxOf({ customer: { country: 'ES', postalCode: '35001' }, supply: 'goods' })).toBe(
    'export_of_goods G 0',
  );
  expect(taxOf({ customer: { country: 'DE', postalCode: '27498' } })).toBe('outside_scope O 0');
  expect(taxOf({ customer: { country: 'PT', postalCode: '9000-001' } })).toBe('one_stop_shop S 22');
  expect(taxOf({ customer: { country: 'PT', postalCode: '9500-001' } })).toBe('one_stop_shop S 16');
  const decision = decideTax(caseOf({ customer: { country: 'PT', postalCode: '9500-001' } }));
  expect([decision.country, decision.region, decision.rate?.id]).toEqual(['PT', 'PT-20', 'PT-20/16']);
});

test('I312 outside the union nothing is due, unless the seller is registered there', () => {
  expect(taxOf({ customer: { country: 'US' } })).toBe('outside_scope O 0');
  expect(taxOf({ customer: { country: 'US' }, supply: 'goods' })).toBe('export_of_goods G 0');
  const registrations = [local('DE'), local('CH'), local('GB'), local('US')];
  const seller = { registrations };
  expect(taxOf({ customer: { country: 'CH' }, seller })).toBe('registered_there S 8.1');
  expect(taxOf({ customer: business('CH'), seller })).toBe('registered_there S 8.1');
  expect(taxOf({ customer: { country: 'GB' }, seller })).toBe('registered_there S 20');
  expect(taxOf({ customer: business('GB'), seller })).toBe('reverse_charge O 0');
  expect(taxOf({ customer: { country: 'US' }, seller })).toBe('registered_there none rate_unknown');
  const own = { id: 'US', name: 'Sales tax', percent: dec('7'), category: 'S', country: 'US' } as const;
  expect(taxOf({ customer: { country: 'US' }, seller, ownRates: { US: own } })).toBe('registered_there S 7');
  // Services to Northern Ireland are sold to the United Kingdom; its XI numbers are for goods.
  expect(taxOf({ customer: { ...business('XI'), country: 'GB' } })).toBe('outside_scope O 0');
});

test('I312 a seller outside the union charges consumers there through the one-stop shop', () => {
  const seller = { country: 'CH', registrations: [local('CH'), { ...OSS, country: 'IE' }] };
  expect(taxOf({ seller, customer: { country: 'FR' } })).toBe('one_stop_shop S 20');
  expect(taxOf({ seller, customer: business('FR') })).toBe('reverse_charge AE 0');
  expect(taxOf({ seller, customer: { country: 'CH' } })).toBe('domestic S 8.1');
  expect(
    taxOf({ seller: { country: 'CH', registrations: [local('CH')] }, customer: { country: 'FR' } }),
  ).toBe('outside_scope O 0 registration_missing');
});

test('I312 who is exempt pays none and the document says why; an unknown country follows the rule of the seller', () => {
  expect(taxOf({ customer: { exemptReason: 'Article 151: embassy.' } })).toBe('exempt_customer E 0');
  const { rate } = decideTax(caseOf({ customer: { exemptReason: 'Article 151: embassy.' } }));
  expect(rate?.exemption).toEqual({ code: null, text: 'Article 151: embassy.' });
  expect(taxOf({ customer: { country: null } })).toBe('unknown_country S 19');
  const rules = { ...DEFAULT_TAX_RULES, unknownCountry: 'no_tax' } as const;
  expect(taxOf({ customer: { country: null }, rules })).toBe('unknown_country none');
});

test('I312 the day of the tax point decides: rates, and the first and last day of a registration', () => {
  const rates = ['2024-08-31', '2024-09-01'].map((text) =>
    taxOf({ customer: { country: 'FI' }, day: day(text) }),
  );
  expect(rates).toEqual(['one_stop_shop S 24', 'one_stop_shop S 25.5']);
  const registrations = [local('DE'), local('CH', { from: '2026-01-01', to: '2026-06-30' })];
  const on = (text: string) =>
    taxOf({ customer: { country: 'CH' }, seller: { registrations }, day: day(text) });
  expect(['2025-12-31', '2026-01-01', '2026-06-30', '2026-07-01'].map(on)).toEqual([
    'outside_scope O 0',
    'registered_there S 8.1',
    'registered_there S 8.1',
    'outside_scope O 0',
  ]);
});

test('I313 every case has one answer: rows over zero say why, and no tax is charged without a country', () => {
  const country = fc.constantFrom('DE', 'FR', 'GR', 'PT', 'CH', 'GB', 'NO', 'US', 'XI', 'MC');
  const number = fc.constantFrom('confirmed', 'well_formed', 'refused', 'malformed', 'none');
  const drawn = fc.record({
    day: fc.integer({ min: 17_600, max: 21_000 }),
    supply: fc.constantFrom('electronic_service', 'other_service', 'goods'),
    seller: country,
    registrations: fc.array(
      fc.record({
        scheme: fc.constantFrom('local', 'oss'),
        country,
        from: fc.constant('2020-01-01'),
        to: fc.constant(null),
      }),
      { maxLength: 3 },
    ),
    country: fc.option(country),
    postalCode: fc.constantFrom(null, '35001', '27498', '9500-001', '97110', ''),
    vatNumber: number,
    vatNumberCountry: fc.option(country),
    exemptReason: fc.constantFrom(null, null, null, 'Because.'),
  });
  fc.assert(
    fc.property(drawn, (one) => {
      const { day: on, supply, seller, registrations, ...customer } = one;
      const given = caseOf({
        day: on as CalendarDate,
        supply: supply as TaxCase['supply'],
        seller: { country: seller, registrations: registrations as TaxRegistration[] },
        customer: customer as TaxCase['customer'],
      });
      const { rate, country: whose, ground, warnings } = decideTax(given);
      if (rate === null) expect(ground === 'unknown_country' || warnings.includes('rate_unknown')).toBe(true);
      else if (rate.percent === 0n) expect(rate.exemption?.text ?? '').not.toBe('');
      else expect([whose, rate.exemption]).toEqual([rate.country, undefined]);
      if (rate?.category === 'AE') {
        expect(customer.vatNumber).toBe('confirmed');
        expect(customer.country).not.toBe(seller);
      }
      expect(decideTax(given)).toEqual(decideTax(given));
    }),
  );
});
