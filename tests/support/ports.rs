//! Numbers of ports for servers that start later than they are chosen, or again on the same one.

use std::net::TcpListener;

/// A port that is free, and that no other process is given meanwhile: the kernel hands out numbers from 32,768 on to whoever
/// asks for any, on either end of a connection, and a server that is started a minute later finds such a one taken.
pub fn kept_port() -> u16 {
    (0..100)
        .map(|_| 20_000 + (getrandom::u32().expect("randomness") % 12_000) as u16)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("one of a hundred ports is free")
}
