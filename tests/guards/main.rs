//! Who may pass which row of the url map, about whose object: every row, every role, every relation, against one table
//! that is read by people (`expected.txt`). Then the same with each guard taken away in turn, to show that this test
//! would notice. And what stands before the guards: headers, forms from elsewhere, slow visitors, the end of a server.
//!
//! A row without a line in the table fails. `SCHAKEL_GUARDS_DRAFT=FILE` writes the table as it would be, to be read.

use crate::support;

mod dropped;
mod expected;
mod foreign;
mod front;
mod matrix;
mod openapi;
mod restart;
mod slow;
mod world;
