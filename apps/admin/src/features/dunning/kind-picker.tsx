import type { FailureKind } from '@billhook/sdk/generated/types';
import { cx } from '@billhook/ui/cx';
import { KIND_WORDS } from './words.ts';

const KINDS = (Object.keys(KIND_WORDS) as FailureKind[]).filter((kind) => kind !== 'terms_overdue');

/** After which failures a step is taken: all of them, or those that are chosen. */
export function KindPicker({
  kinds,
  onChange,
}: {
  kinds: readonly FailureKind[] | null;
  onChange: (kinds: FailureKind[] | null) => void;
}) {
  const toggle = (kind: FailureKind) => {
    const before = kinds ?? [];
    const next = before.includes(kind) ? before.filter((one) => one !== kind) : [...before, kind];
    onChange(next.length === 0 ? null : next);
  };
  return (
    <fieldset className="flex flex-wrap gap-1.5 pt-2">
      <legend className="sr-only">After which failures</legend>
      <Chip pressed={kinds === null} onPress={() => onChange(null)}>
        After every failure
      </Chip>
      {KINDS.map((kind) => (
        <Chip key={kind} pressed={kinds?.includes(kind) ?? false} onPress={() => toggle(kind)}>
          {KIND_WORDS[kind]}
        </Chip>
      ))}
    </fieldset>
  );
}

function Chip({ pressed, onPress, children }: { pressed: boolean; onPress: () => void; children: string }) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onPress}
      className={cx(
        'min-h-6 rounded-md border px-2 text-sm',
        pressed
          ? 'border-accent-text font-medium text-accent-text'
          : 'border-line-strong text-muted hover:bg-hover',
      )}
    >
      {children}
    </button>
  );
}
