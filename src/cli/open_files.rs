//! How many files the machine lets this program have open: every connection is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// For the database, its log and what is being written besides connections.
const BESIDES: u64 = 128;

/// Asks for room for so many connections, and tells for how many there is.
pub fn room_for(connections: usize) -> usize {
    let wanted = connections as u64 + BESIDES;
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= wanted) {
        return connections;
    }
    let most = limit.maximum.map_or(wanted, |most| most.min(wanted));
    let raised = Rlimit {
        current: Some(most),
        maximum: limit.maximum,
    };
    let current = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => most,
        Err(_) => limit.current.unwrap_or(wanted),
    };
    let room = usize::try_from(current.saturating_sub(BESIDES)).unwrap_or(connections);
    room.clamp(16, connections.max(16))
}
