/** The words over a table's columns. */
const WORDS: Record<string, string> = {
  source: "文号条款",
  valid_from: "起",
  valid_to: "止",
  certainty: "可靠程度",
  note: "说明",
  region: "地区",
};

export const COMMON = ["region", "source", "valid_from", "valid_to", "certainty", "note"];

/** The Chinese word for a column or for a word in a cell, by the table's own words. */
export function worded(words: Record<string, string>, word: string): string {
  return words[word] ?? WORDS[word] ?? word;
}
