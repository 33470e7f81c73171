/** Problems of the server as the fields of a form and as sentences. */
import { ApiError } from "../api/client";

export interface FormProblem {
  name: string;
  errors: string[];
}

/** Field problems as a form wants them: the last part of each pointer is the field. */
export function formProblems(error: unknown): FormProblem[] {
  if (!(error instanceof ApiError)) return [];
  const found = new Map<string, string[]>();
  for (const { pointer, message } of error.errors) {
    const name = pointer.split("/").filter(Boolean).at(-1) ?? "";
    found.set(name, [...(found.get(name) ?? []), message]);
  }
  return [...found].map(([name, errors]) => ({ name, errors }));
}

/** What to tell the person. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : "出错了，请稍后重试。";
}
