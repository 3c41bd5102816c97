import { createLog } from '../platform/log.ts';
import { prepareDatabase } from './prepared-database.ts';

/**
 * Makes the database that first starts copy, in the folder that it is given, where it is not there yet. The launcher runs
 * it beside the filling of the compile cache. Ends with 0 also where there can be none: then first starts make their own.
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: prepare-database.ts FOLDER');
await prepareDatabase(folder, createLog('silent'));
