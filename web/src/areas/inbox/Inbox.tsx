import { Alert, Button, Empty, Spin, Tag } from "antd";
import { Link } from "react-router";

import type { Schemas } from "../../api/client";
import { count } from "../../parts/format";
import { sentence } from "../../parts/problem";
import { useInbox } from "./use";

type Group = Schemas["InboxGroup"];

const URGENCY: Record<Group["urgency"], [string, string]> = {
  overdue: ["已逾期", "red"],
  soon: ["快到期", "orange"],
  waiting: ["待处理", "blue"],
  others: ["等别人", "default"],
};

/** What waits for the person, the most pressing first. */
export default function Inbox() {
  const inbox = useInbox();
  const groups = inbox.data?.groups ?? [];
  return (
    <>
      <div className="page-head">
        <h1>待办</h1>
        <Button onClick={() => void inbox.refetch()} loading={inbox.isFetching}>
          刷新
        </Button>
      </div>
      {inbox.isPending && <Spin />}
      {inbox.isError && <Alert type="error" showIcon title={sentence(inbox.error)} />}
      {inbox.isSuccess && groups.length === 0 && (
        <div className="panel">
          <Empty description="没有要办的事。企业填报、证照到期、移交和申报都会出现在这里。" />
        </div>
      )}
      <div className="inbox">
        {groups.map((group) => (
          <GroupPanel key={group.kind} group={group} />
        ))}
      </div>
    </>
  );
}

function GroupPanel({ group }: { group: Group }) {
  const [word, color] = URGENCY[group.urgency];
  return (
    <section className="panel inbox-group">
      <h2>
        <Tag color={color}>{word}</Tag>
        {group.label}
        <Link to={group.link} className="inbox-number" aria-label={`${group.label} ${group.number} 件`}>
          {count(group.number)}
          {group.more ? "+" : ""}
        </Link>
      </h2>
      {group.tasks.map((task) => (
        <Link key={task.link} to={task.link} className="inbox-task">
          <span>
            {task.title}
            <small>{task.subtitle}</small>
          </span>
          {task.due_on && <time dateTime={task.due_on}>{task.due_on}</time>}
        </Link>
      ))}
      <Link to={group.link} className="inbox-all">
        {group.tasks.length === 0 ? "去处理" : group.number > group.tasks.length ? `查看全部 ${count(group.number)}${group.more ? "+" : ""} 件` : "在名单中查看"}
      </Link>
    </section>
  );
}
