import type { PaymentOption } from '@billhook/sdk/generated/types';
import { RadioGroup } from '@billhook/ui/choice';
import { kindName } from '@billhook/ui/method-name';
import { useRead } from '../../lib/read.tsx';

/** A way to pay in words: "Card or SEPA debit", "PayPal". */
export function wayName({ kinds }: PaymentOption): string {
  return kinds.map((kind) => (kind === 'card' ? 'Card' : kindName(kind))).join(' or ');
}

/** The ways to pay that the seller offers, the first choice first; empty until they are known. */
export function useWaysToPay(): readonly PaymentOption[] {
  const { data } = useRead(['payment-options'], (client, signal) => client.paymentOptions.list({ signal }));
  return data?.data ?? [];
}

interface WayToPayProps {
  readonly ways: readonly PaymentOption[];
  /** The provider that was chosen; the seller's first choice until then. */
  readonly value: string | undefined;
  readonly onValueChange: (provider: string) => void;
}

/** Asks how to pay, where there is a choice. */
export function WayToPay({ ways, value, onValueChange }: WayToPayProps) {
  const [first] = ways;
  if (first === undefined || ways.length < 2) return null;
  return (
    <RadioGroup
      label="Pay with"
      value={value ?? first.provider}
      onValueChange={onValueChange}
      options={ways.map((way) => ({ value: way.provider, label: wayName(way) }))}
    />
  );
}
