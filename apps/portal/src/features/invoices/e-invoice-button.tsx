import { Button } from '@billhook/ui/button';
import { Menu } from '@billhook/ui/menu';
import { FileCode } from 'lucide-react';

const FILES = [
  { format: 'factur_x', label: 'Factur-X / ZUGFeRD' },
  { format: 'xrechnung_ubl', label: 'XRechnung' },
  { format: 'peppol_bis', label: 'Peppol BIS Billing' },
] as const;

export type EInvoiceFormat = (typeof FILES)[number]['format'];

/** The invoice as a file that accounting software reads. */
export function EInvoiceButton({ onPick }: { onPick: (format: EInvoiceFormat) => void }) {
  return (
    <Menu
      align="end"
      trigger={<Button icon={FileCode}>E-invoice</Button>}
      actions={FILES.map(({ format, label }) => ({ label, onSelect: () => onPick(format) }))}
    />
  );
}
