import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Tag } from "antd";
import { Link, useNavigate } from "react-router";

import { type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { sentence } from "../../parts/problem";
import "./selfcheck.css";

type Due = Schemas["DueSelfCheck"];

/** What an enterprise has to check itself now; nothing where no task counts for it. */
export default function EnterpriseSelfChecks({ city, id }: { city: string; id: string }) {
  const may = useMay();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const due = useQuery({ queryKey: ["self-checks", "due", city, id], queryFn: () => ask(api.GET("/api/enterprises/{city}/{id}/self-checks/due", { params: { path: { city, id } } })) });
  const begin = useMutation({
    mutationFn: (own: Due) => ask(api.POST("/api/enterprises/{city}/{id}/self-checks", { params: { path: { city, id } }, body: { task: own.task, period: own.period_from } })),
    onSuccess: (own) => {
      void queries.invalidateQueries({ queryKey: ["self-checks"] });
      void navigate(`/self-checks/${own.check.city}/${own.check.id}`);
    },
  });
  if (due.isError) return <Alert type="error" showIcon title={sentence(due.error)} />;
  if (!due.data) return null;
  return (
    <section className="panel">
      <h2>自查</h2>
      {due.data.length === 0 && <p className="muted" style={{ margin: 0 }}>没有要做的自查。主管部门布置后在这里显示。</p>}
      {due.data.map((own) => (
        <div key={own.task + own.period_from} className="self-check-due">
          <div>
            <b>{own.name}</b>　{own.period}
            <div className="muted">
              {own.period_to} 前提交
              {own.late && own.state !== "done" && <span className="down">　已逾期，请补做</span>}
              {own.reminded && own.state !== "done" && <span className="down">　主管部门已催办</span>}
            </div>
          </div>
          {own.check ? (
            <>
              {own.state === "done" && <Tag color="green">已提交</Tag>}
              <Link to={`/self-checks/${own.city}/${own.check}`}><Button type={own.state === "done" ? "default" : "primary"}>{own.state === "done" ? "查看" : "继续填写"}</Button></Link>
            </>
          ) : (
            may("create_self_check") && <Button type="primary" loading={begin.isPending} onClick={() => begin.mutate(own)}>开始自查</Button>
          )}
        </div>
      ))}
      {begin.isError && <Alert type="error" showIcon title={sentence(begin.error)} />}
    </section>
  );
}
