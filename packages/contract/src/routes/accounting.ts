import { byId, operatorRoute } from '../build.ts';
import { obj } from '../common.ts';
import { accountingSettings, datevSettings } from '../schemas/accounting.ts';
import { MONEY_STAFF } from '../scopes.ts';

export const accountingRoutes = byId([
  operatorRoute('getAccountingSettings', 'GET /accounting_settings', {
    kind: 'query',
    scope: 'settings:read',
    roles: MONEY_STAFF,
    response: accountingSettings,
    summary: "Gets what the tax adviser's program needs.",
  }),
  operatorRoute('putAccountingSettings', 'PUT /accounting_settings', {
    kind: 'command',
    scope: 'settings:write',
    roles: MONEY_STAFF,
    body: obj({ datev: datevSettings }),
    response: accountingSettings,
    summary: "Says what the tax adviser's program needs: its numbers, and which account is which there.",
    example: {
      datev: {
        consultant: 1001,
        client: 1,
        fiscal_year_month: 1,
        account_length: 4,
        chart: '03',
        fixed: false,
        accounts: [{ account: 'receivable', number: '10000', tax_key: null }],
      },
    },
  }),
]);
