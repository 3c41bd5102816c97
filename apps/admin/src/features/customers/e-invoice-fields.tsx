import type { Customer, UpdateCustomer } from '@billhook/sdk/generated/types';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';

type EInvoice = Customer['eInvoice'];

export type EInvoiceValues = Record<
  'legalName' | 'registerId' | 'endpointScheme' | 'endpointId' | 'buyerReference' | 'orderReference',
  string
>;

const FORMATS: readonly { readonly value: EInvoice['format']; readonly label: string }[] = [
  { value: 'factur_x', label: 'PDF with Factur-X inside' },
  { value: 'xrechnung_ubl', label: 'PDF and XRechnung (UBL)' },
  { value: 'xrechnung_cii', label: 'PDF and XRechnung (CII)' },
  { value: 'peppol_bis', label: 'PDF, and Peppol' },
];

export const formatName = (format: EInvoice['format']) =>
  FORMATS.find(({ value }) => value === format)?.label ?? format;

/** What was written of the fields below. */
export function givenEInvoice(
  values: EInvoiceValues,
  format: EInvoice['format'],
): NonNullable<UpdateCustomer['eInvoice']> {
  const text = (value: string | undefined) => value?.trim() || null;
  const register = text(values.registerId);
  const endpoint = text(values.endpointId);
  return {
    format,
    legalName: text(values.legalName),
    registration: register === null ? null : { scheme: null, id: register },
    endpoint: endpoint === null ? null : { scheme: values.endpointScheme?.trim() ?? '', id: endpoint },
    buyerReference: text(values.buyerReference),
    orderReference: text(values.orderReference),
  };
}

/** How the customer wants documents, and what e-invoices say of the customer. */
export function EInvoiceFields(props: {
  eInvoice: EInvoice;
  format: EInvoice['format'];
  onFormat: (format: EInvoice['format']) => void;
}) {
  const { eInvoice } = props;
  return (
    <fieldset className="flex flex-col gap-4 border-t border-line pt-4">
      <legend className="sr-only">E-invoices</legend>
      <Select
        label="Documents are sent as"
        value={props.format}
        options={FORMATS}
        onValueChange={props.onFormat}
      />
      <TextField
        name="legalName"
        label="Legal name"
        optional
        maxLength={200}
        defaultValue={eInvoice.legalName ?? ''}
      />
      <TextField
        name="buyerReference"
        label="Buyer reference"
        optional
        maxLength={100}
        hint="Authorities in Germany: the Leitweg-ID."
        defaultValue={eInvoice.buyerReference ?? ''}
      />
      <div className="grid grid-cols-2 gap-4">
        <TextField
          name="orderReference"
          label="Their order"
          optional
          maxLength={100}
          defaultValue={eInvoice.orderReference ?? ''}
        />
        <TextField
          name="registerId"
          label="Register id"
          optional
          maxLength={100}
          defaultValue={eInvoice.registration?.id ?? ''}
        />
      </div>
      <div className="grid grid-cols-[8rem_1fr] gap-4">
        <TextField
          name="endpointScheme"
          label="Scheme"
          optional
          maxLength={4}
          hint="List EAS"
          defaultValue={eInvoice.endpoint?.scheme ?? ''}
        />
        <TextField
          name="endpointId"
          label="Electronic address"
          optional
          maxLength={100}
          defaultValue={eInvoice.endpoint?.id ?? ''}
        />
      </div>
    </fieldset>
  );
}
