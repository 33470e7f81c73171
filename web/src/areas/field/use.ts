import { createContext, useContext, useSyncExternalStore } from "react";

import { type ArchiveRecord, type Forms, type Opened, type Packed, type Photo, type Queued, type State, type Work, keepPhoto } from "./store";

/** What lies on the open device, and what may be done with it. */
export interface Field {
  opened: Opened;
  enterprises: Packed[];
  forms: Forms;
  queue: Queued[];
  /** Reads the device again. */
  refresh: () => Promise<void>;
  /** Sends what waits. */
  send: () => Promise<void>;
  sending: boolean;
  /** Shows an enterprise. */
  show: (enterprise: string) => void;
  lock: () => void;
}

export const FieldContext = createContext<Field | null>(null);

export function useField(): Field {
  const field = useContext(FieldContext);
  if (!field) throw new Error("outside the open device");
  return field;
}

export const STATES: Record<State, [string, string]> = {
  waiting: ["等待发送", "blue"],
  sending: ["正在发送", "processing"],
  sent: ["已同步", "green"],
  conflict: ["有冲突", "volcano"],
  refused: ["未被接受", "red"],
};

/** Something done now, by the clock of this device. */
export function workOf(field: Field, enterprise: Packed, rest: Pick<Work, "what" | "method" | "path" | "body" | "said"> & Partial<Work>): Work {
  return {
    id: crypto.randomUUID(),
    enterprise: enterprise.id,
    enterpriseName: enterprise.name,
    after: null,
    file: null,
    photos: [],
    half: null,
    base: null,
    doneAt: new Date().toISOString(),
    offset: field.opened.device.offset,
    metAt: field.opened.device.metAt,
    answer: null,
    problem: "",
    current: null,
    ...rest,
  };
}

/** Names of what is half filled in. */
export const dangerDraft = (enterprise: string) => `danger ${enterprise}`;
export const visitDraft = (enterprise: string) => `visit ${enterprise}`;
export const recordDraft = (enterprise: string, section: string) => `record ${enterprise} ${section}`;

/** Now by the server's clock, as far as this device knows it. */
export function now(device: Opened["device"]): Date {
  return new Date(Date.now() + device.offset);
}

export function recordsOf(enterprise: Packed): ArchiveRecord[] {
  return enterprise.archive.records as unknown as ArchiveRecord[];
}

/** The instant by the server's clock. */
export function trueTime(work: Work): string {
  return new Date(new Date(work.doneAt).getTime() + work.offset).toISOString();
}

/** A skew that is worth telling, ms. */
export const SKEWED = 2 * 60_000;

function subscribe(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** Whether the browser believes that there is a network. */
export function useOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine);
}

/** Takes a photo onto the device, no larger than it need be: 1600 points at the longer side, as JPEG. */
export async function take(opened: Opened, file: File): Promise<Photo> {
  const picture = await createImageBitmap(file).catch(() => null);
  const scale = picture ? Math.min(1, 1600 / Math.max(picture.width, picture.height)) : 0;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round((picture?.width ?? 0) * scale);
  canvas.height = Math.round((picture?.height ?? 0) * scale);
  if (picture) canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = picture && (await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85)));
  if (!blob) throw new Error("这张照片读不出来，请重新拍。");
  const name = file.name.replace(/\.[^.]*$/, "") || "照片";
  const own = { id: crypto.randomUUID(), name: `${name}.jpg`, type: "image/jpeg", size: blob.size };
  await keepPhoto(opened, own, await blob.arrayBuffer());
  return own;
}
