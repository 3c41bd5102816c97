import { CORE } from '../src/engine.ts';
import { type PlantedBug, planted } from './plant.ts';

/** Bugs in what is done about unpaid invoices. */
export const DUNNING_BUGS: readonly PlantedBug[] = [
  {
    id: 'charges-stolen-card',
    name: 'charges a card again that was reported stolen',
    law: 'I301',
    engine: planted({ isNeverAgain: () => false }),
  },
  {
    id: 'forgets-schemes',
    name: 'tries a card as often as the campaign says, whatever the scheme allows',
    law: 'I302',
    engine: planted({
      cardRestsUntil: () => null,
      planAfterFailure: (campaign, facts, at) => CORE.planAfterFailure(campaign, { ...facts, tries: [] }, at),
    }),
  },
  {
    id: 'access-after-end',
    name: 'leaves access to who has been canceled',
    law: 'I305',
    engine: planted({ accessOf: (_, stages) => CORE.accessOf('active', stages) }),
  },
  {
    id: 'access-kept-back',
    name: 'keeps access back after the money has come',
    law: 'I305',
    engine: planted({
      accessOf: (status, stages) => CORE.accessOf(status, stages.length === 0 ? ['suspended'] : stages),
    }),
  },
];
