import { DeleteOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Dropdown, Input, Modal } from "antd";
import { useState } from "react";

import { api, ask } from "../../api/client";
import type { Filters } from "../../parts/filters";
import { sentence } from "../../parts/problem";
import { asQuery } from "./use";

const KEY = ["views", "enterprises"];

/** Views of the list: filters, order and columns under a name, for oneself or the office. */
export function SavedViews(props: { query: Filters; columns: string[]; onOpen: (query: Filters, columns: string[]) => void }) {
  const { query, columns, onOpen } = props;
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const views = useQuery({ queryKey: KEY, queryFn: () => ask(api.GET("/api/views", { params: { query: { page: "enterprises" } } })) });
  const save = useMutation({
    mutationFn: () => ask(api.POST("/api/views", { body: { page: "enterprises", name, query: asQuery(query), columns, shared } })),
    onSuccess: () => {
      setNaming(false);
      setName("");
      void message.success("视图已保存。");
      void queries.invalidateQueries({ queryKey: KEY });
    },
    onError: (error) => void message.error(sentence(error)),
  });
  const remove = useMutation({
    mutationFn: (id: string) => ask(api.DELETE("/api/views/{id}", { params: { path: { id } } })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: KEY }),
    onError: (error) => void message.error(sentence(error)),
  });
  const items = (views.data ?? []).map((view) => ({
    key: view.id,
    label: (
      <span style={{ display: "flex", justifyContent: "space-between", gap: 16 }}>
        <span>
          {view.name}
          {view.shared && <span className="muted">（共享）</span>}
        </span>
        {view.own && (
          <Button
            type="text"
            size="small"
            aria-label={`删除视图 ${view.name}`}
            icon={<DeleteOutlined />}
            onClick={(event) => {
              event.stopPropagation();
              remove.mutate(view.id);
            }}
          />
        )}
      </span>
    ),
    onClick: () => onOpen(view.query as unknown as Filters, view.columns),
  }));
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            ...items,
            ...(items.length > 0 ? [{ type: "divider" as const }] : []),
            { key: "save", label: "将当前筛选保存为视图…", onClick: () => setNaming(true) },
          ],
        }}
      >
        <Button>视图</Button>
      </Dropdown>
      <Modal open={naming} title="保存视图" okText="保存" cancelText="取消" onCancel={() => setNaming(false)} onOk={() => save.mutate()} okButtonProps={{ disabled: name.trim() === "", loading: save.isPending }}>
        <Input aria-label="视图名称" autoFocus value={name} maxLength={40} placeholder="如：未核实的危化企业" onChange={(event) => setName(event.target.value)} onPressEnter={() => name.trim() && save.mutate()} />
        <Checkbox checked={shared} onChange={(event) => setShared(event.target.checked)} style={{ marginTop: 12 }}>
          本辖区及下级的同事也能使用
        </Checkbox>
      </Modal>
    </>
  );
}
