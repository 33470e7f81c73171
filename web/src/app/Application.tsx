import { useQuery } from "@tanstack/react-query";
import { Button, Layout, Result, Spin } from "antd";
import { type ReactNode, Suspense, lazy, useState } from "react";
import { BrowserRouter, Link, Navigate, Route, Routes, useLocation } from "react-router";

import { ApiError, REACH, api, ask } from "../api/client";
import { ChangePassword } from "../areas/session/ChangePassword";
import { SetUp } from "../areas/session/SetUp";
import { SignIn } from "../areas/session/SignIn";
import { SignOnReturn } from "../areas/session/SignOn";
import { EnrolTotp } from "../areas/session/Totp";
import { Shell } from "./Shell";
import { type Session, SessionContext, useSessionQuery } from "./session";

const CheckPrint = lazy(() => import("../areas/archive/CheckPrint"));
const Inbox = lazy(() => import("../areas/inbox/Inbox"));
const Waiting = lazy(() => import("../areas/inbox/Waiting"));
const Indicators = lazy(() => import("../areas/indicator/Indicators"));
const Overview = lazy(() => import("../areas/overview/Overview"));
const EnterpriseList = lazy(() => import("../areas/enterprise/EnterpriseList"));
const EnterprisePage = lazy(() => import("../areas/enterprise/EnterprisePage"));
const Proposals = lazy(() => import("../areas/enterprise/Proposals"));
const Handovers = lazy(() => import("../areas/enterprise/Handovers"));
const Duplicates = lazy(() => import("../areas/enterprise/Duplicates"));
const Clusters = lazy(() => import("../areas/enterprise/Clusters"));
const NewEnterprise = lazy(() => import("../areas/enterprise/NewEnterprise"));
const ArchiveList = lazy(() => import("../areas/archive/ArchiveList"));
const Expiries = lazy(() => import("../areas/archive/Expiries"));
const CaseList = lazy(() => import("../areas/cases/CaseList"));
const DangerList = lazy(() => import("../areas/danger/DangerList"));
const DangerForm = lazy(() => import("../areas/danger/DangerForm"));
const DangerPage = lazy(() => import("../areas/danger/DangerPage"));
const DangerFigures = lazy(() => import("../areas/danger/DangerFigures"));
const DangerNotices = lazy(() => import("../areas/danger/DangerNotices"));
const DangerNoticePage = lazy(() => import("../areas/danger/DangerNoticePage"));
const DangerQuarter = lazy(() => import("../areas/danger/DangerQuarter"));
const DangerReturns = lazy(() => import("../areas/danger/DangerReturns"));
const HazardList = lazy(() => import("../areas/hazard/HazardList"));
const HazardForm = lazy(() => import("../areas/hazard/HazardForm"));
const HazardPage = lazy(() => import("../areas/hazard/HazardPage"));
const HazardFiling = lazy(() => import("../areas/hazard/HazardFiling"));
const VisitList = lazy(() => import("../areas/inspection/VisitList"));
const VisitForm = lazy(() => import("../areas/inspection/VisitForm"));
const VisitPage = lazy(() => import("../areas/inspection/VisitPage"));
const DocumentList = lazy(() => import("../areas/inspection/DocumentList"));
const DocumentPage = lazy(() => import("../areas/inspection/DocumentPage"));
const ServedList = lazy(() => import("../areas/inspection/ServedList"));
const ServedPage = lazy(() => import("../areas/inspection/ServedPage"));
const PlanList = lazy(() => import("../areas/plan/PlanList"));
const PlanForm = lazy(() => import("../areas/plan/PlanForm"));
const PlanPage = lazy(() => import("../areas/plan/PlanPage"));
const TargetList = lazy(() => import("../areas/plan/TargetList"));
const DrawPage = lazy(() => import("../areas/plan/DrawPage"));
const Cards = lazy(() => import("../areas/inspection/Cards"));
const Monitoring = lazy(() => import("../areas/monitoring/Monitoring"));
const MonitorPoint = lazy(() => import("../areas/monitoring/PointPage"));
const MonitorPointForm = lazy(() => import("../areas/monitoring/PointForm"));
const AlarmList = lazy(() => import("../areas/monitoring/AlarmList"));
const AlarmPage = lazy(() => import("../areas/monitoring/AlarmPage"));
const SelfCheckTasks = lazy(() => import("../areas/selfcheck/TaskList"));
const SelfCheckTask = lazy(() => import("../areas/selfcheck/TaskPage"));
const SelfChecks = lazy(() => import("../areas/selfcheck/CheckList"));
const SelfCheck = lazy(() => import("../areas/selfcheck/CheckPage"));
const PenaltyList = lazy(() => import("../areas/penalty/PenaltyList"));
const PenaltyForm = lazy(() => import("../areas/penalty/PenaltyForm"));
const PenaltyPage = lazy(() => import("../areas/penalty/PenaltyPage"));
const Imports = lazy(() => import("../areas/imports/Imports"));
const ImportBook = lazy(() => import("../areas/archive/ImportBook"));
const ImportBookPage = lazy(() => import("../areas/archive/ImportBookPage"));
const ImportPage = lazy(() => import("../areas/imports/ImportPage"));
const Accounts = lazy(() => import("../areas/account/Accounts"));
const Security = lazy(() => import("../areas/account/Security"));
const Trail = lazy(() => import("../areas/audit/Trail"));
const Calculator = lazy(() => import("../areas/law/Calculator"));
const RulePage = lazy(() => import("../areas/law/RulePage"));
const LawTables = lazy(() => import("../areas/law/LawTables"));
const LawTablePage = lazy(() => import("../areas/law/LawTablePage"));
const Agencies = lazy(() => import("../areas/region/Agencies"));
const Regions = lazy(() => import("../areas/region/Regions"));
const FieldPage = lazy(() => import("../areas/field/FieldPage"));
const FieldOffline = lazy(() => import("../areas/field/FieldOffline"));
const Jobs = lazy(() => import("../areas/job/Jobs"));
const ApiDocs = lazy(() => import("../areas/api/ApiDocs"));

