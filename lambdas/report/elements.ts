import { type Html, html, type Part } from './html.ts';

/** A part of the page. */
export function section(id: string, title: string, ...body: readonly Html[]): Html {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${body}
</section>`;
}

/** A table with a caption; wide ones scroll inside their region, which the keyboard reaches. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly Html[],
  className = '',
): Html {
  const columns = heads.map((head) => html`<th scope="col">${head}</th>`);
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="${className}">
<caption>${caption}</caption>
<thead><tr>${columns}</tr></thead>
<tbody>
${rows}
</tbody></table></div>`;
}

export function row(head: Part, ...cells: readonly Html[]): Html {
  return html`<tr><th scope="row">${head}</th>${cells}</tr>`;
}

export function textCell(part: Part): Html {
  return html`<td>${part}</td>`;
}

export function number(part: Part): Html {
  return html`<td class="n">${part}</td>`;
}

/** A word with its glyph, coloured by tone. The glyph is for the eye alone. */
export function badge({ glyph, word, tone }: { glyph: string; word: string; tone: string }): Html {
  return html`<span class="badge ${tone}"><span aria-hidden="true">${glyph}</span> ${word}</span>`;
}

/** A drawing with its words: title and description for those who do not see it. */
export function drawing(
  { id, title, description }: { readonly id: string; readonly title: string; readonly description: string },
  size: { readonly width: number; readonly height: number },
  shapes: readonly Html[],
): Html {
  return html`<div class="scroll" role="region" aria-label="${title}" tabindex="0"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description}</desc>
${shapes}
</svg></div>`;
}

/** Coordinates to a tenth: the same bytes everywhere, and fewer. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}
