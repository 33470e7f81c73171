import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input, InputNumber, Select, Space, Switch } from "antd";
import { useNavigate, useSearchParams } from "react-router";

import { ApiError, type Schemas, api, ask } from "../../api/client";
import { formProblems, sentence } from "../../parts/problem";
import { options } from "../cases/words";
import { pointLink } from "./Points";
import { KINDS } from "./words";
import "./monitoring.css";

type Point = Schemas["MonitorPoint"];
type Given = Schemas["MonitorPointGiven"];

type Numbers = "low_low" | "low" | "high" | "high_high" | "hysteresis" | "delay_s" | "interval_s" | "range_low" | "range_high";

/** A point to be entered for the enterprise in the address, or one whose limits change. */
export default function PointForm({ point, onClose }: { point?: Point; onClose?: () => void }) {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Given>();
  const kind = Form.useWatch("kind", form) ?? point?.kind ?? "temperature";
  const video = kind === "video";
  const save = useMutation({
    mutationFn: (given: Given) =>
      point
        ? ask(api.PUT("/api/monitoring/points/{city}/{id}", { params: { path: { city: point.city, id: point.id } }, body: { ...given, version: point.version } }))
        : ask(api.POST("/api/monitoring/points", { body: { ...given, city: params.get("city") ?? "", enterprise: params.get("enterprise") ?? "" } })),
    onSuccess: (saved) => {
      void message.success("已保存。");
      void queries.invalidateQueries({ queryKey: ["monitoring"] });
      if (onClose) onClose();
      else void navigate(pointLink(saved), { replace: true });
    },
    onError: (error) => {
      form.setFields(formProblems(error).map((own) => ({ name: own.name as keyof Given, errors: own.errors })));
      if (error instanceof ApiError && error.status === 409) void queries.invalidateQueries({ queryKey: ["monitoring"] });
    },
  });
  const number = (name: Numbers, label: string, extra?: string) => (
    <Form.Item name={name} label={label} {...(extra ? { extra } : {})}>
      <InputNumber style={{ width: "100%" }} {...(name.endsWith("_s") ? { precision: 0, min: 0 } : {})} />
    </Form.Item>
  );
  const send = (values: Given) => save.mutate({ ...values, ...(video ? { low_low: null, low: null, high: null, high_high: null } : {}) });
  return (
    <div className="panel monitor-form">
      <div className="page-head"><h1>{point ? `修改监测点 ${point.code}` : "登记监测点"}</h1></div>
      <Form<Given> form={form} layout="vertical" initialValues={point ? { ...point } : { kind: "temperature", in_use: true }} onFinish={send}>
        <div className="three">
          <Form.Item name="code" label="位号" rules={[{ required: true, message: "请填写位号。" }]} extra="网关上传数据时用的编号，如 TI-101"><Input maxLength={50} /></Form.Item>
          <Form.Item name="name" label="监测点名称" rules={[{ required: true, message: "请填写名称。" }]}><Input maxLength={50} placeholder="如：1号储罐温度" /></Form.Item>
          <Form.Item name="kind" label="监测项目" rules={[{ required: true, message: "请选择。" }]}><Select options={options(KINDS)} disabled={Boolean(point && point.state !== "new")} /></Form.Item>
          <Form.Item name="place" label="位置"><Input maxLength={100} placeholder="如：原料罐区" /></Form.Item>
          <Form.Item name="hazard_unit" label="重大危险源单元"><Input maxLength={100} /></Form.Item>
          {!video && <Form.Item name="unit" label="单位" extra="不填按监测项目取"><Input maxLength={20} disabled={Boolean(point && point.state !== "new")} /></Form.Item>}
        </div>
        {video ? (
          <Form.Item name="link" label="视频地址" rules={[{ required: true, message: "请填写视频地址。" }]}><Input maxLength={500} placeholder="https:// 或者 rtsp:// 开头" /></Form.Item>
        ) : (
          <>
            <p className="muted">报警限值按设计文件填写；可燃、有毒气体和风速不填时按国家标准取值。</p>
            <div className="four">
              {number("low_low", "低低限（二级）")}
              {number("low", "低限（一级）")}
              {number("high", "高限（一级）")}
              {number("high_high", "高高限（二级）")}
              {number("hysteresis", "回差", "恢复到限值以内这么多才算恢复")}
              {number("delay_s", "报警延时（秒）", "持续超限这么久才报警")}
              {number("interval_s", "上传间隔（秒）", "三个间隔没有数据算离线")}
              <Form.Item name="in_use" label="在用" valuePropName="checked"><Switch checkedChildren="在用" unCheckedChildren="停用" /></Form.Item>
              {number("range_low", "量程下限", "超出量程的数值不收")}
              {number("range_high", "量程上限")}
            </div>
            <Form.Item name="basis" label="限值依据"><Input maxLength={200} placeholder="如：某设计院 2024 年设计文件" /></Form.Item>
          </>
        )}
        {save.isError && <Alert style={{ marginBottom: 12 }} type="error" showIcon title={sentence(save.error)} />}
        <Space>
          <Button type="primary" htmlType="submit" loading={save.isPending}>保存</Button>
          <Button onClick={() => (onClose ? onClose() : void navigate(-1))}>取消</Button>
        </Space>
      </Form>
    </div>
  );
}
