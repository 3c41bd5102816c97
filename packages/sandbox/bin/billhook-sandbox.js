#!/usr/bin/env node
// In a package the compiled program is run; in the project's own tree, where none is, its source.
import { existsSync } from 'node:fs';

const compiled = new URL('../dist/program/main.js', import.meta.url);
await import(existsSync(compiled) ? compiled.href : new URL('../src/main.ts', import.meta.url).href);
