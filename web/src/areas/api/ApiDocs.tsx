import { useQuery } from "@tanstack/react-query";
import { Input, Result, Spin, Tag } from "antd";
import { type ReactNode, useState } from "react";
import { useSearchParams } from "react-router";

import { ApiError } from "../../api/client";
import { type Content, type Node, type Operation, type Parameter, fields, meaning, operations, typeOf } from "./document";

const COLOURS: Record<string, string> = { GET: "blue", POST: "green", PUT: "orange", PATCH: "orange", DELETE: "red" };
const WHERE: Record<string, string> = { query: "网址参数", path: "路径", header: "请求头", cookie: "Cookie" };
const STATUS: Record<string, string> = { 200: "成功", 201: "已建立", 202: "已受理，后台办理", 204: "成功", 401: "没有登录", 403: "没有权限", 404: "没有找到，或不在辖区内", 409: "与现有数据冲突", 413: "文件太大", 422: "填写有误", 429: "尝试太多", 503: "暂时无法办理" };
const TAGS: Record<string, string> = {
  session: "登录与本人账号",
  accounts: "账号与授权",
  engagements: "中介机构委托",
  audit: "操作记录",
  jobs: "任务",
  regions: "行政区划",
  agencies: "监管机构",
  enterprises: "企业",
  proposals: "企业申报",
  handovers: "企业移交",
  mergers: "重复档案",
  clusters: "市场园区",
  imports: "导入",
  exports: "导出",
  views: "常用筛选",
  places: "地名与归属",
  overview: "概览",
  search: "搜索",
  law: "法规计算与规则表",
};

async function read(): Promise<Node> {
  const answer = await fetch("/api/openapi.json").catch(() => null);
  if (!answer?.ok) throw new ApiError(answer?.status ?? 0, null);
  return (await answer.json()) as Node;
}

/** A part that is made when it is opened. */
function Folded({ head, className, children }: { head: ReactNode; className?: string; children: () => ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details className={className} open={open} onToggle={(event) => { event.stopPropagation(); setOpen(event.currentTarget.open); }}>
      <summary>{head}</summary>
      {open && children()}
    </details>
  );
}

function Place({ name, required, type, children }: { name: string; required: boolean; type: string; children: ReactNode }) {
  return (
    <li>
      <code>{name}</code>
      {required && <span className="api-required">必填</span>}
      <span className="muted"> {type}</span>
      {children}
    </li>
  );
}

function Fields({ document, schema }: { document: Node; schema: Node }) {
  return (
    <ul className="api-fields">
      {fields(document, schema).map((field, at) => {
        const words = meaning(document, field.schema);
        return (
          <Place key={`${at}-${field.name}`} name={field.name} required={field.required} type={typeOf(document, field.schema)}>
            {words && <div>{words}</div>}
            {fields(document, field.schema).length > 0 && <Folded head="展开其中的字段">{() => <Fields document={document} schema={field.schema} />}</Folded>}
          </Place>
        );
      })}
    </ul>
  );
}

function Whole({ document, content }: { document: Node; content: Content }) {
  if (!content.schema) return content.kind ? <div className="muted">{content.kind}</div> : <div className="muted">没有内容</div>;
  return (
    <>
      <div className="muted">{content.kind} · {typeOf(document, content.schema)}</div>
      <Fields document={document} schema={content.schema} />
    </>
  );
}

function Parameters({ document, parameters }: { document: Node; parameters: Parameter[] }) {
  return (
    <ul className="api-fields">
      {parameters.map((one) => (
        <Place key={`${one.where} ${one.name}`} name={one.name} required={one.required} type={`${WHERE[one.where] ?? one.where} · ${typeOf(document, one.schema)}`}>
          {one.description && <div>{one.description}</div>}
        </Place>
      ))}
    </ul>
  );
}

function Details({ document, operation }: { document: Node; operation: Operation }) {
  return (
    <div className="api-details">
      <h3>参数</h3>
      {operation.parameters.length > 0 ? <Parameters document={document} parameters={operation.parameters} /> : <div className="muted">没有参数</div>}
      {operation.body && <><h3>请求内容</h3><Whole document={document} content={operation.body} /></>}
      <h3>返回结果</h3>
      {operation.responses.map(({ status, description, content }) => (
        <Folded key={status} head={<><Tag color={status < "300" ? "green" : "default"}>{status}</Tag>{STATUS[status] ?? (status < "300" ? "成功" : "未办成")}{description && ` · ${description}`}</>}>
          {() => <Whole document={document} content={content} />}
        </Folded>
      ))}
    </div>
  );
}

/** The interface for programs, operation by operation; drawn from the document that the server gives of itself. */
export default function ApiDocs() {
  const [parameters, setParameters] = useSearchParams();
  const q = parameters.get("q") ?? "";
  const document = useQuery({ queryKey: ["openapi"], queryFn: read, staleTime: Infinity, retry: false });
  if (document.isError) return <Result status="warning" title="接口文档没有取到" subTitle={document.error.message} />;
  if (document.isPending) return <div className="centre"><Spin size="large" /></div>;
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = operations(document.data).filter((one) => {
    const said = `${one.method} ${one.path} ${one.id} ${one.summary} ${one.tag} ${TAGS[one.tag] ?? ""}`.toLowerCase();
    return words.every((word) => said.includes(word));
  });
  const tags = [...new Set(shown.map((one) => one.tag))];
  return (
    <>
      <div className="page-head">
        <h1>接口文档</h1>
        <span className="muted">供其他系统对接使用；程序以“账号安全”中生成的访问令牌调用</span>
        <span className="grow" />
        <a href="/api/openapi.json" download="openapi.json">下载 openapi.json</a>
      </div>
      <div className="bar">
        <Input.Search aria-label="查找接口" placeholder="路径、名称或类别，如 enterprises、导入" allowClear value={q} style={{ maxWidth: 420 }} onChange={(event) => setParameters(event.target.value ? { q: event.target.value } : {}, { replace: true })} />
        <span className="muted">共 {shown.length} 个接口</span>
      </div>
      {shown.length === 0 && <div className="panel muted">没有符合的接口，请换一个词。</div>}
      {tags.map((tag) => (
        <section key={tag} className="panel">
          <h2>{TAGS[tag] ?? tag}</h2>
          {shown.filter((one) => one.tag === tag).map((one) => (
            <Folded
              key={`${one.method} ${one.path}`}
              className="api-operation"
              head={<><Tag color={COLOURS[one.method]}>{one.method}</Tag><code>{one.path}</code><span className="muted">{one.summary}</span></>}
            >
              {() => <Details document={document.data} operation={one} />}
            </Folded>
          ))}
        </section>
      ))}
    </>
  );
}
