import { parseIban } from '@billhook/core/banking/iban';
import { TextField } from '@billhook/ui/text-field';
import { useState } from 'react';

/** What a person types of the account that a refund is transferred to. */
export type TypedAccount = { holder: string; iban: string };

/** The account, or null where nothing was typed. */
export function typedAccount({ holder = '', iban = '' }: Partial<TypedAccount>): TypedAccount | null {
  const typed = { holder: holder.trim(), iban: iban.trim() };
  return typed.holder === '' && typed.iban === '' ? null : typed;
}

/** What is wrong with a typed IBAN; nothing where none is. */
function faultOf(text: string): string | null {
  if (text.trim() === '') return null;
  const parsed = parseIban(text);
  return parsed.ok ? null : parsed.refusal.detail;
}

/** Both or neither, where neither may be known yet. */
export function AccountFields({ isRequired, holder }: { isRequired: boolean; holder?: string | undefined }) {
  const [typed, setTyped] = useState<TypedAccount>({ holder: holder ?? '', iban: '' });
  return (
    <>
      <TextField
        name="holder"
        label="Account holder"
        maxLength={70}
        autoComplete="off"
        required={isRequired || typed.iban.trim() !== ''}
        defaultValue={holder}
        onValueChange={(next) => setTyped((before) => ({ ...before, holder: next }))}
      />
      <TextField
        name="iban"
        label="IBAN"
        maxLength={42}
        autoComplete="off"
        spellCheck={false}
        required={isRequired || typed.holder.trim() !== ''}
        onValueChange={(next) => setTyped((before) => ({ ...before, iban: next }))}
        validate={(value) => faultOf(String(value ?? ''))}
        hint={isRequired ? undefined : 'If you do not know it yet, give it later under Bank.'}
      />
    </>
  );
}
