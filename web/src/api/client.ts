/** The one door to the server: typed by openapi.json, with the session's token on writes and problems as errors. */
import createClient, { type Middleware } from "openapi-fetch";

import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

export interface FieldProblem {
  pointer: string;
  code: string;
  message: string;
  /** What could be meant, where the field names several things. */
  candidates?: unknown[];
}

/** A refusal of the server (RFC 9457), worded for the person at the screen. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: FieldProblem[];
  readonly current: Record<string, unknown> | undefined;
  constructor(status: number, body: unknown) {
    const problem = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
    super(typeof problem["detail"] === "string" ? problem["detail"] : "暂时连不上服务器，请检查网络后重试。");
    this.status = status;
    this.code = typeof problem["code"] === "string" ? problem["code"] : "unreachable";
    this.errors = Array.isArray(problem["errors"]) ? (problem["errors"] as FieldProblem[]) : [];
    this.current = problem["current"] as Record<string, unknown> | undefined;
  }
}

/** How long the server is waited for before it counts as out of reach, ms: a radio that loses a request tells nobody. */
export const REACH = 15_000;

let csrf = "";
/** Remembers what writes must repeat. */
export function rememberCsrf(value: string): void {
  csrf = value;
}
export function currentCsrf(): string {
  return csrf;
}

const secured: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") {
      request.headers.set("X-CSRF-Token", csrf);
      const json = request.headers.get("content-type")?.startsWith("application/json");
      if (json) request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: "", credentials: "same-origin" });
api.use(secured);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's data; an ApiError for everything else. */
export async function ask<T>(answer: Promise<Answer<T>>): Promise<T> {
  let given: Answer<T>;
  try {
    given = await answer;
  } catch {
    throw new ApiError(0, null);
  }
  if (!given.response.ok) throw new ApiError(given.response.status, given.error);
  return given.data as T;
}

/** A row of the register: one property per field. */
export type Row = Record<string, unknown> & { city: string; id: string; town: string; version: number };

/** One page of rows. */
export interface Rows {
  items: Row[];
  next: string | null;
}
