import type { CampaignFault, CampaignStep, DunningAction, FailureKind } from '@billhook/sdk/generated/types';
import { IconButton } from '@billhook/ui/button';
import { NumberField } from '@billhook/ui/number-field';
import { Select } from '@billhook/ui/select';
import { Trash2 } from 'lucide-react';
import { KindPicker } from './kind-picker.tsx';
import { ACTION_WORDS, MAIL_WORDS } from './words.ts';

export interface StepRowProps {
  readonly step: CampaignStep;
  readonly kind: 'charge' | 'terms';
  readonly faults: readonly CampaignFault[];
  readonly onChange: (changed: Partial<CampaignStep>) => void;
  readonly onRemove: () => void;
}

const CHARGE_ONLY: readonly DunningAction[] = ['retry', 'change_method'];

/** One step on the line of days: when, what, after which failures, and what is wrong with it. */
export function StepRow({ step, kind, faults, onChange, onRemove }: StepRowProps) {
  const actions = (Object.keys(ACTION_WORDS) as DunningAction[]).filter(
    (action) => kind === 'charge' || !CHARGE_ONLY.includes(action),
  );
  return (
    <li className="relative border-s-2 border-line-strong ps-5 pb-5 last:pb-0">
      <span aria-hidden="true" className="absolute -start-[7px] top-2 size-3 rounded-full bg-control" />
      <div className="flex flex-wrap items-end gap-3">
        <NumberField
          label="Day"
          className="w-44"
          value={step.day}
          min={kind === 'charge' ? 0 : -60}
          max={180}
          onValueChange={(day) => onChange({ day: day ?? 0 })}
        />
        <Select<DunningAction>
          label="What"
          className="min-w-48"
          value={step.action}
          options={actions.map((value) => ({ value, label: ACTION_WORDS[value] }))}
          onValueChange={(action) => onChange({ action, mail: action === 'mail' ? 'reminder' : null })}
        />
        {step.action === 'mail' ? (
          <Select<keyof typeof MAIL_WORDS>
            label="Which mail"
            className="min-w-44"
            value={step.mail ?? 'reminder'}
            options={(Object.keys(MAIL_WORDS) as (keyof typeof MAIL_WORDS)[]).map((value) => ({
              value,
              label: MAIL_WORDS[value],
            }))}
            onValueChange={(mail) => onChange({ mail })}
          />
        ) : null}
        <IconButton
          icon={Trash2}
          label={`Take out ${ACTION_WORDS[step.action]} of day ${step.day}`}
          onClick={onRemove}
        />
      </div>
      {kind === 'charge' ? (
        <KindPicker kinds={step.kinds} onChange={(kinds: FailureKind[] | null) => onChange({ kinds })} />
      ) : null}
      {faults.map(({ code, detail }) => (
        <p key={code} role="alert" className="pt-1 text-sm text-problem">
          {detail}
        </p>
      ))}
    </li>
  );
}
