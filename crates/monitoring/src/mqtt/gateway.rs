//! Our own end: gateways connect with the enterprise's access token as the password, and publish.

use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use kernel::Actor;
use rumqttc::mqttbytes::{
    QoS,
    v4::{
        ConnAck, Connect, ConnectReturnCode, Packet, PubAck, PubComp, PubRec, SubAck, SubscribeReasonCode,
        UnsubAck,
    },
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::Semaphore,
};
use web::App;

use super::{
    line::Line,
    message::{ENOUGH, Held, keep},
    tls,
};
use crate::powers;

/// Gateways at a time.
const MOST: usize = 2_000;
/// Who has not said who it is by then is not waited for.
const GREETING: Duration = Duration::from_secs(10);
/// Silence after which a gateway that promised no sign of life is given up.
const SILENCE: Duration = Duration::from_secs(600);
/// How long a token that was looked at is trusted: one that was taken back fills nothing for longer.
const TRUSTED: Duration = Duration::from_secs(30);

/// Where gateways connect.
pub struct Listen {
    /// Address.
    pub address: SocketAddr,
    /// Certificates and key in PEM; without them tokens and readings go unencrypted.
    pub certificate: Option<(PathBuf, PathBuf)>,
}

/// Takes connections of gateways from now on; answers at which address.
///
/// # Errors
/// Where the address is taken, or the certificate cannot be used.
pub async fn listen(app: App, config: Listen) -> io::Result<SocketAddr> {
    let acceptor = match &config.certificate {
        Some((certificate, key)) => Some(tls::acceptor(certificate, key)?),
        None => None,
    };
    let listener = TcpListener::bind(config.address).await?;
    let address = listener.local_addr()?;
    let room = Arc::new(Semaphore::new(MOST));
    tokio::spawn(async move {
        loop {
            // whoever finds no room waits in the queue of the system
            let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
            let Ok((stream, peer)) = listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            drop(stream.set_nodelay(true));
            let (app, acceptor) = (app.clone(), acceptor.clone());
            tokio::spawn(async move {
                let served = match acceptor {
                    Some(acceptor) => match tokio::time::timeout(GREETING, acceptor.accept(stream)).await {
                        Ok(Ok(stream)) => serve(&app, stream).await,
                        Ok(Err(error)) => Err(error),
                        Err(_) => Err(io::ErrorKind::TimedOut.into()),
                    },
                    None => serve(&app, stream).await,
                };
                if let Err(error) = served {
                    tracing::info!(%peer, %error, "a gateway was cut off");
                }
                drop(place);
            });
        }
    });
    Ok(address)
}

/// Who the token is of, where it may send readings.
async fn known(app: &App, token: &str) -> Option<Actor> {
    let actor = account::by_token(app, token).await.ok()?;
    actor.may(&powers::READINGS).ok()?;
    Some(actor)
}

fn refused(text: &str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, text.to_string())
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(app: &App, stream: S) -> io::Result<()> {
    let mut line = Line::new(stream);
    let Some(Packet::Connect(Connect { login, keep_alive, .. })) = line.next(GREETING).await? else {
        return Err(refused("it did not begin by saying who it is"));
    };
    let token = login.map(|login| login.password).unwrap_or_default();
    let Some(mut actor) = known(app, &token).await else {
        let told = ConnAck::new(ConnectReturnCode::NotAuthorized, false);
        line.send(&[Packet::ConnAck(told)]).await?;
        return Err(refused("its token is none that may send readings"));
    };
    line.send(&[Packet::ConnAck(ConnAck::new(ConnectReturnCode::Success, false))]).await?;
    let mut looked = Instant::now();
    // half as long again as was promised (MQTT 3.1.1, 3.1.2.10)
    let wait = if keep_alive == 0 { SILENCE } else { Duration::from_millis(u64::from(keep_alive) * 1_500) };
    let mut next = None;
    loop {
        let packet = match next.take() {
            Some(packet) => packet,
            None => match line.next(wait).await? {
                Some(packet) => packet,
                None => return Ok(()),
            },
        };
        match packet {
            Packet::Publish(first) => {
                let (mut held, mut answers) = (Held::default(), Vec::new());
                let mut message = Some(first);
                while let Some(own) = message.take() {
                    held.add(&own.payload);
                    match own.qos {
                        QoS::AtMostOnce => {}
                        QoS::AtLeastOnce => answers.push(Packet::PubAck(PubAck::new(own.pkid))),
                        // sent twice it counts as duplicates: what is received need not be remembered
                        QoS::ExactlyOnce => answers.push(Packet::PubRec(PubRec::new(own.pkid))),
                    }
                    if held.readings.len() < ENOUGH {
                        match line.ready()? {
                            Some(Packet::Publish(own)) => message = Some(own),
                            other => next = other,
                        }
                    }
                }
                if looked.elapsed() > TRUSTED {
                    actor = known(app, &token).await.ok_or_else(|| refused("its token was taken back"))?;
                    looked = Instant::now();
                }
                let kept = keep(app, &actor, &held).await;
                kept.map_err(|problem| io::Error::other(problem.detail))?;
                line.send(&answers).await?;
            }
            Packet::PubRel(own) => line.send(&[Packet::PubComp(PubComp::new(own.pkid))]).await?,
            Packet::PingReq => line.send(&[Packet::PingResp]).await?,
            // nothing is published to gateways
            Packet::Subscribe(own) => {
                let failed = vec![SubscribeReasonCode::Failure; own.filters.len()];
                line.send(&[Packet::SubAck(SubAck::new(own.pkid, failed))]).await?;
            }
            Packet::Unsubscribe(own) => {
                line.send(&[Packet::UnsubAck(UnsubAck::new(own.pkid))]).await?;
            }
            Packet::Disconnect => return Ok(()),
            _ => return Err(refused("it sent what only a broker sends")),
        }
    }
}
