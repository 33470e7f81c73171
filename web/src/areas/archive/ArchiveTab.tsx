/** The safety archive of an enterprise (一企一档): its score, its sections, and the section that is open. The address says which one is. */
import { Alert, Button, Drawer, Empty, Grid, Skeleton, Switch } from "antd";
import { useSearchParams } from "react-router";

import type { Row } from "../../api/client";
import { sentence } from "../../parts/problem";
import { ScorePanel } from "./ScorePanel";
import { type Mend, SectionList } from "./SectionList";
import { SectionHead, SectionView } from "./SectionView";
import { ZipButton } from "./ZipButton";
import { type Can, type Place, useArchive, useSections } from "./use";
import { BASIC, type Item, PROFILE, chapters, needsVerifying, needsWork } from "./words";

interface Props {
  enterprise: Row;
  asOf: string | undefined;
  can: Can;
  /** Opens the register's own form; none where the person may not change it. */
  onBasic: (() => void) | null;
}

export default function ArchiveTab({ enterprise, asOf, can, onBasic }: Props) {
  const [params, setParams] = useSearchParams();
  const wide = Grid.useBreakpoint().lg ?? true;
  const place: Place = { city: enterprise.city, id: enterprise.id, asOf };
  const sections = useSections();
  const archive = useArchive(place);
  if (archive.isError || sections.isError) {
    const retry = () => { void archive.refetch(); void sections.refetch(); };
    return <Alert type="error" showIcon title={sentence(archive.error ?? sections.error)} action={<Button size="small" onClick={retry}>重试</Button>} />;
  }
  if (archive.isPending || sections.isPending) return <div className="panel"><Skeleton active /></div>;
  const score = archive.data.completeness;
  const todo = params.get("todo") === "1";
  const waits = (own: Item) => needsWork(own) || (can("verify_records") && needsVerifying(own));
  const waiting = score.items.filter(waits);
  // the section that is open stays in the list when nothing is left to be done in it
  const asked = params.get("section");
  const listed = todo ? score.items.filter((item) => waits(item) || item.section === asked) : score.items;
  const chosen = asked ?? (wide ? (listed[0]?.section ?? null) : null);
  const item = score.items.find((own) => own.section === chosen);
  const section = sections.data.find((own) => own.code === chosen);
  const go = (changes: Record<string, string | null>, replace = false) => {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) next.delete(name);
      else next.set(name, value);
    }
    setParams(next, { replace });
  };
  const choose = (code: string | null, fill = false) => go({ section: code, record: null, fill: fill ? "1" : null });
  const answered = score.items.some((own) => own.section === PROFILE && own.records > 0);
  const mend = (own: Item): Mend | null => {
    if (own.section === BASIC) {
      if (own.state !== "missing") return null;
      // its answers decide about other sections, too
      if (!answered && can("create_record")) return { label: "去回答风险特征", act: () => choose(PROFILE, true) };
      return onBasic ? { label: "去补填", act: onBasic } : null;
    }
    if (own.state === "unclear") return can("create_record") ? { label: "去回答风险特征", act: () => choose(PROFILE, !answered) } : null;
    if (own.returned > 0 && can("update_record")) return { label: "去修改", act: () => choose(own.section) };
    if (own.state === "missing" && can("create_record")) return { label: "去填写", act: () => choose(own.section, true) };
    if (own.state === "expired" || own.state === "expiring") return can("create_record") ? { label: "去换发", act: () => choose(own.section) } : null;
    return null;
  };
  const help = item ? mend(item) : null;
  const content = item && (
    <>
      {section ? (
        <SectionView
          key={section.code}
          place={place}
          section={section}
          item={item}
          can={can}
          open={params.get("record")}
          onOpen={(record) => go({ record, fill: null }, record === null)}
          filling={params.get("fill") === "1"}
          onFill={(filling) => go({ fill: filling ? "1" : null }, !filling)}
        />
      ) : (
        <>
          <SectionHead item={item} />
          <p>{item.section === BASIC ? "名称、证照、地址、人员等登记在“档案内容”里，这一栏看它是否填全。" : "这一栏在系统的其他部分登记，这里不用填写，也不计入完整度。"}</p>
        </>
      )}
      {item.section === BASIC && (
        <p>
          {help && <Button type="primary" onClick={help.act}>{help.label}</Button>}{" "}
          {onBasic && item.state === "missing" && help?.act !== onBasic && <Button onClick={onBasic}>补填其他内容</Button>}{" "}
          <Button onClick={() => go({ tab: "fields", section: null })}>看档案内容</Button>
        </p>
      )}
      {item.state === "unclear" && help && <Button type="primary" style={{ marginTop: 12 }} onClick={help.act}>{help.label}</Button>}
    </>
  );
  const list = listed.length === 0 ? <Empty description="没有要处理的栏目。" /> : <SectionList chapters={chapters(listed, sections.data)} chosen={chosen} wide={wide} onChoose={(code) => choose(code)} mend={mend} />;
  return (
    <>
      <ScorePanel place={place} score={score} past={!asOf && can("list_score_history")} />
      <div className="archive">
        <div className="panel archive-list">
          <div className="archive-tools no-print">
            <label>
              <Switch size="small" checked={todo} onChange={(on) => go({ todo: on ? "1" : null, ...(wide ? { section: null, record: null } : {}) }, true)} /> 只看要处理的（{waiting.length}）
            </label>
            {can("create_archive_zip") && <ZipButton city={place.city} id={place.id} />}
          </div>
          {list}
        </div>
        {wide && item && (
          <div className="panel" style={{ minWidth: 0 }}>
            <h2>{item.label}</h2>
            {content}
          </div>
        )}
      </div>
      {!wide && item && (
        <Drawer open title={item.label} size="100%" onClose={() => choose(null)}>
          {asOf && <Alert type="warning" showIcon style={{ marginBottom: 12 }} title="这是过去的档案，只能查看。" />}
          {content}
        </Drawer>
      )}
    </>
  );
}
