import type { Migration, Plan, PlanVersion } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Checkbox, RadioGroup } from '@billhook/ui/choice';
import { SideSheet } from '@billhook/ui/dialog';
import { Form } from '@billhook/ui/form';
import { Select } from '@billhook/ui/select';
import { useState } from 'react';
import { formProblem } from '../../lib/problem.tsx';
import { MigrationPreview } from './migration-preview.tsx';
import { MigrationResult } from './migration-result.tsx';
import { type MigrationWish, useMigration } from './use-migration.ts';

const ALL = 'all';

export interface MigrateSheetProps {
  readonly plan: Plan;
  readonly versions: readonly PlanVersion[];
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Moves the customers of older versions to one version, after showing who would pay what. */
export function MigrateSheet({ plan, versions, open, onClose }: MigrateSheetProps) {
  return (
    <SideSheet
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={`Move customers of ${plan.name} to another version?`}
      description="Everybody keeps the version they have until you move them."
      width="lg"
    >
      {open ? <MigrateForm plan={plan} versions={versions} onClose={onClose} /> : null}
    </SideSheet>
  );
}

function MigrateForm({ plan, versions, onClose }: Omit<MigrateSheetProps, 'open'>) {
  const [to, setTo] = useState(`${plan.latestVersion.version}`);
  const [from, setFrom] = useState(ALL);
  const [when, setWhen] = useState<MigrationWish['when']>('at_renewal');
  const [isSettled, setSettled] = useState(true);
  const [done, setDone] = useState<Migration | null>(null);
  const wish: MigrationWish = {
    to,
    when,
    proration: isSettled ? 'price' : 'none',
    ...(from === ALL ? {} : { fromVersions: [Number(from)] }),
  };
  const migration = useMigration(plan.id, setDone);
  if (done !== null) return <MigrationResult result={done} when={when} onClose={onClose} />;
  const numbers = versions.map(({ version }) => `${version}`);
  const options = numbers.map((value) => ({ value, label: `Version ${value}` }));
  const choose = (next: string) => {
    setTo(next);
    if (from === next) setFrom(ALL);
  };
  return (
    <Form onSubmit={() => migration.run(wish)} {...formProblem(migration.error)}>
      <div className="flex flex-wrap gap-4">
        <Select label="To" className="w-40" options={options} value={to} onValueChange={choose} />
        <Select
          label="From"
          className="w-44"
          options={[{ value: ALL, label: 'All others' }, ...options.filter(({ value }) => value !== to)]}
          value={from}
          onValueChange={setFrom}
        />
      </div>
      <WhenFields when={when} onWhenChange={setWhen} isSettled={isSettled} onSettledChange={setSettled} />
      <MigrationPreview plan={plan} wish={wish} />
      <div className="flex flex-wrap items-center justify-end gap-2">
        {migration.busy && migration.handled > 0 ? (
          <span className="me-auto text-muted" role="status">
            {migration.handled} handled so far
          </span>
        ) : null}
        <Button onClick={onClose}>Leave everybody as they are</Button>
        <Button variant="primary" type="submit" busy={migration.busy}>
          {when === 'never'
            ? 'Keep their versions'
            : when === 'now'
              ? 'Move them now'
              : 'Move them at renewal'}
        </Button>
      </div>
    </Form>
  );
}

interface WhenFieldsProps {
  readonly when: MigrationWish['when'];
  readonly onWhenChange: (when: MigrationWish['when']) => void;
  readonly isSettled: boolean;
  readonly onSettledChange: (isSettled: boolean) => void;
}

function WhenFields({ when, onWhenChange, isSettled, onSettledChange }: WhenFieldsProps) {
  return (
    <>
      <RadioGroup
        label="When"
        boxed
        value={when}
        onValueChange={onWhenChange}
        options={[
          { value: 'at_renewal', label: 'At renewal', detail: 'Each with the next period of their own.' },
          { value: 'now', label: 'Now', detail: 'All at once; what is due is billed today.' },
          {
            value: 'never',
            label: 'Never',
            detail: 'They keep their version. A move that was planned before is taken back.',
          },
        ]}
      />
      {when === 'now' ? (
        <Checkbox
          label="Settle the rest of the period"
          hint="Otherwise the new price counts from the next period on."
          checked={isSettled}
          onCheckedChange={onSettledChange}
        />
      ) : null}
    </>
  );
}
