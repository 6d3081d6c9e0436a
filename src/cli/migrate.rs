//! `schakel migrate`: brings a database to the form that this program knows, as every start does, and stops.

use clap::Args;

use super::settings::{DatabaseArguments, block_on};
use crate::storage::schema;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    block_on(async {
        arguments.database.store().await?;
        println!("The database has form {}.", schema::newest());
        Ok(())
    })
}
