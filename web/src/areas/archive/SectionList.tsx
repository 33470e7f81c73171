import { RightOutlined } from "@ant-design/icons";
import { Button, Tag } from "antd";

import { type Chapter, type Item, LEVELS, STATES } from "./words";

/** What mends a section, as a button says it. */
export interface Mend {
  label: string;
  act: () => void;
}

/** The sections by chapter; what a section waits for stands under it with the button that mends it. */
export function SectionList(props: { chapters: Chapter[]; chosen: string | null; wide: boolean; onChoose: (section: string) => void; mend: (item: Item) => Mend | null }) {
  const { chapters, chosen, wide, onChoose, mend } = props;
  return (
    <nav className="sections" aria-label="档案栏目">
      {chapters.map((chapter) => (
        <section key={chapter.label}>
          <h3>{chapter.label}</h3>
          {chapter.items.map((item) => {
            const [word, colour] = STATES[item.state];
            const help = wide ? null : mend(item);
            return (
              <div key={item.section} className={item.section === chosen ? "section-entry on" : "section-entry"}>
                <button type="button" aria-current={item.section === chosen} onClick={() => onChoose(item.section)}>
                  <span className="section-name">
                    {item.label}
                    {item.level === "recommended" && <span className="muted">（{LEVELS["recommended"]}）</span>}
                  </span>
                  <span className="section-marks">
                    {item.returned > 0 && <Tag color="red">退回 {item.returned}</Tag>}
                    {item.warnings > 0 && <Tag color="red">超量</Tag>}
                    {item.records > 0 && <span className="muted number" title={`已核实 ${item.verified} 条，共 ${item.records} 条`}>{item.verified}/{item.records}</span>}
                    {item.state !== "elsewhere" && <Tag color={colour}>{word}</Tag>}
                    {!wide && <RightOutlined style={{ fontSize: 11, color: "#9aa5b5" }} />}
                  </span>
                </button>
                {!wide && (item.advice || help) && item.state !== "optional" && (
                  <div className="section-advice">
                    <span className="muted">{item.advice}</span>
                    {help && <Button size="small" type="primary" ghost onClick={help.act}>{help.label}</Button>}
                  </div>
                )}
              </div>
            );
          })}
        </section>
      ))}
    </nav>
  );
}
