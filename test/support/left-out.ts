/** A reporter that ends a run with each test that was left out, by file, with the reason that its title has. */

import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

export class LeftOut implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map(
        (test) => `  ${relative(process.cwd(), module.moduleId)} > ${test.fullName}`,
      ),
    );
    if (lines.length > 0) console.log(`\nLeft out (${lines.length}):\n${lines.sort().join('\n')}`);
  }
}
