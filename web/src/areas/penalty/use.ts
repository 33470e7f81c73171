import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";

import { ApiError } from "../../api/client";

/** Sends something about a penalty; what it makes old is read anew, also where somebody else was faster. */
export function useSend<V, A>(send: (values: V) => Promise<A>, done: string, onDone: (answer: A) => void, onError?: (error: unknown) => void) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const refresh = () => Promise.all(["penalties", "cases", "inbox"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  return useMutation({
    mutationFn: send,
    onSuccess: async (answer) => {
      await refresh();
      void message.success(done);
      onDone(answer);
    },
    onError: (error) => {
      onError?.(error);
      if (error instanceof ApiError && error.code === "stale") void refresh();
    },
  });
}
