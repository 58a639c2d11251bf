/** Finding one of many choices by a few letters of it. */

/** The places of the choices in which every typed word occurs; those that begin so come first. */
export function found(choices: readonly string[], typed: string): number[] {
  const whole = folded(typed).trim();
  const words = whole.split(/\s+/).filter(Boolean);
  const [first = ''] = words;
  const fits = choices.map(folded).flatMap((choice, index) => {
    if (!words.every((word) => choice.includes(word))) return [];
    return [{ index, rank: choice.startsWith(whole) ? 0 : choice.startsWith(first) ? 1 : 2 }];
  });
  return fits.sort((a, b) => a.rank - b.rank || a.index - b.index).map(({ index }) => index);
}

/** Without case and accents, which nobody wants to type exactly. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
