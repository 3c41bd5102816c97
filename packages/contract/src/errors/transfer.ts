import { refusal } from './kind.ts';

/** Exports, imports, and customers who are forgotten. */
export const transferErrors = {
  'export.not_found': refusal(404, 'There is no such export', 'List the exports; files are kept for a week.'),
  'export.state': refusal(
    409,
    'The export does not stand where this can be done',
    'Get it again: it may not be done yet, or its file is gone. Then begin another.',
  ),
  'export.not_possible': refusal(
    422,
    'Such an export cannot be made',
    'The detail says what does not go together. Choose another format, or other days.',
  ),
  'import.not_found': refusal(404, 'There is no such import', 'List the imports.'),
  'import.not_read': refusal(
    422,
    'The file could not be read',
    'Send CSV in UTF-8 with headings, up to 20 MB and 200,000 rows, and name the columns. Nothing of it was taken.',
  ),
  'import.state': refusal(
    409,
    'The import does not stand where this can be done',
    'Get it again: it runs once, after its dry run.',
  ),
  'accounting.not_set_up': refusal(
    409,
    "What the tax adviser's program needs is not set up",
    'Put the numbers of the adviser, the client and the accounts into the accounting settings.',
  ),
};
