import { useQuery } from "@tanstack/react-query";
import { Alert, Empty, Spin } from "antd";

import { api, ask } from "../../api/client";
import { sentence } from "../../parts/problem";
import { ProposalCard } from "./Proposals";
import type { Field } from "./use";

/** The proposals of one enterprise with what became of them. */
export function OwnProposals({ id, fields }: { id: string; fields: Field[] }) {
  const proposals = useQuery({
    queryKey: ["proposals", "of", id],
    queryFn: () => ask(api.GET("/api/proposals", { params: { query: { enterprise: id, limit: 50 } } })),
  });
  if (proposals.isPending) return <Spin />;
  if (proposals.isError) return <Alert type="error" showIcon title={sentence(proposals.error)} />;
  if (proposals.data.items.length === 0) return <Empty description="还没有申报过变更。" />;
  return (
    <>
      {proposals.data.items.map((proposal) => (
        <ProposalCard key={proposal.id} proposal={proposal} fields={fields} />
      ))}
    </>
  );
}
