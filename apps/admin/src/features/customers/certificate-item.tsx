import type { TaxCertificate } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { CertificateItem } from '@billhook/ui/certificate-item';
import { DateText } from '@billhook/ui/date-text';
import { ROLES, useMay } from '../../lib/scope.tsx';
import { OpenFile } from './certificate-file.tsx';

/** What is done with a certificate on the sheet beside the list. */
export type OpenCertificate =
  | { kind: 'add' }
  | { kind: 'check' | 'refuse' | 'withdraw'; certificate: TaxCertificate };

/** One certificate: what it says, what it is worth today, who gave and who decided. */
export function Certificate({
  certificate,
  onOpen,
}: {
  certificate: TaxCertificate;
  onOpen: (open: OpenCertificate) => void;
}) {
  const may = useMay(ROLES.money);
  const { state, file, why } = certificate;
  const isAccepted = state === 'valid' || state === 'not_yet';
  return (
    <CertificateItem certificate={certificate} after={state === 'expired' ? '. Tax is charged since.' : null}>
      <span className="text-sm text-muted">
        {certificate.givenBy === null ? 'Given by the customer' : `Given by ${certificate.givenBy}`}{' '}
        <DateText value={certificate.createdAt} />
        {certificate.decidedAt === null ? null : (
          <>
            , decided by {certificate.decidedBy} <DateText value={certificate.decidedAt} />
          </>
        )}
        {why === null ? null : `: ${why}`}
      </span>
      <span className="flex flex-wrap gap-2 empty:hidden">
        {file === null ? null : <OpenFile file={file} />}
        {may && state === 'to_check' ? (
          <>
            <Button size="sm" variant="primary" onClick={() => onOpen({ kind: 'check', certificate })}>
              Check
            </Button>
            <Button size="sm" onClick={() => onOpen({ kind: 'refuse', certificate })}>
              Refuse
            </Button>
          </>
        ) : null}
        {may && isAccepted ? (
          <Button size="sm" onClick={() => onOpen({ kind: 'withdraw', certificate })}>
            Withdraw
          </Button>
        ) : null}
      </span>
    </CertificateItem>
  );
}
