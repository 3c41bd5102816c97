import { decimal12FromScaled } from '@billhook/core/kernel/decimal';
import { CORE } from '../src/engine.ts';
import { type PlantedBug, planted } from './plant.ts';

/** Bugs in what is made of usage that comes after its bill. */
export const CORRECTION_BUGS: readonly PlantedBug[] = [
  {
    id: 'correction-forgotten',
    name: 'never looks again at what was billed for late usage',
    law: 'I142',
    engine: planted({ periodsTouched: () => ({ settled: [], running: [] }) }),
  },
  {
    id: 'correction-doubled',
    name: 'forgets what earlier corrections of a period charged',
    law: 'I142',
    engine: planted({ rerate: (input, usage) => CORE.rerate(input, usage, []) }),
  },
  {
    id: 'correction-of-all-usage',
    name: 'corrects a period by half of what came for it',
    law: 'I142',
    engine: planted({
      rerate: (input, usage, earlier) =>
        CORE.rerate(
          input,
          usage.map((one) => ({ ...one, quantity: decimal12FromScaled(one.quantity / 2n) })),
          earlier,
        ),
    }),
  },
  {
    id: 'correction-beside-commitment',
    name: 'bills a commitment as if usage of its time had never been corrected',
    law: 'I96',
    onlyOffer: 7,
    engine: planted({ decideInvoices: (input) => CORE.decideInvoices({ ...input, corrections: [] }) }),
  },
  {
    id: 'deduction-beyond-lines',
    name: 'deducts what notes and refunds gave back before',
    law: 'I594',
    onlyOffer: 4,
    engine: planted({
      deductionOf: (_, credits, lessMinor) => {
        const leftMinor = credits.reduce((sum, { amountMinor }) => sum - amountMinor, lessMinor);
        return { grossMinor: leftMinor, amountMinor: leftMinor, parts: [] };
      },
    }),
  },
  {
    id: 'debit-note-despite-discount',
    name: 'claims by debit note what a discount would have lowered',
    law: 'I535',
    engine: planted({
      lineToRaise: (lines, keys) => {
        const plain = lines.map((line) => ({ ...line, amountMinor: line.grossMinor }));
        const found = CORE.lineToRaise(plain, keys);
        return lines.find(({ key }) => key === found?.key) ?? null;
      },
    }),
  },
];
