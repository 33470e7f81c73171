/** Photos of something that is being filled in: each lies sealed on the device from the moment it is taken. */
import { Alert, Button, Form } from "antd";
import { useEffect, useState } from "react";

import { sentence } from "../../parts/problem";
import { type Opened, type Photo, dropPhoto, photo } from "./store";
import { take, useField } from "./use";

function Shown({ opened, own, onRemove }: { opened: Opened; own: Photo; onRemove: () => void }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let gone = false;
    void photo(opened, own.id).then((bytes) => {
      if (gone || !bytes) return;
      made = URL.createObjectURL(new Blob([bytes], { type: own.type }));
      setAddress(made);
    });
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [opened, own]);
  return (
    <span className="field-photo">
      {address && <img src={address} alt={own.name} />}
      <Button size="small" danger onClick={onRemove}>删除</Button>
    </span>
  );
}

export function Photos({ id, photos, onChange }: { id: string; photos: Photo[]; onChange: (change: (before: Photo[]) => Photo[]) => void }) {
  const { opened } = useField();
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const add = async (files: FileList | null) => {
    setProblem("");
    setBusy(true);
    try {
      for (const file of files ?? []) {
        const own = await take(opened, file);
        onChange((before) => [...before, own]);
      }
    } catch (error) {
      setProblem(error instanceof DOMException && error.name === "QuotaExceededError" ? "设备存储空间不够，照片没有存下来。请清理空间后再拍。" : sentence(error));
    } finally {
      setBusy(false);
    }
  };
  const remove = async (own: Photo) => {
    onChange((before) => before.filter((other) => other.id !== own.id));
    await dropPhoto(opened, own.id);
  };
  return (
    <Form.Item layout="vertical" label="照片" htmlFor={id} validateStatus={problem ? "error" : ""}>
      <label className="field-camera">
        拍照或选择照片
        <input
          id={id}
          type="file"
          accept="image/*"
          capture="environment"
          multiple
          disabled={busy}
          onChange={(event) => {
            const { target } = event;
            void add(target.files).then(() => {
              target.value = "";
            });
          }}
        />
      </label>
      {problem && <Alert type="error" showIcon title={problem} style={{ marginTop: 8 }} />}
      <div className="field-photos">
        {photos.map((own) => <Shown key={own.id} opened={opened} own={own} onRemove={() => void remove(own)} />)}
      </div>
    </Form.Item>
  );
}
