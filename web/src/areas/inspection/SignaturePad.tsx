import { Button } from "antd";
import { type PointerEvent, useRef } from "react";

const WIDTH = 600;
const HEIGHT = 200;

/** A field to sign in with a finger, a pen or the mouse; what is drawn is a small PNG. */
export function SignaturePad({ label, value, onChange }: { label: string; value: string | null; onChange: (drawing: string | null) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<[number, number] | null>(null);
  const spot = (event: PointerEvent<HTMLCanvasElement>): [number, number] => {
    const box = event.currentTarget.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT];
  };
  const begin = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    last.current = spot(event);
  };
  const draw = (event: PointerEvent<HTMLCanvasElement>) => {
    const pen = canvas.current?.getContext("2d");
    if (!pen || !last.current) return;
    const [x, y] = spot(event);
    pen.lineWidth = 4;
    pen.lineCap = "round";
    pen.strokeStyle = "#16212f";
    pen.beginPath();
    pen.moveTo(...last.current);
    pen.lineTo(x, y);
    pen.stroke();
    last.current = [x, y];
  };
  const end = () => {
    if (!last.current) return;
    last.current = null;
    onChange(canvas.current?.toDataURL("image/png") ?? null);
  };
  const clear = () => {
    canvas.current?.getContext("2d")?.clearRect(0, 0, WIDTH, HEIGHT);
    onChange(null);
  };
  return (
    <div className="signature">
      <div className="signature-head">
        <span>{label}</span>
        {value && <Button type="link" size="small" onClick={clear}>重签</Button>}
      </div>
      <canvas ref={canvas} width={WIDTH} height={HEIGHT} aria-label={label} onPointerDown={begin} onPointerMove={draw} onPointerUp={end} onPointerCancel={end} />
      {!value && <span className="signature-hint">请在框内签名</span>}
    </div>
  );
}
