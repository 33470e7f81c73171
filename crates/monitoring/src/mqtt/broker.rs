//! A broker that is there already: we follow a topic of it. Each message says by its token for which enterprise it is.

use std::{collections::HashMap, io, path::PathBuf, time::Duration};

use rumqttc::mqttbytes::{
    QoS,
    v4::{
        Connect, ConnectReturnCode, Packet, PubAck, PubComp, PubRec, Publish, Subscribe, SubscribeReasonCode,
    },
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};
use web::App;

use super::{
    line::Line,
    message::{ENOUGH, Held, Message, keep},
    tls,
};

/// Until a broker answers.
const ANSWER: Duration = Duration::from_secs(20);
/// A sign of life is promised this often, in seconds.
const SIGN: u16 = 30;
/// Pause before a line that was cut is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// The broker.
pub struct Broker {
    /// Host and port.
    pub address: String,
    /// Certificates in PEM that vouch for it; without them the line is not encrypted.
    pub authority: Option<PathBuf>,
    /// User and password there.
    pub login: Option<(String, String)>,
    /// Topic that is followed.
    pub topic: String,
    /// Our name there: under it the broker keeps what comes while we are away. One program at a time.
    pub client: String,
}

/// Follows the broker from now on; a line that is cut is tried again.
///
/// # Errors
/// Where the certificates cannot be read.
pub fn follow(app: App, broker: Broker) -> io::Result<()> {
    let connector = broker.authority.as_deref().map(tls::connector).transpose()?;
    tokio::spawn(async move {
        loop {
            if let Err(error) = once(&app, &broker, connector.as_ref()).await {
                tracing::warn!(%error, broker = broker.address, "the line to the broker is cut");
            }
            tokio::time::sleep(AGAIN).await;
        }
    });
    Ok(())
}

async fn once(app: &App, broker: &Broker, connector: Option<&TlsConnector>) -> io::Result<()> {
    let stream = tokio::time::timeout(ANSWER, TcpStream::connect(&broker.address)).await??;
    stream.set_nodelay(true)?;
    let Some(connector) = connector else { return listen(app, broker, stream).await };
    let host = broker.address.rsplit_once(':').map_or(broker.address.as_str(), |(host, _)| host);
    let name = ServerName::try_from(host.to_string()).map_err(io::Error::other)?;
    let stream = tokio::time::timeout(ANSWER, connector.connect(name, stream)).await??;
    listen(app, broker, stream).await
}

async fn listen<S: AsyncRead + AsyncWrite + Unpin>(app: &App, broker: &Broker, stream: S) -> io::Result<()> {
    let mut line = Line::new(stream);
    let mut connect = Connect::new(&broker.client);
    (connect.clean_session, connect.keep_alive) = (false, SIGN);
    if let Some((user, password)) = &broker.login {
        connect.set_login(user, password);
    }
    line.send(&[Packet::Connect(connect)]).await?;
    match line.next(ANSWER).await? {
        Some(Packet::ConnAck(told)) if told.code == ConnectReturnCode::Success => {}
        other => return Err(io::Error::other(format!("the broker refused us: {other:?}"))),
    }
    let mut subscribe = Subscribe::new(&broker.topic, QoS::AtLeastOnce);
    subscribe.pkid = 1;
    line.send(&[Packet::Subscribe(subscribe)]).await?;
    tracing::info!(broker = broker.address, topic = broker.topic, "readings come by the broker");
    let quiet = Duration::from_secs(u64::from(SIGN) / 2);
    let mut asked = false;
    loop {
        match line.next(quiet).await {
            Ok(Some(Packet::Publish(first))) => {
                let mut messages = vec![first];
                let mut bytes = 0;
                // what has come already is kept together
                while bytes < ENOUGH * 50 {
                    let Some(packet) = line.ready()? else { break };
                    match packet {
                        Packet::Publish(own) => {
                            bytes += own.payload.len();
                            messages.push(own);
                        }
                        Packet::PubRel(own) => line.send(&[Packet::PubComp(PubComp::new(own.pkid))]).await?,
                        _ => {}
                    }
                }
                take(app, &messages).await?;
                let answers: Vec<Packet> = messages.iter().filter_map(answer).collect();
                line.send(&answers).await?;
            }
            Ok(Some(Packet::SubAck(told))) => {
                if told.return_codes.contains(&SubscribeReasonCode::Failure) {
                    return Err(io::Error::other("the broker does not let us follow the topic"));
                }
            }
            Ok(Some(Packet::PubRel(own))) => line.send(&[Packet::PubComp(PubComp::new(own.pkid))]).await?,
            Ok(Some(_)) => asked = false,
            Ok(None) => return Err(io::ErrorKind::UnexpectedEof.into()),
            // a broker that gives no sign though it was asked for one has gone
            Err(error) if error.kind() == io::ErrorKind::TimedOut && !asked => {
                line.send(&[Packet::PingReq]).await?;
                asked = true;
            }
            Err(error) => return Err(error),
        }
    }
}

fn answer(own: &Publish) -> Option<Packet> {
    match own.qos {
        QoS::AtMostOnce => None,
        QoS::AtLeastOnce => Some(Packet::PubAck(PubAck::new(own.pkid))),
        QoS::ExactlyOnce => Some(Packet::PubRec(PubRec::new(own.pkid))),
    }
}

/// Keeps what the messages hold, for each enterprise by its token. A message without a token that is good is nobody's: it is logged, and
/// acknowledged, since sending it again would not mend it.
async fn take(app: &App, messages: &[Publish]) -> io::Result<()> {
    let mut of: HashMap<String, Held> = HashMap::new();
    for own in messages {
        match serde_json::from_slice::<Message>(&own.payload) {
            Ok(Message::Batch { token: Some(token), readings }) => {
                of.entry(token).or_default().readings.extend(readings);
            }
            _ => tracing::warn!(topic = own.topic, "a message of the broker has no token, or no readings"),
        }
    }
    for (token, held) in of {
        let actor = match account::by_token(app, &token).await {
            Ok(actor) => actor,
            Err(problem) if problem.status >= 500 => return Err(io::Error::other(problem.detail)),
            Err(_) => {
                tracing::warn!(
                    readings = held.readings.len(),
                    "readings of the broker have a token that is not good"
                );
                continue;
            }
        };
        match keep(app, &actor, &held).await {
            Err(problem) if problem.status >= 500 => return Err(io::Error::other(problem.detail)),
            Err(problem) => {
                tracing::warn!(code = problem.code, "readings of the broker are not its sender's to send")
            }
            Ok(()) => {}
        }
    }
    Ok(())
}
