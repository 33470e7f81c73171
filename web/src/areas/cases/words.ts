/** What cases are called wherever they are shown. */
export const SEVERITY: Record<string, [string, string]> = { general: ["一般", "default"], major: ["重大", "red"] };
export const WAITS: Record<string, string> = { enterprise: "等企业", officer: "等监管", nobody: "已办结" };
export const DUE: Record<string, string> = { overdue: "已逾期", soon: "7 天内到期", later: "以后到期" };
export const TIERS: Record<string, string> = { town: "镇街", county: "区县", city: "市", province: "省" };

interface Dated {
  due_on?: string | null;
  overdue?: number | null;
  closed_on?: string | null;
}

/** The deadline of a case in words. */
export function term(of: Dated): string {
  if (of.closed_on) return `${of.closed_on} 办结`;
  if (!of.due_on) return "";
  return of.overdue ? `${of.due_on}（逾期 ${of.overdue} 天）` : of.due_on;
}

export const options = (of: Record<string, string | [string, string]>) =>
  Object.entries(of).map(([value, label]) => ({ value, label: typeof label === "string" ? label : label[0] }));
