import { expect, it } from 'vitest';
import { escapeHtml } from '../../lambdas/core/html.ts';

it('escapes text for elements and quoted attributes, once', () => {
  expect(escapeHtml(`<a href="x" title='y'>&amp; é</a>`)).toBe(
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp; é&lt;/a&gt;',
  );
});
