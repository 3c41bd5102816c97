import type { TestProject } from 'vitest/node';
import { startThrowAwayCluster, type ThrowAwayCluster } from '../apps/server/src/testing/cluster.ts';
// Declares the name of what is provided below.
import type {} from '../apps/server/src/testing/database.ts';

// Each project loads this file for itself, and all of them share the process.
const shared = globalThis as { billhookCluster?: Promise<ThrowAwayCluster> | undefined };

/** One cluster for the whole run; each test copies its database from the template in it. */
export async function setup(project: TestProject): Promise<void> {
  shared.billhookCluster ??= startThrowAwayCluster();
  project.provide('templateUrl', (await shared.billhookCluster).templateUrl);
}

export async function teardown(): Promise<void> {
  const cluster = shared.billhookCluster;
  shared.billhookCluster = undefined;
  await (await cluster)?.discard();
}
