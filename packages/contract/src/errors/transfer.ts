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
  'erasure.not_found': refusal(404, 'There is no such erasure', 'List the erasures.'),
  'erasure.not_possible': refusal(
    409,
    'The customer cannot be erased now',
    'The detail names all that stands in the way: end it, and look at the preview again. Nothing was erased.',
  ),
  'erasure.not_as_seen': refusal(
    409,
    'The preview of the erasure is not what it would be now',
    'Get the preview again, see what would stay, and send its token within a quarter of an hour. Nothing was erased.',
  ),
  'legal_hold.already_placed': refusal(
    409,
    'The customer is on legal hold already',
    'Release the hold that stands before you place one with another reason.',
  ),
  'legal_hold.not_placed': refusal(409, 'The customer is not on legal hold', 'There is nothing to release.'),
  'accounting.not_set_up': refusal(
    409,
    "What the tax adviser's program needs is not set up",
    'Put the numbers of the adviser, the client and the accounts into the accounting settings.',
  ),
};
