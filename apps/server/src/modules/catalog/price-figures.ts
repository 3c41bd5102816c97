import type { Price } from '@billhook/core/catalog/price';
import { refuse } from '../../platform/refuse.ts';
import { FaultList } from './faults.ts';
import { type ModelInput, readModel } from './model-input.ts';
import { readTerms, type TermsInput } from './price-terms.ts';

/** What may be agreed about one price beside the catalogue: how it computes, and what applies to a whole period. */
export type FiguresInput = { pricing?: ModelInput | undefined; terms?: TermsInput | undefined };

/**
 * The figures of a price as agreed; what is left out stays as it is. Ends with `request.invalid` and a pointer to each
 * figure that cannot be read.
 *
 * @param at pointer of the agreement inside the request
 */
export function readFigures(
  input: FiguresInput,
  current: Pick<Price, 'model' | 'terms'>,
  at: string,
): Pick<Price, 'model' | 'terms'> {
  const faults = new FaultList();
  const { pricing, terms } = input;
  const model = pricing === undefined ? current.model : readModel(pricing, faults.below(`${at}/pricing`));
  const agreed = terms === undefined ? current.terms : readTerms(terms, faults.below(`${at}/terms`));
  if (faults.all.length > 0)
    refuse('request.invalid', 'Some figures cannot be read.', { faults: faults.all });
  return { model, terms: agreed };
}
