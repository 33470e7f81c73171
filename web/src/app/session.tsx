import { useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";

import { REACH, type Schemas, api, ask, rememberCsrf } from "../api/client";

export type Session = Schemas["SessionView"];

export const SessionContext = createContext<Session | null>(null);

/** Who is signed in; only inside the shell. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("outside the shell");
  return session;
}

/** Whether the person may do an operation somewhere. */
export function useMay(): (operation: string) => boolean {
  const session = useContext(SessionContext);
  return (operation) => session?.powers.includes(operation) ?? false;
}

/** Who is signed in; a network that does not answer is none, so that the field page opens all the same. */
export async function readSession(): Promise<Session> {
  const session = await ask(api.GET("/api/session", { signal: AbortSignal.timeout(REACH) }));
  rememberCsrf(session.csrf);
  return session;
}

export function useSessionQuery() {
  return useQuery({ queryKey: ["session"], queryFn: readSession, retry: false, staleTime: 60_000 });
}
