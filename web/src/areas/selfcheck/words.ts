export const CYCLES: Record<string, string> = { week: "每周", month: "每月", quarter: "每季度", half_year: "每半年", year: "每年" };
