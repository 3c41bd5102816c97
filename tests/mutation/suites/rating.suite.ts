import '../../../packages/core/src/rating/parse-trace.test.ts';
import '../../../packages/core/src/rating/slices.test.ts';
import '../../../packages/core/src/catalog/check-price.test.ts';
import '../../../packages/core/src/rating/compile-price.test.ts';
import '../../../packages/core/src/rating/compile-tables.test.ts';
import '../../../packages/core/src/rating/trace-plain.test.ts';
import '../../../packages/core/src/rating/models.test.ts';
import '../../../packages/core/src/rating/rate.test.ts';
import '../../../packages/core/src/rating/split-lines.test.ts';
import '../../../packages/core/src/rating/trace.test.ts';
import { workedCases } from '../worked-cases.ts';

workedCases('pricing-models');
