/** What inspections and their documents are called wherever they are shown. */
export const VISIT_STATES: Record<string, [string, string]> = { open: ["正在检查", "blue"], finished: ["已结束", "green"], withdrawn: ["已作废", "default"] };
export const DOCUMENT_STATES: Record<string, [string, string]> = { draft: ["草稿", "gold"], issued: ["已签发", "green"], withdrawn: ["已撤回", "default"] };

/** The documents of a visit, in the order in which they come. */
export const FORMS: Record<string, string> = {
  inspection_plan: "现场检查方案",
  inspection_record: "现场检查记录",
  site_measures: "现场处理措施决定书",
  correction_order: "责令限期整改指令书",
  recheck_opinion: "整改复查意见书",
};

/** The documents that a recheck can be about. */
export const RECHECKED = ["correction_order", "site_measures"];
