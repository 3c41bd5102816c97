import { Button } from '@billhook/ui/button';
import { Quantity } from '@billhook/ui/money';
import { Select } from '@billhook/ui/select';
import { useCommand } from '../../lib/command.ts';
import { FilePick } from '../../lib/file-pick.tsx';
import { useScope } from '../../lib/scope.tsx';
import { EVIDENCE_KINDS, type EvidenceKind } from './evidence-words.ts';

export interface EvidenceFile {
  readonly file: string;
  readonly kind: EvidenceKind;
  readonly name: string;
  readonly byteSize: number;
}

export interface EvidenceFilesProps {
  readonly customer: string;
  readonly files: readonly EvidenceFile[];
  readonly onChange: (files: readonly EvidenceFile[]) => void;
}

const KINDS = Object.keys(EVIDENCE_KINDS) as EvidenceKind[];

/** Files for the bank, stored as they are picked and handed in with the answer. One of a kind. */
export function EvidenceFiles({ customer, files, onChange }: EvidenceFilesProps) {
  const { api } = useScope();
  const free = KINDS.filter((kind) => files.every((file) => file.kind !== kind));
  const upload = useCommand(
    (file: File, options) =>
      api.files.upload({ purpose: 'dispute_evidence', customer, file, fileName: file.name }, options),
    ({ id, name, byteSize }) => onChange([...files, { file: id, name, byteSize, kind: free[0] ?? 'other' }]),
  );
  const remove = useCommand(
    (file: string, options) => api.files.delete(file, options),
    (_nothing, file) => onChange(files.filter((one) => one.file !== file)),
  );
  return (
    <div className="flex flex-col gap-2">
      <span className="text-sm font-medium">Files for the bank</span>
      <ul className="flex flex-col gap-3">
        {files.map(({ file, name, kind, byteSize }) => (
          <li key={file} className="flex flex-col gap-1 border-b border-line pb-3">
            <span className="flex items-baseline justify-between gap-3">
              <span className="min-w-0 truncate">
                {name} <Quantity value={String(byteSize)} unit="bytes" className="text-faint" />
              </span>
              <Button
                size="sm"
                variant="quiet"
                aria-label={`Take away ${name}`}
                busy={remove.busy}
                onClick={() => remove.run(file)}
              >
                Take away
              </Button>
            </span>
            <Select<EvidenceKind>
              label={`What ${name} shows`}
              hideLabel
              value={kind}
              options={[kind, ...free].map((value) => ({ value, label: EVIDENCE_KINDS[value] }))}
              onValueChange={(next) =>
                onChange(files.map((one) => (one.file === file ? { ...one, kind: next } : one)))
              }
            />
          </li>
        ))}
      </ul>
      <FilePick
        label="File for the bank"
        verb="Add a file"
        accept="application/pdf,image/png,image/jpeg"
        hint="PDF, PNG or JPEG, together at most 4.5 MB."
        error={upload.error ?? remove.error}
        busy={upload.busy}
        disabled={free.length === 0}
        onPick={upload.run}
      />
    </div>
  );
}
