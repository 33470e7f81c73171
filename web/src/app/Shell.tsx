import {
  AlertOutlined,
  ApartmentOutlined,
  AuditOutlined,
  BankOutlined,
  BarChartOutlined,
  CalculatorOutlined,
  CalendarOutlined,
  CheckSquareOutlined,
  CloudUploadOutlined,
  ClusterOutlined,
  DashboardOutlined,
  FileDoneOutlined,
  FireOutlined,
  FileExcelOutlined,
  FileTextOutlined,
  FolderOpenOutlined,
  FormOutlined,
  GlobalOutlined,
  IdcardOutlined,
  InboxOutlined,
  LineChartOutlined,
  MenuOutlined,
  MergeCellsOutlined,
  MobileOutlined,
  OrderedListOutlined,
  ProfileOutlined,
  RadarChartOutlined,
  ReadOutlined,
  SafetyOutlined,
  ScheduleOutlined,
  ShopOutlined,
  SolutionOutlined,
  SendOutlined,
  SwapOutlined,
  TableOutlined,
  TeamOutlined,
  UserOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Badge, Button, Drawer, Dropdown, Grid, Layout, Menu, type MenuProps } from "antd";
import { type ReactNode, useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";

import { api, ask } from "../api/client";
import { useIncoming } from "../areas/enterprise/incoming";
import { useInbox } from "../areas/inbox/use";
import { SearchBox } from "../parts/SearchBox";
import { sentence } from "../parts/problem";
import { Newer } from "./Newer";
import { useMay, useSession } from "./session";

interface Place {
  key: string;
  label: string;
  icon: ReactNode;
  needs?: string;
  /** Who may do this has a fuller place for it. */
  unless?: string;
  /** Heading of the menu; the first places stand under none. */
  group?: string;
}

const PLACES: Place[] = [
  { key: "/inbox", label: "待办", icon: <InboxOutlined />, needs: "list_records" },
  { key: "/overview", label: "概览", icon: <DashboardOutlined />, needs: "find_overview" },
  { key: "/indicators", label: "指标", icon: <LineChartOutlined />, needs: "list_indicators" },
  { key: "/cases", label: "事项", icon: <ProfileOutlined />, needs: "list_cases", group: "监管" },
  { key: "/dangers", label: "隐患", icon: <WarningOutlined />, needs: "list_dangers", group: "监管" },
  { key: "/inspection-plans", label: "检查计划", icon: <OrderedListOutlined />, needs: "list_inspection_plans", group: "监管" },
  { key: "/visits", label: "现场检查", icon: <SolutionOutlined />, needs: "list_visits", group: "监管" },
  { key: "/enforcement-documents", label: "文书台账", icon: <FileTextOutlined />, needs: "list_enforcement_documents", group: "监管" },
  { key: "/served-documents", label: "送达文书", icon: <FileTextOutlined />, needs: "list_served_documents", group: "监管" },
  { key: "/penalties", label: "行政处罚", icon: <AuditOutlined />, needs: "list_penalties", group: "监管" },
  { key: "/hazards", label: "重大危险源", icon: <FireOutlined />, needs: "list_hazard_sources", group: "监管" },
  { key: "/monitoring", label: "在线监测", icon: <RadarChartOutlined />, needs: "list_monitor_points", group: "监管" },
  { key: "/monitoring/alarms", label: "监测报警", icon: <AlertOutlined />, needs: "list_alarms", group: "监管" },
  { key: "/self-check-tasks", label: "企业自查", icon: <CheckSquareOutlined />, needs: "list_self_check_tasks", group: "监管" },
  { key: "/self-checks", label: "自查", icon: <CheckSquareOutlined />, needs: "list_self_checks", unless: "list_self_check_tasks", group: "监管" },
  { key: "/danger-returns", label: "隐患月报", icon: <FileDoneOutlined />, needs: "list_danger_returns", group: "监管" },
  { key: "/danger-notices", label: "隐患抄告", icon: <SendOutlined />, needs: "list_danger_notices", group: "监管" },
  { key: "/danger-figures", label: "隐患统计", icon: <BarChartOutlined />, needs: "list_danger_figures", group: "监管" },
  { key: "/danger-quarter", label: "隐患季报", icon: <TableOutlined />, needs: "find_danger_quarter", group: "监管" },
  { key: "/enterprises", label: "企业名单", icon: <BankOutlined />, needs: "list_enterprises", group: "企业" },
  { key: "/archives", label: "档案名单", icon: <FolderOpenOutlined />, needs: "list_archives", group: "企业" },
  { key: "/expiries", label: "到期提醒", icon: <CalendarOutlined />, needs: "list_expiries", group: "企业" },
  { key: "/unassigned", label: "待分配", icon: <ClusterOutlined />, needs: "assign_enterprises", group: "企业" },
  { key: "/proposals", label: "企业申报", icon: <FormOutlined />, needs: "decide_proposal", group: "企业" },
  { key: "/handovers", label: "企业移交", icon: <SwapOutlined />, needs: "list_handovers", group: "企业" },
  { key: "/duplicates", label: "重复档案", icon: <MergeCellsOutlined />, needs: "merge_enterprises", group: "企业" },
  { key: "/clusters", label: "市场园区", icon: <ShopOutlined />, needs: "list_clusters", group: "企业" },
  { key: "/imports", label: "导入名单", icon: <CloudUploadOutlined />, needs: "create_import", group: "企业" },
  { key: "/archive-imports", label: "批量填报", icon: <FileExcelOutlined />, needs: "create_archive_import", group: "企业" },
  { key: "/calculator", label: "法规计算器", icon: <CalculatorOutlined />, group: "法规" },
  { key: "/law", label: "规则表", icon: <ReadOutlined />, group: "法规" },
  { key: "/accounts", label: "账号与授权", icon: <TeamOutlined />, needs: "list_accounts", group: "系统管理" },
  { key: "/regions", label: "行政区划", icon: <GlobalOutlined />, group: "系统管理" },
  { key: "/agencies", label: "机构", icon: <ApartmentOutlined />, needs: "list_agencies", group: "系统管理" },
  { key: "/officer-cards", label: "执法证件", icon: <IdcardOutlined />, needs: "list_officer_cards", group: "系统管理" },
  { key: "/audit", label: "操作记录", icon: <AuditOutlined />, needs: "list_audit", group: "系统管理" },
  { key: "/field", label: "外勤", icon: <MobileOutlined />, needs: "create_field_device", group: "我的" },
  { key: "/jobs", label: "我的任务", icon: <ScheduleOutlined />, group: "我的" },
  { key: "/security", label: "账号安全", icon: <SafetyOutlined />, group: "我的" },
];

export function Shell({ children }: { children: ReactNode }) {
  const session = useSession();
  const may = useMay();
  const location = useLocation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [open, setOpen] = useState(false);
  const inbox = useInbox().data?.groups ?? [];
  const waiting: Record<string, number> = {
    "/handovers": useIncoming(may("decide_handover")),
    "/inbox": inbox.filter((group) => group.urgency === "overdue" || group.urgency === "soon").reduce((sum, group) => sum + group.number, 0),
  };
  const own: Place[] = session.enterprise
    ? [{ key: `/enterprises/${session.enterprise.city}/${session.enterprise.id}`, label: "本企业档案", icon: <BankOutlined /> }]
    : [];
  const places = [...own, ...PLACES.filter((place) => (!place.needs || may(place.needs)) && !(place.unless && may(place.unless)))];
  const chosen = [...places].sort((a, b) => b.key.length - a.key.length).find((place) => location.pathname.startsWith(place.key));
  const groups = [...new Set(places.map((place) => place.group ?? ""))];
  const item = ({ key, label, icon }: Place) => ({
    key,
    icon,
    label: (
      <Link to={key}>
        {label}
        {waiting[key] ? <Badge count={waiting[key]} size="small" offset={[8, -2]} /> : null}
      </Link>
    ),
  });
  const menu = (
    <Menu
      mode="inline"
      selectedKeys={chosen ? [chosen.key] : []}
      items={groups.flatMap((group): NonNullable<MenuProps["items"]> => {
        const items = places.filter((place) => (place.group ?? "") === group).map(item);
        return group === "" ? items : [{ type: "group", key: group, label: group, children: items }];
      })}
      onClick={() => setOpen(false)}
    />
  );
  const { message } = App.useApp();
  const act = useMutation({
    mutationFn: (onBehalf: string | null) => ask(api.PATCH("/api/session", { body: { on_behalf: onBehalf } })),
    // everything on screen was somebody else's
    onSuccess: () => window.location.assign("/"),
    onError: (error) => void message.error(sentence(error)),
  });
  const others = session.stands_in_for.filter((other) => other.id !== session.on_behalf?.id);
  const leave = async () => {
    await ask(api.DELETE("/api/session")).catch(() => null);
    queries.clear();
    window.location.assign(session.sign_out_url ?? "/");
  };
  return (
    <Layout className="shell">
      <Layout.Header className="head">
        {!wide && <Button type="text" aria-label="菜单" icon={<MenuOutlined />} className="head-button" onClick={() => setOpen(true)} />}
        <Link to="/" className="brand">
          <img src="/mark.svg" alt="" width={26} height={26} />
          <span>安监</span>
        </Link>
        {wide && <span className="head-place">{session.region.name}</span>}
        <div className="head-search">{may("search") && <SearchBox />}</div>
        <Dropdown
          trigger={["click"]}
          menu={{
            items: [
              { key: "who", disabled: true, label: session.grants.map((grant) => `${grant.region_name}${grant.role_label}`).join("、") || "没有授权" },
              { type: "divider" },
              ...(session.on_behalf ? [{ key: "self", label: `改回本人（${session.account.name}）`, onClick: () => act.mutate(null) }] : []),
              ...others.map((other) => ({ key: other.id, label: `代理${other.name}`, onClick: () => act.mutate(other.id) })),
              { key: "security", label: "账号安全", onClick: () => void navigate("/security") },
              { key: "api", label: "接口文档", onClick: () => void navigate("/api-docs") },
              { key: "leave", label: "退出登录", onClick: () => void leave() },
            ],
          }}
        >
          <Button type="text" className="head-button" icon={<UserOutlined />} aria-label="我的账号">
            {wide ? `${session.account.name}${session.on_behalf ? `（代${session.on_behalf.name}）` : ""}` : null}
          </Button>
        </Dropdown>
      </Layout.Header>
      <Layout>
        {wide ? (
          <Layout.Sider width={184} theme="light" className="side">
            {menu}
          </Layout.Sider>
        ) : (
          <Drawer open={open} onClose={() => setOpen(false)} placement="left" size={240} title={session.region.name} styles={{ body: { padding: 0 } }}>
            {menu}
          </Drawer>
        )}
        <Layout.Content className="content">
          <Newer />
          {session.on_behalf && (
            <Alert
              className="no-print"
              style={{ marginBottom: 12 }}
              type="warning"
              showIcon
              title={`您正在代理${session.on_behalf.name}办理，操作记录写明两个人。${session.on_behalf.valid_to} 起自动结束。`}
              action={<Button size="small" loading={act.isPending} onClick={() => act.mutate(null)}>改回本人</Button>}
            />
          )}
          {children}</Layout.Content>
      </Layout>
    </Layout>
  );
}
