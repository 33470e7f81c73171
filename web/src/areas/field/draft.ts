/** What is half filled in, kept on the device while it is typed: a page that is killed, or a device that locks itself, loses none of it. */
import { useCallback, useEffect, useRef, useState } from "react";

import { type Opened, draft, keepDraft } from "./store";

/** How long typing may rest before it is kept, ms. */
const REST = 300;

/** The draft of that name, `empty` where there is none, null until it is read; and how to change it. */
export function useDraft<T>(opened: Opened, id: string, empty: T): [T | null, (change: (before: T) => T) => void, () => void] {
  const [value, setValue] = useState<T | null>(null);
  const first = useRef(empty);
  const unkept = useRef<T | null>(null);
  const timer = useRef(0);
  const keep = useCallback(() => {
    clearTimeout(timer.current);
    if (unkept.current !== null) void keepDraft(opened, id, unkept.current);
    unkept.current = null;
  }, [opened, id]);
  useEffect(() => {
    let gone = false;
    void draft<T>(opened, id).then((known) => {
      if (!gone) setValue(known ?? first.current);
    });
    window.addEventListener("pagehide", keep);
    document.addEventListener("visibilitychange", keep);
    return () => {
      gone = true;
      window.removeEventListener("pagehide", keep);
      document.removeEventListener("visibilitychange", keep);
      keep();
    };
  }, [opened, id, keep]);
  const change = useCallback(
    (next: (before: T) => T) => {
      setValue((before) => {
        if (before === null) return before;
        unkept.current = next(before);
        return unkept.current;
      });
      clearTimeout(timer.current);
      timer.current = window.setTimeout(keep, REST);
    },
    [keep],
  );
  /** It is sent or given up: what was typed last is not to be kept after that. */
  const finish = useCallback(() => {
    clearTimeout(timer.current);
    unkept.current = null;
  }, []);
  return [value, change, finish];
}
