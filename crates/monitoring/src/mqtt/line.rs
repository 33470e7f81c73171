//! Packets over a connection.

use std::{io, time::Duration};

use bytes::BytesMut;
use rumqttc::mqttbytes::{Error, v4::Packet};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::MOST_BYTES;

/// A connection, with what has come and not been read yet.
pub(super) struct Line<S> {
    stream: S,
    come: BytesMut,
}

fn wrong(error: impl std::fmt::Debug) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{error:?}"))
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    pub(super) fn new(stream: S) -> Line<S> {
        Line { stream, come: BytesMut::new() }
    }

    /// A packet that has come already.
    pub(super) fn ready(&mut self) -> io::Result<Option<Packet>> {
        match Packet::read(&mut self.come, MOST_BYTES) {
            Ok(packet) => Ok(Some(packet)),
            Err(Error::InsufficientBytes(_)) => Ok(None),
            Err(error) => Err(wrong(error)),
        }
    }

    /// The next packet; none where the other side has gone.
    pub(super) async fn next(&mut self, wait: Duration) -> io::Result<Option<Packet>> {
        loop {
            if let Some(packet) = self.ready()? {
                return Ok(Some(packet));
            }
            let read = tokio::time::timeout(wait, self.stream.read_buf(&mut self.come));
            if read.await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?? == 0 {
                return Ok(None);
            }
        }
    }

    /// Sends packets.
    pub(super) async fn send(&mut self, packets: &[Packet]) -> io::Result<()> {
        let mut bytes = BytesMut::new();
        for packet in packets {
            packet.write(&mut bytes, MOST_BYTES).map_err(wrong)?;
        }
        self.stream.write_all(&bytes).await?;
        self.stream.flush().await
    }
}
