import { useQuery } from "@tanstack/react-query";
import { Button, Descriptions, Input, Result, Spin } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";

import { ApiError, api, ask } from "../../api/client";
import { instant } from "../../parts/format";
import { sentence } from "../../parts/problem";

/** Whoever holds a printed archive can see here whether it was printed by this system, and what it says it is. */
export default function CheckPrint() {
  const code = useParams()["code"] ?? "";
  const navigate = useNavigate();
  const [typed, setTyped] = useState(code);
  const known = useQuery({
    queryKey: ["check", code],
    queryFn: () => ask(api.GET("/api/checks/{code}", { params: { path: { code } } })),
    enabled: code !== "",
    retry: false,
  });
  const absent = known.error instanceof ApiError && known.error.status === 404;
  return (
    <div className="check">
      <div className="page-head">
        <h1>文件核验</h1>
      </div>
      <section className="panel">
        <Input.Search
          aria-label="核验码"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          placeholder="纸上的 16 位核验码"
          enterButton="核验"
          onSearch={(text) => {
            const own = text.replace(/\s/g, "");
            if (own) void navigate(`/check/${encodeURIComponent(own)}`);
          }}
        />
        {code !== "" && known.isPending && <Spin />}
        {known.isError && (
          <Result
            status={absent ? "warning" : "error"}
            title={absent ? "没有打印过这个核验码的文件" : "暂时无法核验"}
            subTitle={absent ? "请核对纸上的 16 位核验码。若确认无误，这份文件不是本系统打印的。" : sentence(known.error)}
            extra={absent ? null : <Button onClick={() => void known.refetch()}>重试</Button>}
          />
        )}
        {known.isSuccess && (
          <Result status="success" title="本系统打印过这份文件" subTitle="请核对下面各项与纸上是否一致。">
            <Descriptions
              bordered
              size="small"
              column={1}
              items={[
                { key: "title", label: "文件", children: known.data.title },
                { key: "issuer", label: "单位", children: known.data.issuer },
                { key: "as_of", label: "内容截至", children: instant(known.data.as_of ?? known.data.printed_at) },
                { key: "printed", label: "首次打印", children: instant(known.data.printed_at) },
                { key: "hash", label: "内容摘要", children: <code style={{ wordBreak: "break-all" }}>{known.data.hash}</code> },
              ]}
            />
          </Result>
        )}
      </section>
    </div>
  );
}
