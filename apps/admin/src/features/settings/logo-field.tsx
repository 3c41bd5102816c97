import { Button } from '@billhook/ui/button';
import { useRef } from 'react';
import { useCommand } from '../../lib/command.ts';
import { tell } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

export interface LogoFieldProps {
  /** The id of a stored file; null for none. */
  readonly value: string | null;
  readonly onChange: (file: string | null) => void;
  readonly disabled: boolean;
}

/** Stores a picture at once; it stands on documents once the settings are saved. */
export function LogoField({ value, onChange, disabled }: LogoFieldProps) {
  const { api } = useScope();
  const input = useRef<HTMLInputElement>(null);
  const upload = useCommand(
    (file: File, options) => api.files.upload({ purpose: 'logo', file, fileName: file.name }, options),
    ({ id }) => onChange(id),
  );
  return (
    <div className="flex flex-col gap-1">
      <span className="text-sm font-medium">Logo</span>
      <div className="flex flex-wrap items-center gap-3">
        <Button onClick={() => input.current?.click()} busy={upload.busy} disabled={disabled}>
          {value === null ? 'Choose a picture' : 'Choose another picture'}
        </Button>
        {value === null ? null : (
          <Button onClick={() => onChange(null)} disabled={disabled}>
            Take it away
          </Button>
        )}
        <input
          ref={input}
          type="file"
          accept="image/png,image/jpeg"
          aria-label="Picture of the logo"
          className="sr-only"
          tabIndex={-1}
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) upload.run(file);
            target.value = '';
          }}
        />
      </div>
      <span className={upload.error ? 'text-sm text-problem' : 'text-sm text-muted'}>
        {upload.error ? tell(upload.error).detail : 'PNG or JPEG, up to 120 by 40 points on paper.'}
      </span>
    </div>
  );
}
