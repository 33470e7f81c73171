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

/** The Chinese for a column or a cell, by the table's own words; a cell of several words is worded one by one. */
export function worded(words: Record<string, string>, text: string): string {
  const known = words[text] ?? WORDS[text];
  if (known !== undefined) return known;
  const parts = text.split(" ");
  return parts.length > 1 && parts.every((part) => words[part] !== undefined) ? parts.map((part) => words[part]).join("、") : text;
}
