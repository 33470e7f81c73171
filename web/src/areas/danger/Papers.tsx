import { useQuery } from "@tanstack/react-query";
import { Alert, Button } from "antd";

import { type Schemas, api, ask } from "../../api/client";
import { useMay } from "../../app/session";
import { sentence } from "../../parts/problem";

/** The papers of a danger whose step was taken: to print, and to edit. */
export function Papers({ danger }: { danger: Schemas["DangerView"] }) {
  const may = useMay();
  const { city, id, version } = danger.case;
  const papers = useQuery({
    queryKey: ["danger", city, id, "papers", version],
    queryFn: () => ask(api.GET("/api/dangers/{city}/{id}/papers", { params: { path: { city, id } } })),
  });
  if (papers.isError) return <Alert type="warning" showIcon title={sentence(papers.error)} />;
  const items = papers.data ?? [];
  if (items.length === 0) return null;
  return (
    <section className="panel">
      <h2>文书</h2>
      {items.map((own) => {
        const address = `/api/dangers/${city}/${id}/papers/${own.key}`;
        return (
          <div key={own.key} className="notice-line">
            <b>{own.label}</b>
            <span className="muted">{own.on}</span>
            {may("print_danger_paper") && (
              <span className="paper-links no-print">
                <Button size="small" href={address} aria-label={`${own.label} PDF`}>PDF</Button>
                <Button size="small" href={`${address}?format=docx`} aria-label={`${own.label} Word`}>Word</Button>
              </span>
            )}
          </div>
        );
      })}
    </section>
  );
}
