import { vatPlace } from './vat-regions.ts';

/** What says where a customer is (Implementing Regulation 282/2011, article 24f). */
export type EvidenceKind =
  | 'billing_address'
  | 'ip_address'
  | 'payment_method'
  | 'sim_card'
  | 'landline'
  | 'vat_number'
  | 'other';

export interface LocationEvidence {
  readonly kind: EvidenceKind;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

export type EvidenceFinding =
  /** The country that most pieces name, and those that do. */
  | {
      readonly state: 'agrees';
      readonly country: string;
      readonly kinds: readonly EvidenceKind[];
      readonly against: readonly EvidenceKind[];
    }
  | { readonly state: 'too_few'; readonly country: string | null }
  /** As many pieces name another country: a person decides. */
  | { readonly state: 'contradicts'; readonly countries: readonly string[] };

/**
 * Where a consumer is: two pieces of different kinds must name the same country, and more than name any other. A seller
 * below 100,000 euro a year of such sales needs only one (article 24b), which then must not be contradicted.
 */
export function assessEvidence(
  pieces: readonly LocationEvidence[],
  { needed = 2 }: { readonly needed?: 1 | 2 } = {},
): EvidenceFinding {
  const byCountry = new Map<string, Set<EvidenceKind>>();
  for (const { kind, country } of pieces) {
    const place = vatPlace(country, null).country;
    byCountry.set(place, (byCountry.get(place) ?? new Set()).add(kind));
  }
  const ranked = [...byCountry].sort(([, left], [, right]) => right.size - left.size);
  const [first, second] = ranked;
  if (first === undefined) return { state: 'too_few', country: null };
  if (second !== undefined && second[1].size === first[1].size)
    return { state: 'contradicts', countries: ranked.map(([country]) => country) };
  const [country, kinds] = first;
  if (kinds.size < needed) return { state: 'too_few', country };
  const against = new Set(ranked.slice(1).flatMap(([, others]) => [...others]));
  return { state: 'agrees', country, kinds: [...kinds], against: [...against] };
}
