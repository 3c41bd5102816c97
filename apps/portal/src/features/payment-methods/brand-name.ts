/** `visa` as `Visa`, `american_express` as `American express`. */
export function brandName(brand: string): string {
  const words = brand.replaceAll('_', ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
