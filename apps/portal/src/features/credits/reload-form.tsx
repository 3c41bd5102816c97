import type { CreditBalance, CreditPack, SetCreditReload } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { Switch } from '@billhook/ui/choice';
import { shownCredits, typedCredits } from '@billhook/ui/credit-figures';
import { Form, FormActions } from '@billhook/ui/form';
import { formatMoney } from '@billhook/ui/format';
import { useLocale } from '@billhook/ui/locale';
import { MoneyField } from '@billhook/ui/money-field';
import { Select } from '@billhook/ui/select';
import { TextField } from '@billhook/ui/text-field';
import { toast } from '@billhook/ui/toast';
import { useState } from 'react';
import { useCommand } from '../../lib/command.ts';
import { useMembership } from '../../lib/portal.tsx';
import { formProblem } from '../../lib/problem.tsx';

interface ReloadFormProps {
  readonly balance: CreditBalance;
  /** Those of this kind of credits. */
  readonly packs: readonly CreditPack[];
  readonly onClose: () => void;
}

/** Below how many credits what is bought, and how much that may cost a month. */
export function ReloadForm({ balance, packs, onClose }: ReloadFormProps) {
  const { api } = useMembership();
  const { creditType, reload } = balance;
  const [enabled, setEnabled] = useState(reload?.enabled ?? true);
  const [pack, setPack] = useState<string | null>(reload?.pack ?? packs[0]?.key ?? null);
  const [most, setMost] = useState<string | null>(reload?.monthlyMaximum ?? null);
  const save = useCommand(
    (body: SetCreditReload) => api.credits.setReload(body),
    () => {
      toast(enabled ? 'Credits are bought by themselves now.' : 'Nothing is bought by itself.');
      onClose();
    },
  );
  return (
    <Form<Record<'threshold', string>>
      onSubmit={({ threshold }) =>
        save.run({
          creditType: creditType.key,
          enabled,
          threshold: typedCredits(threshold, creditType),
          pack: pack ?? '',
          monthlyMaximum: most,
        })
      }
      {...formProblem(save.error)}
    >
      <Switch label="Buy credits automatically" checked={enabled} onCheckedChange={setEnabled} />
      <ReloadFields
        balance={balance}
        packs={packs}
        pack={pack}
        onPack={setPack}
        most={most}
        onMost={setMost}
      />
      <p className="text-sm text-muted">
        Your default card is charged, plus tax. After three failed payments in a row it stops until you save
        this again.
      </p>
      <FormActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button variant="primary" type="submit" busy={save.busy}>
          Save
        </Button>
      </FormActions>
    </Form>
  );
}

interface ReloadFieldsProps extends Omit<ReloadFormProps, 'onClose'> {
  readonly pack: string | null;
  readonly onPack: (key: string | null) => void;
  readonly most: string | null;
  readonly onMost: (amountMinor: string | null) => void;
}

function ReloadFields({ balance, packs, pack, onPack, most, onMost }: ReloadFieldsProps) {
  const { locale } = useLocale();
  const { creditType, reload } = balance;
  const chosen = packs.find(({ key }) => key === pack);
  return (
    <>
      <TextField
        name="threshold"
        label="When fewer are left than"
        required
        inputMode="decimal"
        defaultValue={reload ? shownCredits(reload.threshold, creditType) : undefined}
        suffix={creditType.currency ?? creditType.unit}
      />
      <Select
        name="pack"
        label="Buy"
        required
        options={packs.map(({ key, name, price, currency }) => ({
          value: key,
          label: name,
          detail: formatMoney(price, currency, locale).full,
        }))}
        value={pack}
        onValueChange={onPack}
      />
      {chosen ? (
        <MoneyField
          name="monthlyMaximum"
          label="At most a month"
          optional
          currency={chosen.currency}
          defaultAmountMinor={most ?? undefined}
          onAmountChange={onMost}
        />
      ) : null}
    </>
  );
}
