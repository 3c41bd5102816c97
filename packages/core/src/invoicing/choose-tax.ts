/** What a VAT number is worth: confirmed by the registry, only well formed, refused by it, or not even that. */
export type VatNumberState = 'confirmed' | 'well_formed' | 'refused' | 'malformed' | 'none';

export interface TaxSituation {
  /** ISO 3166-1 alpha-2; null if it is not known. */
  readonly sellerCountry: string | null;
  readonly customerCountry: string | null;
  readonly vatNumber: VatNumberState;
}

/** The seller's choices about which tax applies, where sellers or their advisers differ. */
export interface TaxChoicePolicy {
  /** Whether a well-formed number is enough for reverse charge, or only one that the registry confirmed. */
  readonly verification: 'format_only' | 'registry_confirmed';
  /** The rate of consumers in other member states: that of their country, or that of the seller (below the threshold). */
  readonly consumers: 'customer_country' | 'seller_country';
  readonly unknownCountry: 'no_tax' | 'seller_country';
}

export const DEFAULT_TAX_CHOICE_POLICY: TaxChoicePolicy = {
  verification: 'registry_confirmed',
  consumers: 'customer_country',
  unknownCountry: 'no_tax',
};

/** Which tax applies. A `standard` one is that of the country named. */
export type ChosenTax =
  | { readonly kind: 'standard'; readonly country: string }
  | { readonly kind: 'reverse_charge' }
  | { readonly kind: 'none_outside_eu' }
  | { readonly kind: 'none_unknown_country' };

/** The member states of the European Union, by ISO 3166-1; Greece is GR here and EL in VAT numbers. */
const MEMBER_STATES: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

export function isMemberState(country: string): boolean {
  return MEMBER_STATES.has(country);
}

/**
 * Chooses the tax of services sold electronically (Directive 2006/112/EC, articles 44, 58 and 196): at home the tax of
 * home; a business of another member state accounts for it itself; a consumer there pays the tax of their own country;
 * outside the union none is due. A seller outside the union has no such rules: its own tax applies at home alone.
 */
export function chooseTax(
  situation: TaxSituation,
  policy: TaxChoicePolicy = DEFAULT_TAX_CHOICE_POLICY,
): ChosenTax {
  const { sellerCountry, customerCountry } = situation;
  if (sellerCountry === null) return { kind: 'none_unknown_country' };
  if (customerCountry === null) {
    return policy.unknownCountry === 'no_tax'
      ? { kind: 'none_unknown_country' }
      : { kind: 'standard', country: sellerCountry };
  }
  if (customerCountry === sellerCountry) return { kind: 'standard', country: sellerCountry };
  if (!isMemberState(customerCountry) || !isMemberState(sellerCountry)) return { kind: 'none_outside_eu' };
  if (isAccepted(situation.vatNumber, policy)) return { kind: 'reverse_charge' };
  const country = policy.consumers === 'customer_country' ? customerCountry : sellerCountry;
  return { kind: 'standard', country };
}

function isAccepted(state: VatNumberState, { verification }: TaxChoicePolicy): boolean {
  return state === 'confirmed' || (state === 'well_formed' && verification === 'format_only');
}
