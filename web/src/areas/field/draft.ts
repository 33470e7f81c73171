/** What is half filled in, kept on the device as it is typed: a page that is killed, or a device that locks itself, loses none of it. */
import { useCallback, useEffect, useRef, useState } from "react";

import { type Opened, draft, keepDraft } from "./store";

export interface Draft<T> {
  /** Null until it is read. */
  value: T | null;
  change: (change: (before: T) => T) => void;
  /** Whether all of it lies on the device. */
  kept: boolean;
  /** Done when all of it lies on the device: what comes after finds it as it is. */
  settled: () => Promise<void>;
}

/** The draft of that name, `empty` where there is none. */
export function useDraft<T>(opened: Opened, id: string, empty: T): Draft<T> {
  const [value, setValue] = useState<T | null>(null);
  const [kept, setKept] = useState(true);
  const first = useRef(empty);
  const last = useRef<T | null>(null);
  const unkept = useRef(false);
  const writing = useRef<Promise<void> | null>(null);
  useEffect(() => {
    let gone = false;
    void draft<T>(opened, id).then((known) => {
      if (gone) return;
      last.current = known ?? first.current;
      setValue(last.current);
    });
    return () => {
      gone = true;
    };
  }, [opened, id]);
  const write = useCallback(async () => {
    try {
      while (unkept.current) {
        unkept.current = false;
        await keepDraft(opened, id, last.current);
      }
      setKept(true);
    } finally {
      writing.current = null;
    }
  }, [opened, id]);
  const change = useCallback(
    (next: (before: T) => T) => {
      if (last.current === null) return;
      last.current = next(last.current);
      setValue(last.current);
      setKept(false);
      unkept.current = true;
      // what is typed meanwhile goes with the next writing
      writing.current ??= write();
    },
    [write],
  );
  const settled = useCallback(async () => {
    await writing.current;
  }, []);
  return { value, change, kept, settled };
}

/** In words. */
export const KEPT = (kept: boolean) => (kept ? "已存在设备上，关掉也不会丢。" : "正在存到设备…");
