/**
 * Test data, made up for this sandbox: the places are real so that addresses look like addresses, the rates are not those of
 * anybody and must never be charged. A rate holds from its day on; percentages are in thousandths.
 */
export interface TestRate {
  readonly level: 'country' | 'state' | 'county' | 'city' | 'district';
  readonly name: string;
  readonly title: string;
  readonly type: string;
  readonly from: readonly (readonly [day: string, thousandths: number])[];
}

export interface TestPlace {
  readonly country: string;
  /** Null for the whole country. */
  readonly state: string | null;
  /** Beginnings of postal codes; an empty text is all of them. */
  readonly postal: string;
  readonly rates: readonly TestRate[];
}

const since = (thousandths: number): TestRate['from'] => [['2020-01-01', thousandths]];

function sales(level: TestRate['level'], name: string, from: TestRate['from']): TestRate {
  const title = level === 'state' ? 'Sales tax' : 'Local sales tax';
  return { level, name, title, type: 'sales_tax', from };
}

function whole(country: string, name: string, title: string, thousandths: number): TestPlace {
  const rate: TestRate = {
    level: 'country',
    name,
    title,
    type: title.toLowerCase(),
    from: since(thousandths),
  };
  return { country, state: null, postal: '', rates: [rate] };
}

/** All places of an address count, so a city is beside its state. */
export const TEST_PLACES: readonly TestPlace[] = [
  {
    country: 'US',
    state: 'CA',
    postal: '',
    rates: [
      sales('state', 'California', [
        ['2020-01-01', 7_000],
        ['2027-01-01', 7_500],
      ]),
    ],
  },
  {
    country: 'US',
    state: 'CA',
    postal: '941',
    rates: [
      sales('county', 'San Francisco County', since(250)),
      sales('district', 'San Francisco Test District', since(1_375)),
    ],
  },
  { country: 'US', state: 'NY', postal: '', rates: [sales('state', 'New York', since(4_250))] },
  {
    country: 'US',
    state: 'NY',
    postal: '100',
    rates: [
      sales('city', 'New York City', since(4_400)),
      sales('district', 'Test Commuter District', since(375)),
    ],
  },
  { country: 'US', state: 'TX', postal: '', rates: [sales('state', 'Texas', since(6_500))] },
  {
    country: 'US',
    state: 'TX',
    postal: '787',
    rates: [sales('county', 'Travis County', since(250)), sales('city', 'Austin', since(1_500))],
  },
  { country: 'US', state: 'WA', postal: '', rates: [sales('state', 'Washington', since(6_750))] },
  {
    country: 'CA',
    state: 'QC',
    postal: '',
    rates: [
      { level: 'country', name: 'Canada', title: 'GST', type: 'gst', from: since(5_500) },
      { level: 'state', name: 'Quebec', title: 'QST', type: 'qst', from: since(9_750) },
    ],
  },
  {
    country: 'CA',
    state: 'ON',
    postal: '',
    rates: [{ level: 'state', name: 'Ontario', title: 'HST', type: 'hst', from: since(12_500) }],
  },
  whole('JP', 'Japan', 'JCT', 9_000),
  whole('KW', 'Kuwait', 'VAT', 4_500),
  whole('DE', 'Germany', 'VAT', 18_500),
  whole('FR', 'France', 'VAT', 19_500),
];

/** States in which the test seller collects nothing, though tax is due there. */
export const NOT_COLLECTING: ReadonlySet<string> = new Set(['US-FL', 'US-IL']);

/** Nothing is taxed under this code. */
export const NOT_TAXABLE = 'txcd_00000000';

/** Of this code the state of Texas taxes four fifths. */
export const PARTLY_TAXED = { code: 'txcd_10103001', state: 'TX', thousandths: 800 } as const;

/** Where a business with a tax number accounts for the tax itself. */
export const REVERSE_CHARGED: ReadonlySet<string> = new Set(['DE', 'FR']);
