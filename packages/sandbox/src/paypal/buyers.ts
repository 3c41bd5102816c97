import type { Behaviour, Payer } from './records.ts';

/** A test buyer, with what happens to a payment of theirs. */
export interface Buyer {
  readonly payer: Payer;
  readonly effect: string;
}

const buyer = (
  name: string,
  surname: string,
  behaviour: Behaviour,
  payerId: string,
  effect: string,
): Buyer => ({
  payer: {
    email: `${name.toLowerCase()}@buyers.example`,
    payerId,
    givenName: name,
    surname,
    country: 'DE',
    behaviour,
  },
  effect,
});

/** Whoever can pay on the hosted page. */
export const BUYERS: readonly Buyer[] = [
  buyer('Ada', 'Lindt', 'pays', 'ADA2SANDBKX23', 'Pays, also later'),
  buyer('Ben', 'Arm', 'declined', 'BEN2SANDBKX24', 'Approves, but every payment is declined'),
  buyer('Cleo', 'Spät', 'declined_later', 'CLE2SANDBKX25', 'Pays now, later payments are declined'),
  buyer('Dana', 'Bank', 'pending', 'DAN2SANDBKX26', 'Pays by bank: it takes three days'),
  buyer('Emil', 'Zu', 'closed_later', 'EML2SANDBKX27', 'Pays now, then closes the account'),
];

export function findBuyer(email: string): Payer | null {
  return BUYERS.find(({ payer }) => payer.email === email)?.payer ?? null;
}
