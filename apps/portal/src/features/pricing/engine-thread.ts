/** What the web worker of the price list runs: the engine that bills, nothing else. */
import '@billhook/core/worker/engine-worker';
