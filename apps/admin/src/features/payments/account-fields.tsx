import { parseIban } from '@billhook/core/banking/iban';
import { TextField } from '@billhook/ui/text-field';

/** What a person types of the account that a refund is transferred to. */
export type TypedAccount = { holder: string; iban: string };

/** As long as a bank lets a name be. */
export const HOLDER_LENGTH = 70;

export const NO_ACCOUNT: TypedAccount = { holder: '', iban: '' };

/** The account, or null where nothing was typed. */
export function typedAccount({ holder, iban }: TypedAccount): TypedAccount | null {
  const typed = { holder: holder.trim(), iban: iban.trim() };
  return typed.holder === '' && typed.iban === '' ? null : typed;
}

/** What is wrong with a typed IBAN; nothing where none is. */
function faultOf(text: string): string | null {
  if (text.trim() === '') return null;
  const parsed = parseIban(text);
  return parsed.ok ? null : parsed.refusal.detail;
}

export interface AccountFieldsProps {
  readonly isRequired: boolean;
  /** Where the account stands in what is sent, so that what the server finds wrong is said at its field. */
  readonly within?: 'to.' | undefined;
  /** Kept by the form, so that it is still there when the fields were away meanwhile. */
  readonly typed: TypedAccount;
  readonly onTyped: (typed: TypedAccount) => void;
}

/** Both or neither, where neither may be known yet. */
export function AccountFields({ isRequired, within, typed, onTyped }: AccountFieldsProps) {
  return (
    <>
      <TextField
        name={`${within ?? ''}holder`}
        label="Account holder"
        maxLength={HOLDER_LENGTH}
        autoComplete="off"
        required={isRequired || typed.iban.trim() !== ''}
        value={typed.holder}
        onValueChange={(holder) => onTyped({ ...typed, holder })}
      />
      <TextField
        name={`${within ?? ''}iban`}
        label="IBAN"
        maxLength={42}
        autoComplete="off"
        spellCheck={false}
        required={isRequired || typed.holder.trim() !== ''}
        value={typed.iban}
        onValueChange={(iban) => onTyped({ ...typed, iban })}
        validate={(value) => faultOf(String(value ?? ''))}
        hint={isRequired ? undefined : 'If you do not know it yet, give it later under Bank.'}
      />
    </>
  );
}
