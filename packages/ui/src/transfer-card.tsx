import { formatReference } from '@billhook/core/banking/creditor-reference';
import { formatIban } from '@billhook/core/banking/iban';
import { encodeQr, qrPath } from '@billhook/core/banking/qr/encode';
import { CopyText } from './copy-text.tsx';
import { KeyValue } from './key-value.tsx';
import { Money } from './money.tsx';

export interface TransferCardProps {
  readonly details: {
    readonly holder: string;
    readonly iban: string;
    readonly bic: string | null;
    readonly bankName: string | null;
    readonly currency: string;
    readonly amount: string;
    readonly reference: string;
    readonly scan: string | null;
  };
}

/** What has to be typed into a bank's form, each to be copied, and the code that fills it in. */
export function TransferCard({ details }: TransferCardProps) {
  const { holder, iban, bic, bankName, currency, amount, reference, scan } = details;
  const isStructured = /^RF[0-9]{2}/.test(reference);
  return (
    <div className="flex flex-wrap items-start justify-between gap-6">
      <div className="min-w-0 grow">
        <KeyValue
          items={[
            { label: 'Account holder', value: holder },
            { label: 'IBAN', value: <CopyText text={iban} shown={formatIban(iban)} /> },
            ...(bic === null ? [] : [{ label: 'BIC', value: <CopyText text={bic} /> }]),
            ...(bankName === null ? [] : [{ label: 'Bank', value: bankName }]),
            { label: 'Amount', value: <Money amountMinor={amount} currency={currency} /> },
            {
              label: 'Reference',
              value: (
                <CopyText text={reference} shown={isStructured ? formatReference(reference) : undefined} />
              ),
            },
          ]}
        />
      </div>
      {scan === null ? null : <ScanCode text={scan} />}
    </div>
  );
}

/** Black on white in both themes, with its quiet zone: scanners need the contrast. */
function ScanCode({ text }: { text: string }) {
  const code = encodeQr(text);
  if (code === null) return null;
  return (
    <figure className="flex flex-col items-center gap-1">
      <svg
        role="img"
        aria-label="Code to scan with a banking app"
        viewBox={`-4 -4 ${code.size + 8} ${code.size + 8}`}
        className="size-36 rounded-md"
        shapeRendering="crispEdges"
      >
        <rect x={-4} y={-4} width={code.size + 8} height={code.size + 8} fill="#ffffff" />
        <path d={qrPath(code)} fill="#000000" />
      </svg>
      <figcaption className="text-sm text-muted">Scan with your banking app</figcaption>
    </figure>
  );
}
