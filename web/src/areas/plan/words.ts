/** States of a plan and of a target: label and colour. */
export const PLAN_STATES: Record<string, [string, string]> = { draft: ["草稿", "default"], submitted: ["待审批", "processing"], approved: ["已批准", "success"] };
export const TARGET_STATES: Record<string, [string, string]> = { planned: ["待检查", "processing"], done: ["已检查", "success"], cancelled: ["已取消", "default"] };

/** Grades of supervision, as a line narrows to them. */
export const GRADES = [
  { value: "A", label: "A 级" },
  { value: "B", label: "B 级" },
  { value: "C", label: "C 级" },
  { value: "D", label: "D 级" },
  { value: "unrated", label: "未评级" },
];

export const MONTHS = Array.from({ length: 12 }, (_, at) => ({ value: at + 1, label: `${at + 1} 月` }));

/** How a line says whom it means. */
export function whom(line: { region_name?: string; sector_label?: string | null; grade?: string | null }, own: string): string {
  const place = line.region_name?.startsWith(own) ? line.region_name.slice(own.length) : line.region_name;
  const grade = GRADES.find((option) => option.value === line.grade)?.label;
  return [place || "全部辖区", line.sector_label ?? "各领域", grade ?? "各等级"].join("，");
}
