import { Button } from '@billhook/ui/button';
import { useCommand } from '../../lib/command.ts';
import { FilePick } from '../../lib/file-pick.tsx';
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
  const upload = useCommand(
    (file: File, options) => api.files.upload({ purpose: 'logo', file, fileName: file.name }, options),
    ({ id }) => onChange(id),
  );
  return (
    <div className="flex flex-col gap-1">
      <span className="text-sm font-medium">Logo</span>
      <FilePick
        label="Picture of the logo"
        verb={value === null ? 'Choose a picture' : 'Choose another picture'}
        accept="image/png,image/jpeg"
        hint="PNG or JPEG, up to 120 by 40 points on paper."
        error={upload.error}
        busy={upload.busy}
        disabled={disabled}
        onPick={upload.run}
      >
        {value === null ? null : (
          <Button onClick={() => onChange(null)} disabled={disabled}>
            Take it away
          </Button>
        )}
      </FilePick>
    </div>
  );
}
