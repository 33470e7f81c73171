import { useQuery } from "@tanstack/react-query";
import { Alert, Space } from "antd";
import { Link } from "react-router";

import { type Row, type Schemas, api, ask } from "../../api/client";
import { useMay, useSession } from "../../app/session";
import { nearName } from "../../parts/format";

type Linked = Schemas["Linked"];

function To({ record }: { record: Linked }) {
  return <Link to={`/enterprises/${record.city}/${record.id}`}>{record.name}</Link>;
}

function All({ records }: { records: Linked[] }) {
  return records.map((record, at) => (
    <span key={record.id}>
      {at > 0 && "、"}
      <To record={record} />
    </span>
  ));
}

/** What an enterprise is connected with: shown only where there is something. */
export function Links({ record }: { record: Row }) {
  const may = useMay();
  const session = useSession();
  const { city, id } = record;
  const links = useQuery({
    queryKey: ["enterprise", city, id, "links"],
    queryFn: () => ask(api.GET("/api/enterprises/{city}/{id}/links", { params: { path: { city, id } } })),
  });
  const own = links.data;
  if (!own) return null;
  const cluster = typeof record["cluster_name"] === "string" ? record["cluster_name"] : null;
  const related = own.parent ?? own.branches[0] ?? own.absorbed[0] ?? own.split_from ?? own.split_into[0] ?? cluster;
  const undo = (kept: string, words: string) => may("undo_merger") && <Link to={`/duplicates?view=done&enterprise=${kept}`}>{words}</Link>;
  if (!related && !own.merged_into && !own.handover && own.duplicates === 0) return null;
  return (
    <Space orientation="vertical" style={{ width: "100%", marginTop: 8 }}>
      {own.merged_into && (
        <Alert
          type="warning"
          showIcon
          title={
            <>
              这份档案已并入 <To record={own.merged_into} />，只能查看。{own.by_merger && undo(String(record["merged_into"]), "撤销合并")}
            </>
          }
        />
      )}
      {own.handover && (
        <Alert
          type="info"
          showIcon
          title={
            <>
              正在移交给{nearName(own.handover.target_name, session.region.name)}，等对方接收。{may("list_handovers") && <Link to="/handovers?direction=outgoing">查看移交</Link>}
            </>
          }
        />
      )}
      {own.duplicates > 0 && may("list_duplicates") && !own.merged_into && (
        <Alert
          type="warning"
          showIcon
          title={
            <>
              可能另有一份相同的档案。<Link to={`/duplicates?region=${record.town}`}>核对重复档案</Link>
            </>
          }
        />
      )}
      {related && (
        <Space wrap size={[24, 4]}>
          {own.parent && (
            <span>
              <span className="muted">上级企业</span> <To record={own.parent} />
            </span>
          )}
          {own.branches.length > 0 && (
            <span>
              <span className="muted">分支</span>{" "}
              <All records={own.branches.slice(0, 3)} />
              {(own.branches.length > 3 || own.more_branches) && (
                <>
                  {" "}
                  等，<Link to={`/enterprises?parent_name=${encodeURIComponent(String(record["name"]))}`}>查看全部</Link>
                </>
              )}
            </span>
          )}
          {cluster && (
            <span>
              <span className="muted">集群</span> <Link to={`/enterprises?cluster=${String(record["cluster"])}`}>{cluster}</Link>
            </span>
          )}
          {own.absorbed.length > 0 && (
            <span>
              <span className="muted">已并入本档案</span> <All records={own.absorbed} />
            </span>
          )}
          {own.split_into.length > 0 && (
            <span>
              <span className="muted">从本档案拆出</span> <All records={own.split_into} /> {undo(id, "撤销拆分")}
            </span>
          )}
          {own.split_from && (
            <span>
              <span className="muted">拆分自</span> <To record={own.split_from} /> {undo(own.split_from.id, "撤销拆分")}
            </span>
          )}
        </Space>
      )}
    </Space>
  );
}
