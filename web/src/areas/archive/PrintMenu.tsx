import { PrinterOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";

import type { Place } from "./use";

/** Takes the archive to print or to edit, as it stands or stood; that it was taken is on the trail. */
export function PrintMenu({ place }: { place: Place }) {
  const address = (format: string) => {
    const asOf = place.asOf ? `&as_of=${encodeURIComponent(place.asOf)}` : "";
    return `/api/enterprises/${place.city}/${place.id}/archive/print?format=${format}${asOf}`;
  };
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          { key: "pdf", label: <a href={address("pdf")} download>PDF（打印、存档）</a> },
          { key: "docx", label: <a href={address("docx")} download>Word（可以修改）</a> },
        ],
      }}
    >
      <Button className="no-print" icon={<PrinterOutlined />}>
        打印档案
      </Button>
    </Dropdown>
  );
}
