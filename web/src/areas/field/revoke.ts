/** What stopping a device does and does not do, told to whoever is about to stop one. */
export const STOPPING = "设备丢失时停用。它下次连上服务器时自动清除全部资料，没有同步的内容也一并清除；一直不联网的，资料仍在设备上，靠 PIN 保护：输错 5 次后须由服务器解锁，而停用的设备不再给予解锁。";
