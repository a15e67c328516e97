/** The part of jsdom that these tests use; its own types would bring the browser's globals into every file. */
declare module 'jsdom' {
  interface Element {
    readonly textContent: string | null;
    readonly outerHTML: string;
    getAttribute(name: string): string | null;
    getAttributeNames(): string[];
    querySelectorAll(selector: string): ArrayLike<Element> & Iterable<Element>;
    /** Of a table. */
    readonly caption: Element | null;
    readonly rows: Iterable<Element & { readonly cells: Iterable<Element> }>;
  }

  interface Document extends Element {
    readonly title: string;
    readonly body: Element;
    querySelector(selector: string): Element | null;
  }

  export class JSDOM {
    constructor(html: string, options?: { readonly runScripts?: 'outside-only' });
    readonly window: { readonly document: Document; eval(source: string): unknown };
  }
}
