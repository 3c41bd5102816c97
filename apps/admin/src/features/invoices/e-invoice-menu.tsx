import type { OperatorMethods } from '@billhook/sdk/generated/operator-client';
import { Button } from '@billhook/ui/button';
import { Menu } from '@billhook/ui/menu';
import { FileCode } from 'lucide-react';
import { useScope } from '../../lib/scope.tsx';
import { saveDocument } from './save-document.ts';

type Format = NonNullable<NonNullable<Parameters<OperatorMethods['invoices']['eInvoice']>[1]>['format']>;

const FILES: readonly { readonly format: Format; readonly label: string }[] = [
  { format: 'xrechnung_ubl', label: 'XRechnung (UBL)' },
  { format: 'xrechnung_cii', label: 'XRechnung (CII)' },
  { format: 'peppol_bis', label: 'Peppol BIS Billing' },
  { format: 'factur_x', label: 'Factur-X, the XML alone' },
];

/** The files for machines of an issued document. What is missing for one is said. */
export function EInvoiceMenu(props: { kind: 'invoices' | 'creditNotes'; id: string; number: string }) {
  const { api } = useScope();
  const { kind, id, number } = props;
  return (
    <Menu
      align="end"
      trigger={<Button icon={FileCode}>E-invoice</Button>}
      actions={FILES.map(({ format, label }) => ({
        label,
        onSelect: () =>
          void saveDocument(
            label,
            () => api[kind].eInvoice(id, { format }),
            `${number}-${format.replaceAll('_', '-')}.xml`,
          ),
      }))}
    />
  );
}
