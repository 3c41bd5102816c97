import type { PrivacySettings, PutPrivacySettings } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Checkbox } from '@billhook/ui/choice';
import { Form, FormActions } from '@billhook/ui/form';
import { NumberField } from '@billhook/ui/number-field';
import { Section } from '@billhook/ui/page-header';
import { SkeletonText } from '@billhook/ui/skeleton';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { formProblem } from '../../lib/problem.tsx';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';
import { usePrivacySettings } from '../privacy/queries.ts';

type Countries = PrivacySettings['countries'];

/** Reads `DE 8, GB 6`; null where a piece is no country with its years. */
function readCountries(text: string): Countries | null {
  const pieces = text.split(',').filter((piece) => piece.trim() !== '');
  const read = pieces.map((piece) => /^\s*([A-Za-z]{2})\s+(\d{1,2}|100)\s*$/.exec(piece));
  if (read.some((found) => found === null)) return null;
  return read.map((found) => ({ country: (found?.[1] ?? '').toUpperCase(), years: Number(found?.[2]) }));
}

/** For how long documents stay when a customer is erased, and whether that takes two people. */
export function PrivacyForm() {
  const may = useMay(ROLES.money);
  const { data } = usePrivacySettings();
  if (!may) return null;
  return (
    <Section
      title="Personal data"
      description="When a customer is erased, documents stay for these years. Then they are taken away."
    >
      {data === undefined ? <SkeletonText lines={4} /> : <Fields settings={data} />}
    </Section>
  );
}

function Fields({ settings }: { settings: PrivacySettings }) {
  const { api } = useScope();
  const may = useMay(ROLES.admins);
  const [years, setYears] = useState<number | null>(settings.defaultYears);
  const [two, setTwo] = useState(settings.needsSecondPerson);
  const save = useCommand(
    (body: PutPrivacySettings) => api.privacySettings.put(body),
    () => toast('Settings for personal data saved.'),
  );
  return (
    <Form<{ countries: string }>
      onSubmit={({ countries }) =>
        save.run({
          defaultYears: years ?? settings.defaultYears,
          countries: readCountries(countries ?? '') ?? [],
          needsSecondPerson: two,
        })
      }
      {...formProblem(save.error)}
    >
      <NumberField
        label="Years after the year of issue"
        value={years}
        min={0}
        max={100}
        disabled={!may}
        onValueChange={setYears}
      />
      <TextField
        name="countries"
        label="Other years by the seller’s country"
        optional
        disabled={!may}
        placeholder="DE 8, GB 6"
        defaultValue={settings.countries.map(({ country, years: of }) => `${country} ${of}`).join(', ')}
        validate={(value) =>
          readCountries(String(value ?? '')) === null
            ? 'Write countries with years, such as DE 8, GB 6.'
            : null
        }
      />
      <Checkbox
        label="Erasing a customer takes two people"
        hint="One asks, another admin agrees within a week."
        checked={two}
        disabled={!may}
        onCheckedChange={setTwo}
      />
      <FormActions>
        <Button type="submit" busy={save.busy} disabled={!may}>
          Save personal data settings
        </Button>
      </FormActions>
    </Form>
  );
}
