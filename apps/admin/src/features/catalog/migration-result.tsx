import type { Migration } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { KeyValue } from '@billhook/ui/key-value';
import { TextLink } from '@billhook/ui/link';
import type { MigrationWish } from './use-migration.ts';

interface MigrationResultProps {
  readonly result: Migration;
  readonly when: MigrationWish['when'];
  readonly onClose: () => void;
}

const HEADINGS: Readonly<Record<MigrationWish['when'], (version: number) => string>> = {
  now: (version) => `Moved to version ${version}`,
  at_renewal: (version) => `Moving to version ${version} at renewal`,
  never: () => 'Everybody keeps the version they have',
};

/** How many were moved, and who could not be, with the reason. */
export function MigrationResult({ result, when, onClose }: MigrationResultProps) {
  const { moved, scheduled, unchanged, refused, toPlan } = result;
  return (
    <div className="flex flex-col gap-5">
      <h3 className="text-md font-semibold" role="status">
        {HEADINGS[when](toPlan.version)}
      </h3>
      <KeyValue
        items={[
          { label: 'Moved now', value: moved },
          { label: 'At their renewal', value: scheduled },
          { label: 'Left as they were', value: unchanged },
          { label: 'Not possible', value: refused.length },
        ]}
      />
      {refused.length === 0 ? null : (
        <ul className="border-t border-line">
          {refused.map((row) => (
            <li key={row.subscription} className="border-b border-line py-2">
              <TextLink href={`/customers/${row.customer}`}>{row.customerName}</TextLink>
              <span className="block text-muted">{row.detail}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="flex justify-end">
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
