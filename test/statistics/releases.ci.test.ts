import { describe, expect, it } from 'vitest';
import { withReleaseTable } from '../../stacks/build/release-table.ts';
import { readPage } from '../structure/pages.ts';
import { type Cell, cellLine, isHeld } from './cell.ts';
import { table } from './releases.ts';

describe('the simulation of releases', () => {
  it('holds every bar', () => {
    const cells = [...(table.cells({ runs: 100, seed: 3 }) as Iterable<Cell>)];
    expect(cells.filter((cell) => !isHeld(cell)).map(cellLine)).toEqual([]);
  });

  it('gives the table of the page of releases (npm run docs)', () => {
    const page = readPage('docs/releases.md');
    expect(withReleaseTable(page)).toBe(page);
  });
});
