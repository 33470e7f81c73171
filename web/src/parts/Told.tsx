import { Alert } from "antd";

import { ApiError } from "../api/client";
import { sentence } from "./problem";

/** What is wrong, field by field where there are fields. */
export function Told({ error }: { error: unknown }) {
  if (!error) return null;
  const errors = error instanceof ApiError ? error.errors : [];
  return <Alert style={{ marginTop: 8 }} type="error" showIcon title={sentence(error)} description={errors.length > 0 ? <ul style={{ margin: 0, paddingLeft: 18 }}>{errors.map((own) => <li key={own.pointer + own.message}>{own.message}</li>)}</ul> : undefined} />;
}
