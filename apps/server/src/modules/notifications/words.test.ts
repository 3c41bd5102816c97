import { LANGUAGES } from '@billhook/core/documents/language';
import { expect, test } from 'vitest';
import { templateFor } from './templates/catalogue.ts';
import { mailHtml } from './templates/layout.ts';
import { unpaidText } from './texts/words.ts';
import { inLanguage, MAIL_WORDS, mailSpeech } from './words/mail-words.ts';

const FRAME = {
  sellerName: 'Acme',
  portalUrl: 'https://acme.example',
  adminUrl: 'https://acme.example/admin',
};
const FACTS = {
  number: 'BH-2026-000001',
  invoice_number: 'BH-2026-000000',
  amount: '1.234,50 EUR',
  invoice_id: '#1',
  payment_id: '#2',
  credit_note_id: '#3',
  document_id: '#4',
  title: 'Kontoauszug',
  paid_on: 'Di., 03.03.2026',
  due_on: 'Di., 17.03.2026',
  outcome: 'Es ist bezahlt.',
  reason: 'Grund.',
  next_step: 'Danach nichts.',
  request_id: '#4',
  description: 'Zwei Terminals',
  what_for: 'Es wird verwahrt.',
  certificate: 'Bescheinigung 32-1 (US)',
  why: 'Sie ist nicht unterschrieben.',
  ends_on: 'Fr., 31.07.2026',
  ended_on: 'Sa., 01.08.2026',
  pay_url: 'https://acme.example/pay/4',
  feature: 'API-Aufrufe',
  percent: '80',
  used: '43.210',
  limit: '50.000',
  plan: 'Große Runde',
  of_plan: ' (Große Runde)',
};

test.each(LANGUAGES)(
  'I351 every mail about a document or a certificate is whole in %s: each fact in its place, each label named',
  (language) => {
    for (const name of Object.keys(MAIL_WORDS.de.mails)) {
      const { template, facts } = templateFor(name, FACTS);
      const english = template.write(facts, FRAME);
      const mail = inLanguage(name, language, english, { ...facts, seller: 'Acme' });
      const all = [
        mail.subject,
        mail.heading,
        ...mail.paragraphs,
        mail.action?.label ?? '',
        ...(mail.rows ?? []).flat(),
      ];
      for (const text of all) expect(text).toMatch(/^[^{}]+$/);
      expect(mail.paragraphs).toHaveLength(english.paragraphs.length);
      expect(mail.rows?.map(([, value]) => value)).toEqual(english.rows?.map(([, value]) => value));
      expect(mail.action?.url).toBe(english.action?.url);
      for (const fact of Object.values(FACTS))
        expect(`${fact} ${all.join().includes(fact)}`).toBe(`${fact} ${textsOf(english).includes(fact)}`);
      if (language !== 'en') expect(mail.heading).not.toBe(english.heading);
    }
  },
);

/** What an invoice and a debit note are called, as a mail about either may write it. */
const NAMES = {
  de: [/\bRechnung\b/, /\bBelastungsanzeige\b/],
  en: [/\binvoice\b/i, /\bdebit note\b/i],
  es: [/\bfactura\b(?! rectificativa)/i, /\bnota de débito\b/i],
  fr: [/\bfacture\b/i, /\bnote de débit\b/i],
  it: [/\bfattura\b/i, /\bnota di debito\b/i],
  nl: [/\bfactuur\b/i, /\bdebetnota\b/i],
} as const;
/** Mails that are about one document, and name it. */
const ABOUT_ONE = [
  ...['billing.receipt', 'billing.paid_by_credit', 'billing.payment_failed', 'billing.credit_note'],
  ...['dunning.reminder', 'dunning.method_needed', 'dunning.last_notice'],
  ...['access.limited', 'access.suspended'],
];

