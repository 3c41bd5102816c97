import { Type } from 'typebox';

/** On which invoices it stands what falls due. */
export const invoiceConsolidation = Type.Enum(['as_due', 'day', 'month'], {
  description:
    'Invoices as things fall due, or one for all that falls due in a day or in a month of the calendar, at its end.',
});
