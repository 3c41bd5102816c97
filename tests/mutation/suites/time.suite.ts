import '../../../packages/core/src/time/zone.test.ts';
import '../../../packages/core/src/time/calendar-date.test.ts';
import '../../../packages/core/src/time/time.test.ts';
import '../../../packages/core/src/time/grid.test.ts';
import { workedCases } from '../worked-cases.ts';

workedCases('billing-periods');