test.each(LANGUAGES)(
  'I595 a mail about a debit note calls it so in %s, and nowhere an invoice',
  (language) => {
    const [invoice, debitNote] = NAMES[language];
    for (const name of ABOUT_ONE) {
      const written = (more: object) => {
        const { template, facts } = templateFor(name, { ...FACTS, plan: 'Pro', ...more });
        const mail = inLanguage(name, language, template.write(facts, FRAME), { ...facts, seller: 'Acme' });
        const { subject, heading, paragraphs, rows } = mail;
        return [subject, heading, ...paragraphs, ...(rows ?? []).flat()].join('\n');
      };
      // What is told of access is English whole.
      const isWorded = name in MAIL_WORDS.de.mails;
      const [called, other] = isWorded ? [debitNote, invoice] : [NAMES.en[1], NAMES.en[0]];
      expect(written({ document_kind: 'debit_note' })).toMatch(called);
      expect(written({ document_kind: 'debit_note' })).not.toMatch(other);
      expect(written({})).toMatch(other);
      expect(written({})).not.toMatch(called);
    }
    const { say } = mailSpeech(language);
    for (const sentence of ['for_invoice', 'less_to_pay'] as const)
      expect(say(sentence, { document: say('debit_note'), number: '1', amount: '2' })).toMatch(debitNote);
    const texted = { seller: 'Acme', number: '1', amount: '2', url: 'https://acme.example' };
    expect(unpaidText(language, { ...texted, document: say('debit_note') })).toMatch(debitNote);
    expect(unpaidText(language, { ...texted, document: say('debit_note') })).not.toMatch(invoice);
  },
);

const textsOf = ({
  subject,
  heading,
  paragraphs,
  action,
  rows,
}: ReturnType<ReturnType<typeof templateFor>['template']['write']>) =>
  [subject, heading, ...paragraphs, action?.label ?? '', ...(rows ?? []).flat()].join();

test('I351 facts are in the figures and sentences of the reader, and no code of a bank is ever shown', () => {
  const german = mailSpeech('de-DE');
  expect(german.money(123_450n, 'EUR')).toBe('1.234,50 EUR');
  expect(german.day(Date.UTC(2026, 2, 3), 'UTC')).toBe('Di., 03.03.2026');
  expect(german.decline('expired_card', 'card')).toBe('Die Karte ist abgelaufen.');
  expect(german.decline('do_not_honor', null)).toBe(german.decline(null, 'card'));
  // Who pays by debit or PayPal has no card that could lack money.
  expect(german.decline('insufficient_funds', 'card')).toBe('Die Karte war nicht ausreichend gedeckt.');
  expect(german.decline('insufficient_funds', 'sepa_debit')).toBe('Das Konto war nicht ausreichend gedeckt.');
  expect(german.decline('debit_not_authorized', 'sepa_debit')).toBe(
    'Ihre Bank hat die Lastschrift zurückgegeben.',
  );
  expect(german.decline('insufficient_funds', 'paypal')).toBe('PayPal hat die Zahlung nicht ausgeführt.');
  expect(mailSpeech('en').money(1_240n, 'EUR')).toBe('12.40 EUR');
});

test.each([
  ['en', '43,210', '0.5'],
  ['de', '43.210', '0,5'],
  ['fr', '43\u202f210', '0,5'],
])('what was used of a limit is written in %s as its reader writes figures', (locale, whole, part) => {
  const { figure } = mailSpeech(locale);
  expect([figure('43210'), figure('0.5'), figure('')]).toEqual([whole, part, '']);
});

test.each(LANGUAGES)('a warning names no plan in %s where there is no doubt', (language) => {
  const { plan: _, ...rest } = FACTS;
  const { template, facts } = templateFor('usage.threshold_reached', { ...rest, of_plan: '' });
  const mail = inLanguage('usage.threshold_reached', language, template.write(facts, FRAME), facts);
  expect(mail.rows?.map(([, value]) => value)).toEqual(['43.210', '50.000']);
  expect(textsOf(mail)).not.toMatch(/Runde|[{}]/);
});

test('a mail has colours for a dark ground too, each readable on it', () => {
  const html = mailHtml(
    {
      subject: 'Used',
      heading: 'Used',
      paragraphs: ['Text'],
      rows: [['Used', '43,210']],
      footnote: 'Why this came.',
    },
    { sellerName: 'Acme', colour: null },
  );
  const [, dark = ''] = /@media \(prefers-color-scheme:dark\)\{(.*)\}<\/style>/.exec(html) ?? [];
  const rules = [...dark.matchAll(/\.([a-z]+)\{([^}]*)\}/g)].map(([, name = '', body = '']) => ({
    name,
    body,
  }));
  expect(rules.map(({ name }) => name)).toEqual(['body', 'muted', 'faint', 'rule']);
  for (const { name } of rules) expect(html).toContain(`class="${name}"`);
  const ground = /background:(#[0-9a-f]{6})/.exec(dark)?.[1] ?? '';
  for (const { body } of rules.slice(0, 3)) {
    const ink = /(?:^|;)color:(#[0-9a-f]{6})/.exec(body)?.[1] ?? '';
    expect(contrast(ink, ground), ink).toBeGreaterThanOrEqual(4.5);
  }
});

/** As WCAG has it. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [one, other].map(luminance).sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
