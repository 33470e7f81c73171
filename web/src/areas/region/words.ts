/** Kinds of changes. */
export const KINDS: Record<string, string> = {
  establish: "设立",
  abolish: "撤销",
  merge: "合并",
  split: "拆分",
  rename: "更名",
  move: "划归",
};

/** How certain a statement of the history is. */
export const CERTAINTY: Record<string, string> = {
  text: "有文件依据",
  single: "仅一处资料",
  memory: "凭记忆，待核",
};
