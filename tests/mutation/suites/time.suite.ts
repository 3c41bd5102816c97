import '../../../packages/core/src/time/grid.test.ts';
import '../../../packages/core/src/time/time.test.ts';
