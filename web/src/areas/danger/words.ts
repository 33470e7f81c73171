/** What dangers are called wherever they are shown. */
export const SOURCES: Record<string, string> = {
  inspection: "执法检查",
  self_check: "企业自查",
  tip_off: "举报投诉",
  higher_tier: "上级交办",
  monitoring: "监测报警",
};
export const STATES: Record<string, [string, string]> = {
  mending: ["整改中", "orange"],
  deferral: ["延期待审批", "gold"],
  mended: ["待复查", "blue"],
  accepted: ["待解除督办", "purple"],
  closed: ["已销号", "green"],
  withdrawn: ["已撤销", "default"],
};
/** How a notice of listed supervision was served. */
export const WAYS: Record<string, string> = { direct: "直接送达", left: "留置送达", mail: "邮寄送达", electronic: "电子送达", public: "公告送达" };
/** How a notice to another department stands. */
export const NOTICE_STATES: Record<string, [string, string]> = {
  sent: ["待签收", "orange"],
  received: ["待答复", "gold"],
  answered: ["待反馈", "blue"],
  done: ["已反馈", "green"],
  refused: ["对方退回", "red"],
  withdrawn: ["已撤回", "default"],
};
export const STOPS: Record<string, string> = { none: "不停产", part: "局部停产停业", whole: "全部停产停业" };
export const ACCEPTANCE: Record<string, string> = { self: "企业自行验收", expert: "专家验收", government: "政府部门验收" };
/** What a number of the statistics counts, as the list behind it is called. */
export const COUNTED: Record<string, string> = {
  found: "本期发现",
  mended: "本期发现、期末已销号",
  closed: "本期销号",
  in_time: "本期销号、按期整改",
  open: "期末未销号",
  overdue: "现在逾期",
  listed: "现在挂牌督办",
  planned: "期末未销号、已列入治理计划",
  planned_task: "列入治理计划、已落实治理目标任务",
  planned_funds: "列入治理计划、已落实治理经费物资",
  planned_person: "列入治理计划、已落实治理机构人员",
  planned_term: "列入治理计划、已落实治理时间要求",
  planned_emergency: "列入治理计划、已落实安全措施应急预案",
};
