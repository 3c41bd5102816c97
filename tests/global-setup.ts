import type { TestProject } from 'vitest/node';
import { startThrowAwayCluster, type ThrowAwayCluster } from '../apps/server/src/testing/cluster.ts';
// Declares the name of what is provided below.
import type {} from '../apps/server/src/testing/database.ts';

let cluster: ThrowAwayCluster | undefined;

/** One cluster for the whole run; each test copies its database from the template in it. */
export async function setup(project: TestProject): Promise<void> {
  cluster = await startThrowAwayCluster();
  project.provide('templateUrl', cluster.templateUrl);
}

export async function teardown(): Promise<void> {
  await cluster?.discard();
}
