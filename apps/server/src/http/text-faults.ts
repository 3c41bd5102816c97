import type { FieldFault } from '../platform/refuse.ts';

const NUL = String.fromCharCode(0);

/** JSON pointer (RFC 6901) of a member. */
export const memberPointer = (parent: string, key: string) =>
  `${parent}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/**
 * Texts that PostgreSQL cannot keep as they are: U+0000, which it refuses, and halves of surrogate pairs,
 * which would silently become U+FFFD. Names of members count too.
 */
export function textFaults(value: unknown, pointer = '', faults: FieldFault[] = []): FieldFault[] {
  if (typeof value === 'string') {
    if (!isStorable(value)) faults.push(textFault(pointer));
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => void textFaults(item, `${pointer}/${index}`, faults));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      if (isStorable(key)) textFaults(member, memberPointer(pointer, key), faults);
      else faults.push(textFault(pointer));
    }
  }
  return faults;
}

const isStorable = (text: string) => text.isWellFormed() && !text.includes(NUL);

const textFault = (pointer: string): FieldFault => ({
  pointer,
  code: 'text.not_storable',
  detail: 'The text holds U+0000 or half of a surrogate pair.',
});
