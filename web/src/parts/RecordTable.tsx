import { Alert, Empty, Table, type TableProps } from "antd";
import type { ReactNode } from "react";

import { sentence } from "./problem";

/**
 * Rows as every page shows them: dense, unpaged (pages are the server's), scrolling sideways within itself. A query that failed
 * says why in its place; a list without rows says what to do next.
 */
export function RecordTable<T extends object>({ error = null, empty, ...table }: TableProps<T> & { error?: unknown; empty?: ReactNode }) {
  if (error !== null) return <Alert type="error" showIcon title={sentence(error)} />;
  const nothing = typeof empty === "string" ? <Empty description={empty} /> : empty;
  return <Table<T> size="small" rowKey="id" pagination={false} scroll={{ x: "max-content" }} {...(empty === undefined ? {} : { locale: { emptyText: nothing } })} {...table} />;
}
