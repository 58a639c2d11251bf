/** Whether a text is Markdown, and what of it is its title. What renders it is fetched only then. */

const SIGNS = [
  /^ {0,3}#{1,6} \S/m, // a heading
  /\*\*(?=\S)[^\n]*?\S\*\*/, // strong words
  /\[[^\]\n]+\]\(https?:\/\/[^\s)]+\)/, // a link
  /```|`[^`\n]+`/, // code
  /^ {0,3}> \S/m, // a quotation
  /^ {0,3}[-*+] \S[^\n]*\n+ {0,3}[-*+] \S/m, // a list of two points or more
  /^ {0,3}1[.)] \S[^\n]*\n+ {0,3}2[.)] \S/m,
  /^ *\|?[^\n|]+\|[^\n]*\n *\|? *:?-{3,}/m, // a table
];

/** Whether somebody wrote Markdown on purpose; a lone asterisk or number is a plain text's own. */
export function isMarkdown(text: string): boolean {
  return SIGNS.some((sign) => sign.test(text));
}

/** A line without the marks of Markdown, for a title. */
export function withoutMarks(line: string): string {
  return line
    .replace(/^ {0,3}#{1,6} +(.*?)(?: +#+)?$/, '$1')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__)(?=\S)(.*?\S)\1/g, '$2')
    .replace(/`([^`]+)`/g, '$1')
    .trim();
}

/** An instruction's first line, and the rest. */
export function titled(instruction: string): { title: string; rest: string } {
  const text = instruction.trim();
  const end = text.indexOf('\n');
  if (end < 0) return { title: text, rest: '' };
  return { title: text.slice(0, end).trim(), rest: text.slice(end + 1).trim() };
}
