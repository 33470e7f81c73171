import { expect, test } from "vitest";

import { keyFrom, open, partFrom, randomBytes, seal } from "./seal";

test("what is sealed opens only with the PIN and the server's half together", async () => {
  const salt = randomBytes(16);
  const part = await partFrom("ab".repeat(32));
  const sealed = await seal(await keyFrom("135790", salt, part), { name: "汕头市澄海区测试塑料厂" });
  expect(new TextDecoder().decode(sealed.data)).not.toContain("测试塑料厂");
  expect(await open(await keyFrom("135790", salt, part), sealed)).toEqual({ name: "汕头市澄海区测试塑料厂" });
  await expect(keyFrom("135791", salt, part).then((key) => open(key, sealed))).rejects.toThrow();
  const other = await partFrom("cd".repeat(32));
  await expect(keyFrom("135790", salt, other).then((key) => open(key, sealed))).rejects.toThrow();
  await expect(crypto.subtle.exportKey("raw", part)).rejects.toThrow();
});
