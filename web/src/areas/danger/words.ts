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
