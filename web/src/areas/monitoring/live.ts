import { useEffect, useState } from "react";

import type { Schemas } from "../../api/client";
import type { Filters } from "../../parts/filters";
import { address } from "../../parts/filters";

export type Live = Schemas["MonitorLive"];

/** How the line to the server stands: not there yet, open, cut and being tried again. */
export type Line = "opening" | "open" | "cut";

/** The server gives a sign at least every 15 seconds: what is silent for so long is cut, though nobody said so. */
const SILENT_MS = 40_000;
/** A pause until what was refused or cut is tried again. */
const AGAIN_MS = 3_000;

/** Monitoring as it goes on under these filters: the latest that was told, and how the line stands. Empty filters ask for nothing. */
export function useLive(filters: Filters): { live: Live | null; line: Line } {
  const url = Object.keys(filters).length > 0 ? address("/api/monitoring/events", filters) : "";
  const [told, setTold] = useState<{ url: string; live: Live } | null>(null);
  const [line, setLine] = useState<Line>("opening");
  useEffect(() => {
    if (url === "") return;
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const sign = () => {
      clearTimeout(timer);
      timer = setTimeout(again, SILENT_MS);
      setLine("open");
    };
    const again = () => {
      source?.close();
      clearTimeout(timer);
      setLine("cut");
      timer = setTimeout(connect, AGAIN_MS);
    };
    const connect = () => {
      clearTimeout(timer);
      timer = setTimeout(again, SILENT_MS);
      source = new EventSource(url);
      source.addEventListener("monitoring", (event: MessageEvent<string>) => {
        setTold({ url, live: JSON.parse(event.data) as Live });
        sign();
      });
      source.addEventListener("still", sign);
      // the server ends every stream after some minutes, so that rights are asked for anew: that alone is no cut
      source.addEventListener("again", () => {
        source?.close();
        connect();
      });
      source.onerror = again;
    };
    connect();
    return () => {
      source?.close();
      clearTimeout(timer);
    };
  }, [url]);
  return { live: told?.url === url ? told.live : null, line };
}
