const NAMES: Readonly<Record<string, string>> = {
  amex: 'American Express',
  diners: 'Diners Club',
  eftpos_au: 'Eftpos',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
};

/** A card's brand as its owner knows it: `visa` as "Visa", `amex` as "American Express". */
export function cardBrand(brand: string): string {
  const words = brand.replaceAll('_', ' ');
  return NAMES[brand] ?? `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
