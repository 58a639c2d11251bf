/**
 * Markdown to elements, sanitised: no script, no style, nothing fetched from elsewhere. What a
 * requester writes must not be able to do more on a worker's page than to be read.
 */

import DOMPurify from 'dompurify';
import { Marked } from 'marked';

const SAFE = {
  ALLOWED_TAGS: [
    ...['p', 'br', 'hr', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'a'],
    ...['ul', 'ol', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  ALLOWED_ATTR: ['href', 'start'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:|tel:)/i,
};

const marked = new Marked({ gfm: true, breaks: true, async: false });
// A picture would tell its server who reads this: it becomes a link, for whoever wants to see it.
marked.use({
  renderer: {
    image: ({ href, text }) => `<a href="${escaped(href)}">${escaped(text || href)}</a>`,
    html: ({ text }) => escaped(text),
  },
});

/** Elements to show. Headings begin at `level` and skip none on their way down. */
export function render(text: string, level: number): DocumentFragment {
  const html = marked.parse(text) as string;
  const fragment = DOMPurify.sanitize(html, { ...SAFE, RETURN_DOM_FRAGMENT: true });
  for (const link of fragment.querySelectorAll('a')) {
    if (!link.hasAttribute('href')) link.replaceWith(...link.childNodes);
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    link.referrerPolicy = 'no-referrer';
  }
  descend(fragment, level);
  for (const block of fragment.querySelectorAll('p, li, h2, h3, h4, h5, h6, th, td, blockquote')) {
    (block as HTMLElement).dir = 'auto';
  }
  return fragment;
}

function descend(fragment: DocumentFragment, first: number): void {
  let above = first - 1;
  let shallowest = 6;
  for (const heading of fragment.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const depth = Number(heading.tagName[1]);
    shallowest = Math.min(shallowest, depth);
    above = Math.min(first + depth - shallowest, above + 1, 6);
    const placed = document.createElement(`h${above}`);
    placed.append(...heading.childNodes);
    heading.replaceWith(placed);
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
