import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { bringNode, linkNode } from './bring-node.mjs';
import { installPackages } from './install-packages.mjs';
import * as places from './places.mjs';
import { explain } from './plain-error.mjs';
import { withLock } from './with-lock.mjs';

/** Whether Node and packages are those that the files of this clone ask for. Takes about a millisecond. */
export function isPrepared() {
  return places.readText(places.stampFile) === fingerprint() && fs.existsSync(places.projectNode());
}

/** Brings what is missing. Two starts at once do it once; one that was killed half-way is made up for. */
export async function prepare() {
  try {
    fs.mkdirSync(places.runtime, { recursive: true });
    await withLock(places.lockFile, isPrepared, async () => {
      if (isPrepared()) return;
      if (!places.fits(process.versions.node)) await bringNode();
      if (fs.existsSync(places.unfinishedMark)) fs.rmSync(places.modules, { recursive: true, force: true });
      fs.rmSync(places.stampFile, { force: true });
      fs.writeFileSync(places.unfinishedMark, '');
      await installPackages(places.projectNode());
      if (places.projectNode() === places.broughtNode) linkNode();
      fs.writeFileSync(`${places.stampFile}.new`, fingerprint());
      fs.renameSync(`${places.stampFile}.new`, places.stampFile);
      fs.rmSync(places.unfinishedMark, { force: true });
    });
  } catch (error) {
    throw explain(error, places.root);
  }
}

/** One hash of all that decides which packages belong here. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${places.NODE_VERSION}`);
  for (const file of ['package.json', 'package-lock.json', '.npmrc', ...workspaceManifests()]) {
    hash.update(`\0${file}\0`).update(places.readText(path.join(places.root, file)) ?? '');
  }
  return hash.digest('hex');
}

function workspaceManifests() {
  const { workspaces } = JSON.parse(fs.readFileSync(path.join(places.root, 'package.json'), 'utf8'));
  return workspaces.flatMap((pattern) => {
    const folder = pattern.replace(/\/\*$/, '');
    if (folder === pattern) return [path.join(folder, 'package.json')];
    const absolute = path.join(places.root, folder);
    const names = fs.existsSync(absolute) ? fs.readdirSync(absolute).sort() : [];
    return names.map((name) => path.join(folder, name, 'package.json'));
  });
}
