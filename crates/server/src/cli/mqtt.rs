//! Readings by MQTT: at the usual port of the machine itself unless the settings say otherwise.

use std::{net::SocketAddr, path::PathBuf, str::FromStr};

use anyhow::Context;
use monitoring::mqtt;
use web::App;

/// Where readings are taken by MQTT unless the settings say otherwise.
const USUAL: &str = "127.0.0.1:1883";

/// Where readings are taken by MQTT, if at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Off,
    At(SocketAddr),
}

impl FromStr for Door {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Door::Off);
        }
        text.parse()
            .map(Door::At)
            .map_err(|_| format!("{text} 不是监听地址，应为 0.0.0.0:8883 这样的形式，或者 off"))
    }
}

/// Whether and how readings come by MQTT.
#[derive(clap::Args)]
pub(super) struct Settings {
    /// 接收监测值的 MQTT 监听地址，如 0.0.0.0:8883；off 则不开。网关以访问令牌作密码连接
    #[arg(long = "mqtt", env = "ANJIAN_MQTT", default_value = USUAL)]
    mqtt: Door,
    /// MQTT 的 TLS 证书（PEM）；不给则不加密，只宜在内网或者由前置代理加密时使用
    #[arg(long = "mqtt-certificate", env = "ANJIAN_MQTT_CERTIFICATE", requires = "mqtt_key")]
    mqtt_certificate: Option<PathBuf>,
    /// 证书的私钥（PEM）
    #[arg(long = "mqtt-key", env = "ANJIAN_MQTT_KEY", requires = "mqtt_certificate")]
    mqtt_key: Option<PathBuf>,
    /// 已有的 MQTT 服务器，如 mqtt.example.gov.cn:8883；给了就订阅它的主题
    #[arg(long = "mqtt-broker", env = "ANJIAN_MQTT_BROKER")]
    broker: Option<String>,
    /// 核验已有服务器证书的 CA（PEM）；不给则不加密
    #[arg(long = "mqtt-broker-ca", env = "ANJIAN_MQTT_BROKER_CA", requires = "broker")]
    broker_ca: Option<PathBuf>,
    /// 在已有服务器上的用户名
    #[arg(long = "mqtt-broker-user", env = "ANJIAN_MQTT_BROKER_USER", requires_all = ["broker", "broker_password"])]
    broker_user: Option<String>,
    /// 在已有服务器上的密码
    #[arg(long = "mqtt-broker-password", env = "ANJIAN_MQTT_BROKER_PASSWORD", hide_env_values = true)]
    broker_password: Option<String>,
    /// 在已有服务器上订阅的主题
    #[arg(long = "mqtt-broker-topic", env = "ANJIAN_MQTT_BROKER_TOPIC", default_value = "anjian/readings")]
    broker_topic: String,
    /// 在已有服务器上的客户端标识：离线期间的消息以它保存，几个程序不能共用
    #[arg(long = "mqtt-broker-client", env = "ANJIAN_MQTT_BROKER_CLIENT", default_value = "anjian")]
    broker_client: String,
}

/// Begins to take readings by MQTT, where that is asked for.
pub(super) async fn start(app: &App, settings: Settings) -> anyhow::Result<()> {
    if let Door::At(address) = settings.mqtt {
        let certificate = settings.mqtt_certificate.zip(settings.mqtt_key);
        let open = certificate.is_none();
        let listen = mqtt::Listen { address, certificate };
        match mqtt::listen(app.clone(), listen).await {
            Ok(address) => println!("MQTT 已启动：{address}"),
            // who did not ask for a port is not kept from working by who has it
            Err(error) if open && address.to_string() == USUAL => {
                println!("MQTT 未启动：{address} 已被占用。要接收监测值，请用 ANJIAN_MQTT 另设地址。");
                tracing::warn!(%error, "MQTT");
            }
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("无法在 {address} 接收 MQTT，请检查端口、证书和私钥"));
            }
        }
    }
    if let Some(address) = settings.broker {
        let login = settings.broker_user.zip(settings.broker_password);
        let (authority, topic, client) = (settings.broker_ca, settings.broker_topic, settings.broker_client);
        mqtt::follow(app.clone(), mqtt::Broker { address, authority, login, topic, client })
            .context("无法读取 MQTT 服务器的 CA 证书")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_are_taken_at_an_address_or_not_at_all() {
        assert_eq!("off".parse(), Ok(Door::Off));
        assert_eq!(USUAL.parse(), Ok(Door::At(SocketAddr::from(([127, 0, 0, 1], 1883)))));
        assert!("8883".parse::<Door>().is_err());
    }
}
