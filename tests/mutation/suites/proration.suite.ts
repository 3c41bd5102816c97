import '../../../packages/core/src/proration/proration.test.ts';
import { workedCases } from '../worked-cases.ts';

workedCases('proration');
