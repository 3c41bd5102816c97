import type { Dispute } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { DateText } from '@billhook/ui/date-text';
import { Quantity } from '@billhook/ui/money';
import { useCommand } from '../../lib/command.ts';
import { ProblemText } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';
import { EVIDENCE_KINDS } from './evidence-words.ts';

/** The answer as it was handed in. Nothing of it changes any more. */
export function SentEvidence({ dispute }: { dispute: Dispute }) {
  const { api } = useScope();
  const open = useCommand(
    (file: string, options) => api.files.link(file, options),
    ({ url }) => {
      window.location.assign(url);
    },
  );
  const { evidence, evidenceText, evidenceAt, evidenceFiles } = dispute;
  if (evidenceText === null) return null;
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-sm font-medium">
        {evidence === 'submitted' ? 'Your answer' : 'Your answer, on its way'}
      </h3>
      {evidenceAt === null ? null : (
        <p className="text-sm text-muted">
          Handed in on <DateText value={evidenceAt} as="time" />. It stays as it was sent.
        </p>
      )}
      <p className="whitespace-pre-wrap text-muted">{evidenceText}</p>
      <ul>
        {evidenceFiles.map(({ file, kind, name, byteSize, takenAt }) => (
          <li key={file} className="flex items-baseline justify-between gap-3 border-b border-line py-2">
            <span className="min-w-0">
              <span className="block truncate">
                {name} <Quantity value={String(byteSize)} unit="bytes" className="text-faint" />
              </span>
              <span className="block text-sm text-muted">
                {EVIDENCE_KINDS[kind]}
                {takenAt === null ? (
                  ', not with the bank yet'
                ) : (
                  <>
                    , taken on <DateText value={takenAt} as="time" />
                  </>
                )}
              </span>
            </span>
            <Button size="sm" variant="quiet" aria-label={`Download ${name}`} onClick={() => open.run(file)}>
              Download
            </Button>
          </li>
        ))}
      </ul>
      {open.error === null ? null : <ProblemText error={open.error} />}
    </section>
  );
}
