/** What penalties and their papers are called wherever they are shown. */
export const STATES: Record<string, [string, string]> = {
  filing: ["待立案审批", "gold"],
  spot: ["待当场决定", "gold"],
  investigating: ["调查取证", "blue"],
  review: ["待审议告知", "blue"],
  told: ["陈述申辩期", "blue"],
  hearing: ["听证", "blue"],
  approval: ["待呈批", "blue"],
  approved: ["待作出决定", "blue"],
  decided: ["待送达", "orange"],
  served: ["待履行结案", "orange"],
  closed: ["已结案", "green"],
  dropped: ["不予立案", "default"],
};

export const PROCEDURES: Record<string, string> = { ordinary: "普通程序", simple: "简易程序（当场处罚）" };
export const PARTIES: Record<string, string> = { unit: "处罚单位", person: "处罚个人" };
export const STAGES: Record<string, string> = { first: "责令改正时一并处罚", overdue: "逾期未改正" };
export const CIRCUMSTANCES: Record<string, string> = { light: "从轻", ordinary: "一般", heavy: "从重" };
/** What an exhibit is evidence as (行政处罚法 2021 第四十六条). */
export const EVIDENCE: Record<string, string> = {
  documentary: "书证",
  physical: "物证",
  audiovisual: "视听资料",
  electronic: "电子数据",
  testimony: "证人证言",
  statement: "当事人的陈述",
  opinion: "鉴定意见",
  record: "勘验笔录、现场笔录",
};
export const SOURCES = ["执法检查", "投诉举报", "上级交办", "其他部门移送", "事故调查"];

/** The papers that can be drafted in each state, in the order in which they come. */
export const PAPERS: Record<string, Record<string, string>> = {
  filing: { filing: "立案审批表" },
  spot: { on_spot_decision_unit: "行政（当场）处罚决定书（单位）", on_spot_decision_person: "行政（当场）处罚决定书（个人）" },
  investigating: { inquiry_notice: "询问通知书", inquiry_record: "询问笔录", survey_record: "勘验笔录", investigation_report: "案件调查报告", case_extension: "案件延期审批表" },
  review: { panel_record: "行政处罚集体讨论记录", penalty_notice: "行政处罚告知书", hearing_right_notice: "行政处罚听证告知书", case_extension: "案件延期审批表" },
  told: { statement_record: "当事人陈述申辩笔录", penalty_notice: "行政处罚告知书（重新告知）", hearing_right_notice: "行政处罚听证告知书（重新告知）" },
  hearing: { hearing_notice: "行政处罚听证会通知书", hearing_record: "听证笔录", hearing_report: "听证会报告书" },
  approval: { case_approval: "案件处理呈批表", case_extension: "案件延期审批表" },
  approved: { penalty_decision_unit: "行政处罚决定书（单位）", penalty_decision_person: "行政处罚决定书（个人）", case_extension: "案件延期审批表" },
  decided: { service_receipt: "文书送达回执" },
  served: { closing_approval: "结案审批表" },
};

/** Steps without a paper, as the page takes them. */
export const OWN_STEPS = ["waive", "lapse", "ask_hearing", "pay"];
export const LEADER_STEPS = ["drop", "return", "acquit"];

/** What is to be done next, as the list is narrowed by it. */
export const TODO: Record<string, string> = { approve: "等我审批", issue: "有草稿待签发", serve: "有文书待送达" };
