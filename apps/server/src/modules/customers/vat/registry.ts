import type { VatNumber } from '@billhook/core/tax/vat-number';

/** What a registry says about a number: an answer for certain, or none this time. */
export type VatRegistryAnswer =
  | {
      kind: 'answered';
      isValid: boolean;
      /** Whose number it is; null where the registry does not tell. */
      name: string | null;
      address: string | null;
      /** Proof of the query, given to who names itself. */
      consultationNumber: string | null;
    }
  | { kind: 'down'; reason: string };

/**
 * Port: a registry of VAT numbers. It never throws: whatever is not an answer is `down`, since an error is not a "no".
 *
 * @param requester the seller's own number, for the proof; null asks without one
 */
export type VatRegistry = (number: VatNumber, requester: VatNumber | null) => Promise<VatRegistryAnswer>;
