/** An account of the adviser's chart, and the key that goes with it: 40 keeps an automatic account from taking tax out again. */
export interface DatevAccount {
  readonly number: string;
  readonly taxKey: string | null;
}

/** What the seller's tax adviser says; without it no file can be made. */
export interface DatevSettings {
  readonly consultant: number;
  readonly client: number;
  /** The month in which a fiscal year begins. */
  readonly fiscalYearMonth: number;
  /** Digits of general accounts; those of customers have one more. */
  readonly accountLength: number;
  /** The chart, such as 03 or 04; null for one of one's own. */
  readonly chart: string | null;
  /** Whether bookings are fixed when they are read in. */
  readonly fixed: boolean;
  /** Which account of the adviser each account of the ledger is. */
  readonly accounts: Readonly<Record<string, DatevAccount>>;
}

export interface SettingFault {
  readonly pointer: string;
  readonly detail: string;
}

/** What is wrong with the settings, all at once. */
export function checkDatevSettings(settings: DatevSettings): SettingFault[] {
  const faults: SettingFault[] = [];
  const add = (pointer: string, isWrong: boolean, detail: string) => {
    if (isWrong) faults.push({ pointer, detail });
  };
  const { consultant, client, fiscalYearMonth, accountLength, chart } = settings;
  add(
    '/consultant',
    !isWithin(consultant, 1_001, 9_999_999),
    'The number of the adviser is 1001 to 9999999.',
  );
  add('/client', !isWithin(client, 1, 99_999), 'The number of the client is 1 to 99999.');
  add('/fiscal_year_month', !isWithin(fiscalYearMonth, 1, 12), 'A month is 1 to 12.');
  add('/account_length', !isWithin(accountLength, 4, 8), 'General accounts have 4 to 8 digits.');
  add('/chart', chart !== null && !/^[0-9]{2,4}$/.test(chart), 'A chart has 2 to 4 digits, such as 03.');
  for (const [account, { number, taxKey }] of Object.entries(settings.accounts)) {
    const isNumber = /^[0-9]+$/.test(number) && Number(number) > 0;
    const longest = accountLength + (account === 'receivable' ? 1 : 0);
    add(
      `/accounts/${account}/number`,
      !isNumber || number.length > longest,
      `An account has up to ${longest} digits.`,
    );
    add(
      `/accounts/${account}/tax_key`,
      taxKey !== null && !/^[0-9]{1,4}$/.test(taxKey),
      'A key has 1 to 4 digits.',
    );
  }
  return faults;
}

const isWithin = (figure: number, least: number, most: number) =>
  Number.isInteger(figure) && figure >= least && figure <= most;

/** Whether a text can be the account of one customer: a digit more than general accounts, the first from 1 to 6. */
export function isCustomerAccount(text: string, accountLength: number): boolean {
  return text.length === accountLength + 1 && /^[1-6][0-9]+$/.test(text);
}
