import { Alert, Button, Progress, Skeleton, Space, Tag } from "antd";
import { useState } from "react";

import { sentence } from "../../parts/problem";
import { type Place, useScores } from "./use";
import { ARCHIVE_STATES, type Completeness, VERIFICATION, scoreSentence } from "./words";

/** How complete the archive is, in one sentence, and what made it so. */
export function ScorePanel({ place, score, past }: { place: Place; score: Completeness; past: boolean }) {
  const [open, setOpen] = useState(false);
  const [word, colour] = ARCHIVE_STATES[score.state] ?? [score.state, "default"];
  const [vouched, vouchedColour] = VERIFICATION[score.verification] ?? [score.verification, "default"];
  return (
    <div className="panel">
      <div className="score">
        <Progress type="circle" size={76} percent={score.score} format={(percent) => `${percent ?? 0}%`} strokeColor={score.expired > 0 ? "#c0392b" : score.missing > 0 ? "#c98a14" : "#2e8b57"} />
        <div style={{ minWidth: 0 }}>
          <Space wrap size={4}>
            <b>完整度 {score.score}%</b>
            <Tag color={colour}>{word}</Tag>
            <Tag color={vouchedColour}>{vouched}</Tag>
          </Space>
          <div>{scoreSentence(score)}</div>
          <div className="muted">
            已核实 {score.verified} 栏
            {score.unclear > 0 && `；另有 ${score.unclear} 栏要先回答风险特征才知道是否必须`}
            {score.papers_expired > 0 && `；${score.papers_expired} 份已过期`}
            {score.papers_expiring > 0 && `；${score.papers_expiring} 份 60 天内到期`}
          </div>
          {past && (
            <Button type="link" size="small" style={{ padding: 0 }} className="no-print" aria-expanded={open} onClick={() => setOpen(!open)}>
              完整度的变化
            </Button>
          )}
        </div>
      </div>
      {open && <Scores place={place} />}
    </div>
  );
}

/** The changes of the score, each with its reason, the latest first. */
function Scores({ place }: { place: Place }) {
  const [whole, setWhole] = useState(false);
  const scores = useScores(place, true);
  if (scores.isPending) return <Skeleton active />;
  if (scores.isError) return <Alert type="error" showIcon title={sentence(scores.error)} />;
  if (scores.data.length === 0) return <p className="muted" style={{ margin: "8px 0 0" }}>还没有变化。填写第一栏以后，这里会列出每一次变化和原因。</p>;
  const shown = whole ? scores.data : scores.data.slice(0, 10);
  return (
    <>
      <ul className="bars score-days" aria-label="完整度的变化">
        {shown.map((day, at) => {
          const key = scores.data.length - at;
          const before = scores.data[at + 1];
          const step = before ? day.score - before.score : 0;
          return (
            <li key={key}>
              <span className="number">{day.day}</span>
              <span className="bars-track"><span className="bars-bar" style={{ width: `${day.score}%` }} /></span>
              <span className="number">
                {day.score}% {step !== 0 && <span className={step > 0 ? "up" : "down"}>{step > 0 ? `+${step}` : step}</span>}
              </span>
              <span className="score-why">
                {day.why}
                <span className="muted">　必须 {day.required}，已有 {day.present}{day.expired > 0 && `，过期 ${day.expired}`}</span>
              </span>
            </li>
          );
        })}
      </ul>
      {shown.length < scores.data.length && <Button size="small" onClick={() => setWhole(true)}>全部 {scores.data.length} 次</Button>}
    </>
  );
}
