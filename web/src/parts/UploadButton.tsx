import { App, Button, Progress } from "antd";
import { useRef, useState } from "react";

import { sentence } from "./problem";
import { upload } from "./upload";

/** Sends files one after the other, each with its progress; one that is refused is told of by its name, and the others go on. */
export function UploadButton(props: { address: string; label: string; name: string; accept: string; camera?: boolean; onDone: () => void }) {
  const { address, label, name, accept, camera = false, onDone } = props;
  const { message } = App.useApp();
  const input = useRef<HTMLInputElement>(null);
  const [percent, setPercent] = useState<number | null>(null);
  const add = async (files: FileList | null) => {
    for (const file of Array.from(files ?? [])) {
      setPercent(0);
      try {
        await upload(address, file, crypto.randomUUID(), setPercent);
      } catch (error) {
        void message.error(`${file.name}：${sentence(error)}`);
      }
    }
    setPercent(null);
    if (input.current) input.current.value = "";
    onDone();
  };
  return (
    <>
      <input ref={input} type="file" hidden multiple accept={accept} {...(camera ? { capture: "environment" as const } : {})} aria-label={name} onChange={(event) => void add(event.target.files)} />
      <Button onClick={() => input.current?.click()} loading={percent !== null}>
        {label}
      </Button>
      {percent !== null && <Progress percent={percent} size="small" />}
    </>
  );
}
