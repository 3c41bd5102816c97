// Loaded before the program (`node --import`): loads what it will need and waits for the word to begin, so that a process
// that is to follow a killed one is made ready while that one still works.
if (process.send !== undefined) {
  await import('../../apps/server/src/composition.ts');
  await import('@billhook/sandbox/start');
  process.send('ready');
  await new Promise((resolve) => process.once('message', resolve));
  process.disconnect();
}
