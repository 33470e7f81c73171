//! Readings by MQTT 3.1.1, the protocol of most gateways: the program is the broker's end itself ([`listen`]), or follows a topic of a broker that is
//! there already ([`follow`]). Either way a message of quality 1 is acknowledged once its readings are lasting, and not before: what a gateway or a
//! broker was not told is kept it sends again, and then it counts as a duplicate. An off-the-shelf broker would acknowledge what it only holds.

mod broker;
mod gateway;
mod line;
mod message;
mod tls;

pub use broker::{Broker, follow};
pub use gateway::{Listen, listen};

/// Bytes of the longest packet.
const MOST_BYTES: usize = 4 * 1024 * 1024;
