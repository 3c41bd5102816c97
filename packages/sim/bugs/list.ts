import { CORRECTION_BUGS } from './corrections.ts';
import { DOCUMENT_BUGS } from './documents.ts';
import { DUNNING_BUGS } from './dunning.ts';
import { HISTORICAL_BUGS } from './historical.ts';
import { LIFE_BUGS } from './life.ts';
import { LINE_BUGS } from './lines.ts';
import { MONEY_BUGS } from './money.ts';
import { MONTH_BUGS } from './months.ts';
import type { PlantedBug } from './plant.ts';

/** Every planted bug, by its id. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...MONEY_BUGS,
  ...LINE_BUGS,
  ...LIFE_BUGS,
  ...DOCUMENT_BUGS,
  ...CORRECTION_BUGS,
  ...DUNNING_BUGS,
  ...MONTH_BUGS,
  ...HISTORICAL_BUGS,
];
