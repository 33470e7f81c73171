import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, type Form } from "antd";

import { formProblems } from "../../parts/problem";

/** Sends a form of a dialog, and shows what is wrong beside the field. */
export function useSave<V>(form: ReturnType<typeof Form.useForm<V>>[0], send: (values: V) => Promise<unknown>, refresh: string, done: string, onClose: () => void) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: send,
    onSuccess: () => {
      void message.success(done);
      void queries.invalidateQueries({ queryKey: [refresh] });
      onClose();
    },
    onError: (error) => {
      form.setFields(formProblems(error).map((problem) => ({ name: problem.name as never, errors: problem.errors })));
      void queries.invalidateQueries({ queryKey: [refresh] });
    },
  });
}
