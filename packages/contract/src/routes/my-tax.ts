import { byId, memberRoute } from '../build.ts';
import { line, nullable, obj } from '../common.ts';
import { myTax } from '../schemas/tax.ts';

export const myTaxRoutes = byId([
  memberRoute('getMyTax', 'GET /tax', {
    kind: 'query',
    response: myTax,
    errors: ['customer.not_found'],
    summary: 'Gets the tax number of the customer and what it counts for.',
  }),
  memberRoute('changeMyTaxId', 'PUT /tax_id', {
    kind: 'command',
    body: obj({ tax_id: nullable(line(50)) }),
    response: myTax,
    errors: ['customer.not_found'],
    summary:
      'Sets the tax number of the customer, or takes it away. A VAT number with a slip of the pen is refused.',
    example: { tax_id: 'FR68496323346' },
  }),
]);
