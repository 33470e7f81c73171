import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Empty, Segmented, Spin, Tag } from "antd";
import { Link, useNavigate, useSearchParams } from "react-router";

import { api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { Pager } from "../../parts/Pager";
import { RegionPicker } from "../../parts/RegionPicker";
import { sentence } from "../../parts/problem";

const STATES: Record<string, [string, string]> = {
  entered: ["待核实", "blue"],
  changed: ["核实后有修改", "gold"],
  returned: ["已退回", "red"],
};

/** Records of archives that wait to be verified, or to be mended by those who filled them in. */
export default function Waiting() {
  const may = useMay();
  const session = useSession();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const kind = params.get("kind") ?? "records_to_verify";
  const region = params.get("region") ?? undefined;
  const cursor = params.get("cursor") ?? undefined;
  const state = kind === "returned_records" ? "returned" : "entered,changed";
  const records = useQuery({
    queryKey: ["records", "waiting", state, region, cursor],
    queryFn: () => ask(api.GET("/api/records", { params: { query: { state, limit: 50, ...(region ? { region } : {}), ...(cursor ? { cursor } : {}) } } })),
    placeholderData: keepPreviousData,
  });
  const items = records.data?.items ?? [];
  const to = (more: Record<string, string>) => setParams({ kind, ...(region ? { region } : {}), ...more });
  return (
    <>
      <div className="page-head">
        <h1>档案待办</h1>
        <Segmented
          value={kind}
          onChange={(value) => setParams({ kind: value, ...(region ? { region } : {}) })}
          options={[
            { value: "records_to_verify", label: "待核实" },
            { value: "returned_records", label: "已退回、待企业修改" },
          ]}
        />
        {may("list_archives") && <RegionPicker root={session.region.code} value={region} onChange={(value) => setParams({ kind, ...(value ? { region: value } : {}) })} />}
      </div>
      {records.isPending && <Spin />}
      {records.isError && <Alert type="error" showIcon title={sentence(records.error)} />}
      {records.isSuccess && items.length === 0 && (
        <div className="panel">
          <Empty description={kind === "returned_records" ? "没有被退回的记录。" : "没有待核实的记录。企业填报或者修改后会出现在这里。"} />
        </div>
      )}
      {items.length > 0 && (
        <section className="panel inbox-group">
          {items.map((record) => {
            const [word, color] = STATES[record.state] ?? [record.state, "default"];
            return (
              <Link
                key={record.id}
                className="inbox-task"
                to={`/enterprises/${record.city}/${record.enterprise}?tab=archive&section=${record.section}&record=${record.id}`}
              >
                <span>
                  {record.section_label === record.title ? record.title : `${record.section_label}：${record.title}`}
                  <small>
                    {record.enterprise_name}　{record.region_name}
                  </small>
                </span>
                <Tag color={color}>{word}</Tag>
              </Link>
            );
          })}
        </section>
      )}
      {(cursor || records.data?.next) && (
        <Pager back={cursor ? () => void navigate(-1) : null} next={records.data?.next ? () => to({ cursor: records.data.next ?? "" }) : null} />
      )}
    </>
  );
}
