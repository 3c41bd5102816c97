/** What the law wants to read of the seller on every invoice. */
export type SellerDatum = 'legal_name' | 'address' | 'tax_id';

/** What is missing of the seller, in the order of the form. A number for tax is wanted of who charges tax. */
export function missingSellerData(seller: {
  readonly legalName: string;
  readonly address: readonly string[];
  readonly taxId: string | null;
  readonly chargesTax: boolean;
}): readonly SellerDatum[] {
  const missing: SellerDatum[] = [];
  if (seller.legalName.trim() === '') missing.push('legal_name');
  if (seller.address.every((line) => line.trim() === '')) missing.push('address');
  if (seller.chargesTax && (seller.taxId ?? '').trim() === '') missing.push('tax_id');
  return missing;
}