function waiting() {
  return (
    <div className="centre">
      <Spin size="large" />
    </div>
  );
}

/** The law and the description of the interface hold no data of anybody: their pages are open without signing in too. */
function openRoutes(frame: (page: ReactNode) => ReactNode) {
  return (
    <>
      <Route path="/calculator" element={frame(<Calculator />)} />
      <Route path="/calculator/:name" element={frame(<RulePage />)} />
      <Route path="/law" element={frame(<LawTables />)} />
      <Route path="/law/:name" element={frame(<LawTablePage />)} />
      <Route path="/api-docs" element={frame(<ApiDocs />)} />
      <Route path="/check" element={frame(<CheckPrint />)} />
      <Route path="/check/:code" element={frame(<CheckPrint />)} />
    </>
  );
}

function Public({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  return (
    <Layout className="shell">
      <Layout.Header className="head">
        <Link to="/calculator" className="brand brand-whole">
          <img src="/mark.svg" alt="" width={26} height={26} />
          <span>安监</span>
        </Link>
        <span className="head-place">{pathname === "/api-docs" ? "接口文档" : pathname.startsWith("/check") ? "文件核验" : "法规计算器"}</span>
        <span style={{ flex: 1 }} />
        <Link to="/" className="head-link">登录</Link>
      </Layout.Header>
      <Layout.Content className="content">
        <Suspense fallback={waiting()}>{children}</Suspense>
      </Layout.Content>
    </Layout>
  );
}

/** Where a person begins: by what they may do. */
function home(session: Session): string {
  const may = (operation: string) => session.powers.includes(operation);
  if (session.enterprise) return `/enterprises/${session.enterprise.city}/${session.enterprise.id}`;
  if (may("verify_records")) return "/inbox";
  if (may("find_overview")) return "/overview";
  if (may("list_enterprises")) return "/enterprises";
  if (may("list_accounts")) return "/accounts";
  if (may("list_audit")) return "/audit";
  if (may("list_region_changes")) return "/regions";
  return "/security";
}

export function Application() {
  const setup = useQuery({ queryKey: ["setup"], queryFn: () => ask(api.GET("/api/setup", { signal: AbortSignal.timeout(REACH) })), staleTime: Infinity, retry: false });
  const session = useSessionQuery();
  const [returning, setReturning] = useState(window.location.pathname === "/sign-on");
  if (setup.isPending || session.isPending) return waiting();
  const cut = [setup.error, session.error].some((error) => error instanceof ApiError && error.status === 0);
  if (cut && window.location.pathname.startsWith("/field")) {
    return <Suspense fallback={waiting()}><FieldOffline onRetry={() => { void setup.refetch(); void session.refetch(); }} /></Suspense>;
  }
  if (setup.isError) {
    return (
      <Result status="warning" title="连不上服务器" subTitle={setup.error.message} extra={[<Button key="again" type="primary" onClick={() => void setup.refetch()}>重试</Button>, <Button key="field" href="/field">不联网，继续外勤</Button>]} />
    );
  }
  if (setup.data.needed) return <SetUp />;
  if (returning) {
    return <SignOnReturn onDone={() => { window.history.replaceState(null, "", session.data ? "/security" : "/"); setReturning(false); }} />;
  }
  if (!session.data) {
    const error = session.error;
    if (error instanceof ApiError && error.status !== 401) {
      return <Result status="warning" title="暂时无法使用" subTitle={error.message} extra={<Button onClick={() => void session.refetch()}>重试</Button>} />;
    }
    return (
      <BrowserRouter>
        <Routes>
          {openRoutes((page) => <Public>{page}</Public>)}
          <Route path="*" element={<SignIn />} />
        </Routes>
      </BrowserRouter>
    );
  }
  if (session.data.account.must_change_password) return <ChangePassword forced />;
  if (session.data.account.totp_required && !session.data.account.totp) return <EnrolTotp name={session.data.account.name} />;
  return (
    <SessionContext.Provider value={session.data}>
      <BrowserRouter>
        <Shell>
          <Suspense fallback={waiting()}>
            <Routes>
              <Route path="/" element={<Navigate to={home(session.data)} replace />} />
              <Route path="/inbox" element={<Inbox />} />
              <Route path="/waiting" element={<Waiting />} />
              <Route path="/overview" element={<Overview />} />
              <Route path="/indicators" element={<Indicators />} />
              <Route path="/enterprises" element={<EnterpriseList key="all" />} />
              <Route path="/unassigned" element={<EnterpriseList key="unassigned" queue />} />
              <Route path="/proposals" element={<Proposals />} />
              <Route path="/handovers" element={<Handovers />} />
              <Route path="/duplicates" element={<Duplicates />} />
              <Route path="/clusters" element={<Clusters />} />
              <Route path="/enterprises/new" element={<NewEnterprise />} />
              <Route path="/enterprises/:city/:id" element={<EnterprisePage />} />
              <Route path="/archives" element={<ArchiveList />} />
              <Route path="/expiries" element={<Expiries />} />
              <Route path="/cases" element={<CaseList />} />
              <Route path="/dangers" element={<DangerList />} />
              <Route path="/dangers/new" element={<DangerForm />} />
              <Route path="/dangers/:city/:id" element={<DangerPage />} />
              <Route path="/danger-figures" element={<DangerFigures />} />
              <Route path="/danger-notices" element={<DangerNotices />} />
              <Route path="/danger-notices/:city/:id" element={<DangerNoticePage />} />
              <Route path="/danger-quarter" element={<DangerQuarter />} />
              <Route path="/danger-returns" element={<DangerReturns />} />
              <Route path="/hazards" element={<HazardList />} />
              <Route path="/hazards/new" element={<HazardForm />} />
              <Route path="/hazards/:city/:id" element={<HazardPage />} />
              <Route path="/hazard-filings/:city/:id" element={<HazardFiling />} />
              <Route path="/visits" element={<VisitList />} />
              <Route path="/visits/new" element={<VisitForm />} />
              <Route path="/visits/:city/:id" element={<VisitPage />} />
              <Route path="/enforcement-documents" element={<DocumentList />} />
              <Route path="/enforcement-documents/:city/:id" element={<DocumentPage />} />
              <Route path="/inspection-plans" element={<PlanList />} />
              <Route path="/inspection-plans/new" element={<PlanForm />} />
              <Route path="/inspection-plans/:city/:id" element={<PlanPage />} />
              <Route path="/inspection-plans/:city/:id/edit" element={<PlanForm />} />
              <Route path="/inspection-targets" element={<TargetList />} />
              <Route path="/inspection-draws/:city/:id" element={<DrawPage />} />
              <Route path="/officer-cards" element={<Cards />} />
              <Route path="/monitoring" element={<Monitoring />} />
              <Route path="/monitoring/new" element={<MonitorPointForm />} />
              <Route path="/monitoring/points/:city/:id" element={<MonitorPoint />} />
              <Route path="/monitoring/alarms" element={<AlarmList />} />
              <Route path="/monitoring/alarms/:city/:id" element={<AlarmPage />} />
              <Route path="/self-check-tasks" element={<SelfCheckTasks />} />
              <Route path="/self-check-tasks/:city/:id" element={<SelfCheckTask />} />
              <Route path="/self-checks" element={<SelfChecks />} />
              <Route path="/self-checks/:city/:id" element={<SelfCheck />} />
              <Route path="/served-documents" element={<ServedList />} />
              <Route path="/served-documents/:city/:id" element={<ServedPage />} />
              <Route path="/penalties" element={<PenaltyList />} />
              <Route path="/penalties/new" element={<PenaltyForm />} />
              <Route path="/penalties/:city/:id" element={<PenaltyPage />} />
              <Route path="/imports" element={<Imports />} />
              <Route path="/imports/:city/:id" element={<ImportPage />} />
              <Route path="/archive-imports" element={<ImportBook />} />
              <Route path="/archive-imports/:city/:id" element={<ImportBookPage />} />
              <Route path="/accounts" element={<Accounts />} />
              <Route path="/regions" element={<Regions />} />
              <Route path="/agencies" element={<Agencies />} />
              <Route path="/security" element={<Security />} />
              <Route path="/audit" element={<Trail />} />
              <Route path="/field" element={<FieldPage />} />
              <Route path="/jobs" element={<Jobs />} />
              {openRoutes((page) => page)}
              <Route path="*" element={<Result status="404" title="没有这个页面" subTitle="网址可能已经变动，请从左侧菜单进入。" />} />
            </Routes>
          </Suspense>
        </Shell>
      </BrowserRouter>
    </SessionContext.Provider>
  );
}
