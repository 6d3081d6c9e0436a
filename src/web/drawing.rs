//! The drawings of the pictures by which pupils are told apart: drawn for this project, put into pages as they are.

use crate::domain::picture::PICTURES;

/// The inside of a drawing 48 by 48; nothing where there is no such picture.
pub fn drawing(key: &str) -> &'static str {
    let place = PICTURES.iter().position(|(own, ..)| *own == key);
    place.map_or("", |place| DRAWINGS[place])
}

/// In the order of the pictures.
const DRAWINGS: [&str; 40] = [
    // sun
    r##"<circle cx="24" cy="24" r="10" fill="#e8a800"/><path d="M24 3v7M24 38v7M3 24h7M38 24h7M9 9l5 5M34 34l5 5M39 9l-5 5M14 34l-5 5" stroke="#e8a800" stroke-width="4"/>"##,
    // moon
    r##"<path d="M31 5a20 20 0 1 0 11 28A17 17 0 0 1 31 5z" fill="#c79a12"/>"##,
    // star
    r##"<path d="M24 3l6 14 15 1-11 10 4 15-14-8-14 8 4-15L3 18l15-1z" fill="#e0a100"/>"##,
    // heart
    r##"<path d="M24 43C8 31 4 24 4 16a10 10 0 0 1 20-3 10 10 0 0 1 20 3c0 8-4 15-20 27z" fill="#c8283c"/>"##,
    // house
    r##"<path d="M4 24L24 5l20 19z" fill="#b3402a"/><path d="M9 24h30v20H9z" fill="#e2b77c"/><path d="M20 31h9v13h-9z" fill="#6b4423"/>"##,
    // tree
    r##"<path d="M21 28h6v17h-6z" fill="#7a4a21"/><circle cx="24" cy="17" r="14" fill="#2f8a3a"/>"##,
    // flower
    r##"<path d="M23 26h3v19h-3z" fill="#2f8a3a"/><circle cx="24" cy="8" r="6" fill="#c2408f"/><circle cx="15" cy="15" r="6" fill="#c2408f"/><circle cx="33" cy="15" r="6" fill="#c2408f"/><circle cx="18" cy="25" r="6" fill="#c2408f"/><circle cx="30" cy="25" r="6" fill="#c2408f"/><circle cx="24" cy="17" r="6" fill="#f0c000"/>"##,
    // apple
    r##"<path d="M24 14c9-6 19 0 18 12-1 10-8 18-14 18-2 0-2-1-4-1s-2 1-4 1C14 44 7 36 6 26 5 14 15 8 24 14z" fill="#c62f2f"/><path d="M24 14c0-5 2-8 5-10" stroke="#5c3a1a" stroke-width="3" fill="none"/>"##,
    // fish
    r##"<ellipse cx="21" cy="24" rx="17" ry="11" fill="#2b7fb8"/><path d="M35 24l10-9v18z" fill="#2b7fb8"/><circle cx="12" cy="21" r="2.500" fill="#fff"/>"##,
    // boat
    r##"<path d="M4 32h40l-7 11H11z" fill="#8a4b22"/><path d="M25 4v26h17z" fill="#3b82b5"/><path d="M22 9v21H8z" fill="#6fb0d8"/>"##,
    // car
    r##"<path d="M4 34V25l7-2 6-10h15l7 10 5 2v9z" fill="#b8322f"/><circle cx="14" cy="35" r="5" fill="#222"/><circle cx="35" cy="35" r="5" fill="#222"/>"##,
    // ball
    r##"<circle cx="24" cy="24" r="19" fill="#d5652a"/><path d="M5 24h38M24 5v38" stroke="#fff" stroke-width="3"/>"##,
    // key
    r##"<circle cx="14" cy="24" r="9" fill="none" stroke="#a67c00" stroke-width="6"/><path d="M23 24h21M37 24v9M43 24v7" stroke="#a67c00" stroke-width="6"/>"##,
    // cup
    r##"<path d="M8 12h24v24a7 7 0 0 1-7 7H15a7 7 0 0 1-7-7z" fill="#3a7d6b"/><path d="M32 18h4a5 5 0 0 1 0 14h-4" fill="none" stroke="#3a7d6b" stroke-width="4"/>"##,
    // book
    r##"<path d="M4 9c8-3 15-2 20 2 5-4 12-5 20-2v30c-8-3-15-2-20 2-5-4-12-5-20-2z" fill="#4a6fb3"/><path d="M24 11v30" stroke="#fff" stroke-width="2"/>"##,
    // pencil
    r##"<path d="M8 34L34 8l7 7-26 26-10 3z" fill="#e0a63a"/><path d="M5 44l3-10 7 7z" fill="#333"/>"##,
    // umbrella
    r##"<path d="M4 25a20 20 0 0 1 40 0z" fill="#7a3fa0"/><path d="M24 25v15a4 4 0 0 0 8 0" stroke="#444" stroke-width="3" fill="none"/>"##,
    // kite
    r##"<path d="M24 3l14 15-14 20L10 18z" fill="#2a9d8f"/><path d="M24 38c-6 3 4 4-2 8" stroke="#555" stroke-width="3" fill="none"/>"##,
    // balloon
    r##"<ellipse cx="24" cy="18" rx="13" ry="15" fill="#d13f7c"/><path d="M24 33l-3 4h6zM24 37v9" fill="#d13f7c" stroke="#555" stroke-width="2"/>"##,
    // bell
    r##"<path d="M6 36c6-5 5-11 6-17a12 12 0 0 1 24 0c1 6 0 12 6 17z" fill="#c99700"/><circle cx="24" cy="40" r="4" fill="#8a6a00"/>"##,
    // clock
    r##"<circle cx="24" cy="24" r="19" fill="#f4f4f4" stroke="#37474f" stroke-width="4"/><path d="M24 12v12l9 6" stroke="#37474f" stroke-width="4" fill="none"/>"##,
    // cloud
    r##"<path d="M13 38a9 9 0 0 1 0-18 12 12 0 0 1 23-2 10 10 0 0 1 0 20z" fill="#7f9fb5"/>"##,
    // drop
    r##"<path d="M24 4c9 12 14 18 14 25a14 14 0 0 1-28 0C10 22 15 16 24 4z" fill="#2f86c6"/>"##,
    // leaf
    r##"<path d="M6 42C4 20 18 6 43 5c1 25-12 38-32 32z" fill="#4d9a3b"/><path d="M6 43L31 18" stroke="#fff" stroke-width="2"/>"##,
    // mushroom
    r##"<path d="M18 26h12l3 18H15z" fill="#d9c3a0"/><path d="M4 27a20 20 0 0 1 40 0z" fill="#bf2f2f"/><circle cx="17" cy="18" r="3" fill="#fff"/><circle cx="30" cy="16" r="4" fill="#fff"/>"##,
    // carrot
    r##"<path d="M14 17c5-6 15-5 19 1L13 45z" fill="#e07b1f"/><path d="M26 15l4-11M29 16l10-8M22 13l-2-9" stroke="#3b8a34" stroke-width="4"/>"##,
    // cherry
    r##"<circle cx="14" cy="35" r="9" fill="#b3202e"/><circle cx="34" cy="33" r="9" fill="#b3202e"/><path d="M14 27C18 15 24 9 32 5c-1 7 0 13 2 20" stroke="#4d8a2f" stroke-width="3" fill="none"/>"##,
    // pear
    r##"<path d="M24 10c5 0 6 7 8 12 4 5 6 8 6 12 0 7-6 11-14 11s-14-4-14-11c0-4 2-7 6-12 2-5 3-12 8-12z" fill="#a3b31f"/><path d="M24 10l3-7" stroke="#5c3a1a" stroke-width="3"/>"##,
    // ice
    r##"<path d="M13 24h22L24 46z" fill="#c98f4a"/><circle cx="17" cy="19" r="8" fill="#d977a4"/><circle cx="31" cy="19" r="8" fill="#7fbf9f"/><circle cx="24" cy="11" r="8" fill="#e8d28a"/>"##,
    // cake
    r##"<path d="M5 27h38v17H5z" fill="#d28a5c"/><path d="M5 27c5 7 8-1 13 3s8-2 13 1 8 2 12-4v-3H5z" fill="#d9517f"/><path d="M24 24V13" stroke="#4a7fb0" stroke-width="4"/><circle cx="24" cy="9" r="3" fill="#e8a800"/>"##,
    // hat
    r##"<path d="M14 8h20v24H14z" fill="#3c3f58"/><path d="M4 32h40v7H4z" fill="#3c3f58"/><path d="M14 26h20v5H14z" fill="#c94f4f"/>"##,
    // sock
    r##"<path d="M16 4h15v23l8 8a7 7 0 0 1-9 9L16 33z" fill="#3f7fbf"/><path d="M16 4h15v7H16z" fill="#d04747"/>"##,
    // bird
    r##"<path d="M6 25a14 12 0 0 1 26-8l12 3-9 5a15 13 0 0 1-29 0z" fill="#3a7bb5"/><circle cx="28" cy="17" r="2" fill="#fff"/><path d="M17 37v8M24 37v8" stroke="#c98600" stroke-width="3"/>"##,
    // cat
    r##"<path d="M8 6l10 8h12l10-8v22a16 15 0 0 1-32 0z" fill="#7b6a58"/><circle cx="18" cy="25" r="3" fill="#fff"/><circle cx="30" cy="25" r="3" fill="#fff"/><path d="M21 33h6l-3 4z" fill="#d98c8c"/>"##,
    // butterfly
    r##"<ellipse cx="14" cy="17" rx="10" ry="11" fill="#c7662e"/><ellipse cx="34" cy="17" rx="10" ry="11" fill="#c7662e"/><ellipse cx="16" cy="35" rx="8" ry="8" fill="#d99a45"/><ellipse cx="32" cy="35" rx="8" ry="8" fill="#d99a45"/><path d="M22 9h4v33h-4z" fill="#333"/>"##,
    // snail
    r##"<path d="M3 42c10 2 28 1 38 0V22h-6v13H8z" fill="#a8905c"/><circle cx="21" cy="25" r="14" fill="#a2593a"/><circle cx="21" cy="25" r="7" fill="none" stroke="#fff" stroke-width="2"/><path d="M36 22l-2-9M41 22l3-9" stroke="#a8905c" stroke-width="3"/>"##,
    // ladder
    r##"<path d="M13 3v42M35 3v42" stroke="#8a5a2b" stroke-width="5"/><path d="M13 11h22M13 21h22M13 31h22M13 40h22" stroke="#8a5a2b" stroke-width="4"/>"##,
    // flag
    r##"<path d="M9 3v42" stroke="#555" stroke-width="4"/><path d="M11 5h31l-8 9 8 9H11z" fill="#2f9e57"/>"##,
    // drum
    r##"<path d="M6 17v18c0 11 36 11 36 0V17z" fill="#c23b3b"/><ellipse cx="24" cy="17" rx="18" ry="7" fill="#f0e6cc"/><path d="M14 14L5 3M34 14l9-11" stroke="#7a4a21" stroke-width="3"/>"##,
    // rocket
    r##"<path d="M24 2c9 8 10 19 7 32H17C14 21 15 10 24 2z" fill="#8793a0"/><circle cx="24" cy="17" r="5" fill="#2b7fb8"/><path d="M16 25l-8 10v6l9-6zM32 25l8 10v6l-9-6z" fill="#c23b3b"/><path d="M20 36h8l-4 11z" fill="#e8a800"/>"##,
];
