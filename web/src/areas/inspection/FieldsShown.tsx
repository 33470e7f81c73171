import { Link } from "react-router";

import type { Schemas } from "../../api/client";

/** What a document says, and the dangers it is about. */
export function FieldsShown({ city, fields, dangers }: { city: string; fields: Schemas["DocumentField"][]; dangers: { serial: number; danger: string }[] }) {
  return (
    <section className="panel">
      <h2>文书内容</h2>
      <dl className="document-fields">
        {fields.filter((field) => !field.by_hand).map((field) => (
          <div key={field.label}>
            <dt>{field.label}</dt>
            <dd>{field.value}</dd>
          </div>
        ))}
      </dl>
      {dangers.length > 0 && (
        <p className="no-print" style={{ margin: 0 }}>
          对应的隐患：{dangers.map((own) => <span key={own.danger}>　<Link to={`/dangers/${city}/${own.danger}`}>第 {own.serial} 项</Link></span>)}
        </p>
      )}
    </section>
  );
}
