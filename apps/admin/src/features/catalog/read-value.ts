import type { Feature } from '@billhook/sdk/generated/types';

/** A value as its feature has it; without a type, whole figures are numbers and all else is text. */
export function readValue(type: Feature['valueType'], text: string): string | number | string[] {
  if (type === 'list')
    return text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
  const isNumber = /^-?\d{1,15}$/.test(text.trim()) || (type === 'number' && text.trim() !== '');
  return type !== 'text' && isNumber ? Number(text) : text;
}
