/** Uploading a document with its progress: `fetch` tells nothing of what was sent so far. */
import { ApiError, type Schemas, currentCsrf } from "../api/client";

export type Attachment = Schemas["AttachmentView"];

/** What the server takes; it judges by content, this only keeps the file dialog short. */
export const ACCEPT = ".pdf,.png,.jpg,.jpeg,.xlsx,.docx";
export const MOST_BYTES = 20 * 1024 * 1024;

/** Sends a file; the key makes a repeated attempt the same document. */
export function upload(address: string, file: File, key: string, onProgress: (percent: number) => void): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRF-Token", currentCsrf());
    request.setRequestHeader("Idempotency-Key", key);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(Math.floor((event.loaded / event.total) * 100));
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as Attachment);
      else reject(new ApiError(request.status, request.response));
    };
    request.onerror = () => reject(new ApiError(0, null));
    request.send(form);
  });
}

/** Bytes as people read them. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} 字节`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
