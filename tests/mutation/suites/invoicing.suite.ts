import '../../../packages/core/src/invoicing/invoicing.test.ts';
import '../../../packages/core/src/invoicing/documents/spread-to.test.ts';
import '../../../packages/core/src/invoicing/documents/what-is-told.test.ts';
import '../../../packages/core/src/invoicing/documents/documents.test.ts';
import '../../../packages/core/src/invoicing/documents/credit-amounts.test.ts';
import '../../../packages/core/src/invoicing/settle-credit.test.ts';
import '../../../packages/core/src/invoicing/tax.test.ts';
import '../../../packages/core/src/invoicing/waived-periods.test.ts';
import '../../../packages/core/src/invoicing/proposals.test.ts';
import '../../../packages/core/src/invoicing/diff-invoices.test.ts';
import '../../../packages/core/src/invoicing/verify/reader.test.ts';
import '../../../packages/core/src/invoicing/verify/verify-parts.test.ts';
import '../../../packages/core/src/invoicing/verify/verify-invoice.test.ts';
import '../../../packages/core/src/invoicing/laws.test.ts';
import '../../../packages/core/src/invoicing/fast/compile-billing.test.ts';
import { workedCases } from '../worked-cases.ts';

workedCases('invoices');
