import type { CampaignDefinition } from '@billhook/sdk/generated/types';
import { Checkbox, Switch } from '@billhook/ui/choice';
import { NumberField } from '@billhook/ui/number-field';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';

type Hours = NonNullable<CampaignDefinition['hours']>;
type Paydays = NonNullable<CampaignDefinition['paydays']>;
type Change = (changed: Partial<CampaignDefinition>) => void;

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const PAYDAY_WORDS = {
  first: 'The 1st',
  fifteenth: 'The 15th',
  friday: 'Friday',
  month_end: 'The month’s last day',
} as const;
const OFFICE: Hours = { fromMinute: 540, toMinute: 1_020, weekdays: [1, 2, 3, 4, 5] };
const USUAL: Paydays = { days: ['first', 'fifteenth'], withinDays: 3 };

const clockOf = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

function minuteOf(text: string): number | null {
  const match = /^([01]?\d|2[0-4]):([0-5]\d)$/.exec(text);
  return match === null ? null : Number(match[1]) * 60 + Number(match[2]);
}

/** Hours, paydays, and of which failures the customer is told. */
export function TimingFields({ definition, onChange }: { definition: CampaignDefinition; onChange: Change }) {
  const { hours, paydays } = definition;
  return (
    <div className="flex flex-col gap-5">
      <Switch
        label="Only in business hours"
        hint="In the customer’s own time zone. What falls outside waits for the next opening."
        checked={hours !== null}
        onCheckedChange={(on) => onChange({ hours: on ? OFFICE : null })}
      />
      {hours === null ? null : <HoursFields hours={hours} onChange={onChange} />}
      <Switch
        label="Tries wait for a payday"
        checked={paydays !== null}
        onCheckedChange={(on) => onChange({ paydays: on ? USUAL : null })}
      />
      {paydays === null ? null : <PaydayFields paydays={paydays} onChange={onChange} />}
      <Select<CampaignDefinition['failureMail']>
        label="Tell the customer of failures"
        value={definition.failureMail}
        options={[
          { value: 'each', label: 'Of each one' },
          { value: 'first', label: 'Of the first one only' },
          { value: 'none', label: 'By the mails of the campaign only' },
        ]}
        onValueChange={(failureMail) => onChange({ failureMail })}
      />
    </div>
  );
}

function HoursFields({ hours, onChange }: { hours: Hours; onChange: Change }) {
  const set = (changed: Partial<Hours>) => onChange({ hours: { ...hours, ...changed } });
  const time = (label: string, minute: number, keep: (minute: number) => void) => (
    <TextField
      label={label}
      className="w-24"
      defaultValue={clockOf(minute)}
      onValueChange={(text) => {
        const read = minuteOf(text);
        if (read !== null) keep(read);
      }}
      validate={(text) => (minuteOf(String(text)) === null ? 'As in 09:00.' : null)}
    />
  );
  return (
    <div className="flex flex-col gap-3 ps-6">
      <div className="flex gap-3">
        {time('From', hours.fromMinute, (fromMinute) => set({ fromMinute }))}
        {time('To', hours.toMinute, (toMinute) => set({ toMinute }))}
      </div>
      <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
        <legend className="sr-only">Days of the week</legend>
        {WEEKDAYS.map((name, index) => (
          <Checkbox
            key={name}
            label={name}
            checked={hours.weekdays.includes(index + 1)}
            onCheckedChange={(on) => set({ weekdays: toggled(hours.weekdays, index + 1, on) })}
          />
        ))}
      </fieldset>
    </div>
  );
}

function PaydayFields({ paydays, onChange }: { paydays: Paydays; onChange: Change }) {
  const set = (changed: Partial<Paydays>) => onChange({ paydays: { ...paydays, ...changed } });
  return (
    <div className="flex flex-col gap-3 ps-6">
      <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
        <legend className="sr-only">Paydays</legend>
        {(Object.keys(PAYDAY_WORDS) as (keyof typeof PAYDAY_WORDS)[]).map((day) => (
          <Checkbox
            key={day}
            label={PAYDAY_WORDS[day]}
            checked={paydays.days.includes(day)}
            onCheckedChange={(on) => set({ days: toggled(paydays.days, day, on) })}
          />
        ))}
      </fieldset>
      <NumberField
        label="Wait for at most so many days"
        className="w-40"
        value={paydays.withinDays}
        min={1}
        max={31}
        onValueChange={(withinDays) => set({ withinDays: withinDays ?? 1 })}
      />
    </div>
  );
}

function toggled<T>(list: readonly T[], value: T, on: boolean): T[] {
  const rest = list.filter((one) => one !== value);
  return on ? [...rest, value].sort() : rest;
}
