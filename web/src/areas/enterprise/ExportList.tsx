import { api, ask } from "../../api/client";
import { ExportDialog } from "../../parts/ExportDialog";
import type { Filters } from "../../parts/filters";
import { count } from "../../parts/format";
import { asQuery } from "./use";

/** Exports exactly the rows and columns of the list. */
export function ExportList(props: { filters: Filters; sort: string; columns: string[]; total: number | undefined; onClose: () => void }) {
  const { filters, sort, columns, total, onClose } = props;
  return (
    <ExportDialog
      title="导出企业名单"
      begin={(format) => ask(api.POST("/api/exports", { body: { query: asQuery({ ...filters }), sort, columns, format } }))}
      file={(job) => `/api/exports/${job}/file`}
      onClose={onClose}
    >
      <p>
        按当前筛选和显示的栏目导出，共 <b className="number">{count(total)}</b> 家。导出会记入操作记录。
      </p>
    </ExportDialog>
  );
}
