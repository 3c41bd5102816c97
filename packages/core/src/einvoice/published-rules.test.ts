import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NOTE_SOURCE, SOURCE, sourceIn } from '../testing/einvoices.ts';
import { unwrap } from '../testing/factories.ts';
import { rulesOf } from './check.ts';
import { decideEInvoice } from './map-document.ts';
import type { EInvoiceProfile } from './model.ts';
import type { SourceDocument } from './source.ts';
import { eInvoiceText } from './write.ts';

/**
 * Where each published rule is held: `own` in our set, which a test breaks rule by rule; `never`, since it is about what our
 * writers do not write; `always`, since they write it into every file; `same` as another rule; by the `model` itself;
 * of another `profile`; or only `advice`.
 */
type Standing =
  | 'own'
  | { readonly never: readonly string[] }
  | { readonly always: readonly [ubl: string, cii: string] }
  | { readonly once: string }
  | { readonly same: string; readonly why: string }
  | { readonly model: string }
  | { readonly profile: string }
  | { readonly advice: string };

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const { rules } = JSON.parse(read('../../fixtures/business-rules.json')) as {
  rules: Readonly<Record<string, Standing>>;
};
const entries = Object.entries(rules);
function those<K extends string>(kind: K) {
  return entries.flatMap(([id, standing]) =>
    typeof standing === 'object' && kind in standing
      ? [[id, standing as Extract<Standing, Record<K, unknown>>] as const]
      : [],
  );
}

const PROFILES: readonly EInvoiceProfile[] = ['factur_x', 'xrechnung_cii', 'xrechnung_ubl', 'peppol_bis'];
const own = new Set(PROFILES.flatMap((profile) => rulesOf(profile).map(({ rule }) => rule)));
/** Held to by us still, though the newest edition does not have it any more. */
const WITHDRAWN = ['BR-CO-25'];

const ADJUSTED: SourceDocument = {
  ...SOURCE,
  kind: 'corrected_invoice',
  preceding: { number: 'BH-2026-000041', issuedOn: '2026-04-01' },
  adjustments: [
    { description: 'Goodwill', netMinor: -143n, rateIds: ['r19'] },
    { description: 'Freight', netMinor: 1000n, rateIds: ['r19'] },
  ],
  taxes: SOURCE.taxes.map((tax) => ({ ...tax, taxMinor: 9690n })),
  totalMinor: 60_690n,
  dueMinor: 60_690n,
};
/** Documents of every kind, category and profile, with allowances, charges, periods, a correction and a delivery. */
const written = [
  SOURCE,
  NOTE_SOURCE,
  ADJUSTED,
  ...(['Z', 'E', 'AE', 'K', 'G', 'O'] as const).map((c) => sourceIn(c)),
].flatMap((source) =>
  PROFILES.map((profile) => eInvoiceText(unwrap(decideEInvoice(source, profile)), profile)),
);
const isCii = (text: string) => text.includes('CrossIndustryInvoice');
const writers = read('./ubl.ts') + read('./cii.ts');

test('I501 every rule of ours is a published one, and every published one that is ours can be broken', () => {
  const listed = entries.flatMap(([id, standing]) => (standing === 'own' ? [id] : []));
  expect([...listed, ...WITHDRAWN].toSorted()).toEqual([...own].toSorted());
});

test('I501 every published rule stands in one place, with what proves it or the reason', () => {
  // The sets of the editions that the list names: EN 16931, XRechnung, Peppol with what it asks of Germans.
  expect(entries).toHaveLength(367);
  const kinds = ['never', 'always', 'once', 'same', 'model', 'profile', 'advice'] as const;
  for (const [id, standing] of entries)
    expect([id, standing === 'own' || kinds.filter((kind) => kind in standing).length]).toEqual([
      id,
      standing === 'own' ? true : 1,
    ]);
  for (const [id, { same, why }] of those('same'))
    expect([id, own.has(same), why.length > 9]).toEqual([id, true, true]);
  for (const kind of ['model', 'profile', 'advice'] as const)
    for (const [id, standing] of those(kind))
      expect([id, String(Object.values(standing)[0]).length > 9]).toEqual([id, true]);
});

test('I501 what rules about absent things name is written nowhere', () => {
  for (const [id, { never }] of those('never')) {
    for (const name of never) {
      const [element = '', inside] = name.split(' in ');
      if (inside === undefined) expect([id, name, writers.includes(element)]).toEqual([id, name, false]);
      else {
        const groups = written.flatMap(
          (text) => text.match(new RegExp(`<${inside}[ >].*?</${inside}>`, 'gs')) ?? [],
        );
        expect([id, groups.length > 0]).toEqual([id, true]);
        for (const group of groups)
          expect(group.replaceAll(/<cac:Country>.*?<\/cac:Country>/gs, '')).not.toContain(`<${element}`);
      }
    }
  }
});

test('I501 what rules ask of every document stands in every file, and what may stand once stands once', () => {
  expect(written.length).toBe(36);
  for (const text of written) {
    for (const [id, { always }] of those('always'))
      expect([id, text.includes(always[isCii(text) ? 1 : 0])]).toEqual([id, true]);
    for (const [id, { once }] of those('once'))
      if (!isCii(text)) expect([id, text.split(`<${once}>`).length - 1]).toEqual([id, 1]);
  }
});

test('I501 no file names a profile whose own rules are left out', () => {
  for (const text of written) expect(text).not.toMatch(/#conformant#|kosit:extension|kosit:[^<]*cvd/);
});
