//! `schakel roles`: the roles of PostgreSQL that keep names apart from answers, as SQL for its administrator.

/// For whoever administers the server; the program itself never runs it.
pub const SQL: &str = include_str!("../storage/roles.sql");

pub fn run() {
    print!("{SQL}");
}
