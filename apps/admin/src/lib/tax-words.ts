import type { Invoice } from '@billhook/sdk/generated/types';

type Basis = NonNullable<Invoice['taxBasis']>;
type Evidence = Basis['evidence'];

export const TAX_GROUNDS: Readonly<Record<Basis['ground'], string>> = {
  exempt_customer: 'The customer is exempt',
  unknown_country: 'The country is not known',
  domestic: 'At home: the tax of the seller’s country',
  reverse_charge: 'Reverse charge: a business with a believed VAT number',
  intra_community_goods: 'Goods for a business of another member state',
  one_stop_shop: 'Consumer of another member state: the tax of that country',
  registered_there: 'The seller is registered in the customer’s country',
  below_threshold: 'Below the threshold: the tax of the seller’s country',
  service_at_seller: 'Service taxed where the seller is',
  export_of_goods: 'Export of goods',
  outside_scope: 'Outside the territory of the tax',
};

export const NUMBER_STATES: Readonly<Record<Basis['vatNumber']['state'], string>> = {
  none: 'None',
  malformed: 'Not a VAT number: look for a slip of the pen',
  well_formed: 'Well formed, not confirmed',
  confirmed: 'Confirmed',
  refused: 'Not known to the registry',
};

export const EVIDENCE_STATES: Readonly<Record<Exclude<Evidence['state'], 'not_needed'>, string>> = {
  agrees: 'Proved',
  too_few: 'Not proved: too few pieces',
  contradicts: 'Not proved: the pieces contradict each other',
};

export const EVIDENCE_KINDS: Readonly<Record<Evidence['pieces'][number]['kind'], string>> = {
  billing_address: 'address',
  ip_address: 'network address',
  payment_method: 'payment method',
  sim_card: 'SIM card',
  landline: 'landline',
  other: 'other',
};
