import { PrinterOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";

import type { Place } from "./use";

/** Takes the archive to print or to edit, as it stands or stood, where it may be taken (that it was is on the trail); or prints what the page shows. */
export function PrintMenu({ place, archive }: { place: Place; archive: boolean }) {
  const address = (format: string) => {
    const asOf = place.asOf ? `&as_of=${encodeURIComponent(place.asOf)}` : "";
    return `/api/enterprises/${place.city}/${place.id}/archive/print?format=${format}${asOf}`;
  };
  const whole = [
    { key: "pdf", label: <a href={address("pdf")} download>整份档案 PDF（打印、存档）</a> },
    { key: "docx", label: <a href={address("docx")} download>整份档案 Word（可以修改）</a> },
  ];
  return (
    <Dropdown trigger={["click"]} menu={{ items: [...(archive ? whole : []), { key: "page", label: "本页内容", onClick: () => window.print() }] }}>
      <Button className="no-print" icon={<PrinterOutlined />}>打印</Button>
    </Dropdown>
  );
}
