//! Links and codes. Both are derived from a key that is kept outside the database, so neither a copy of the database
//! nor the key alone opens anything; re-issue raises the issue number and kills what was handed out before.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Crockford's base 32: no I, L, O or U, so that a code survives being read aloud or typed from paper.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const TOKEN_CHARS: usize = 32; // 160 bits
const SELECTOR_CHARS: usize = 6; // 30 bits: finds the invitation, is no secret
const CODE_CHARS: usize = 10; // 50 bits: the secret half of a typed code

/// The server's own key. Never stored beside the answers.
#[derive(Clone)]
pub struct LinkKey([u8; 32]);

impl std::fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkKey(..)")
    }
}

impl LinkKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn derive(&self, purpose: &str, id: Uuid, issue: i64) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.update(id.as_bytes());
        mac.update(&issue.to_be_bytes());
        mac.finalize().into_bytes().into()
    }

    /// The secret part of a link: 160 bits.
    pub fn token(&self, id: Uuid, issue: i64) -> String {
        base32(&self.derive("link", id, issue), TOKEN_CHARS)
    }

    /// The part of a typed code by which the invitation is found.
    pub fn selector(&self, id: Uuid, issue: i64) -> String {
        base32(&self.derive("selector", id, issue), SELECTOR_CHARS)
    }

    /// What a respondent keeps as proof of having submitted. The same for the same invitation, however often it is sent.
    pub fn receipt(&self, id: Uuid) -> String {
        let text = base32(&self.derive("receipt", id, 0), 8);
        format!("{}-{}", &text[..4], &text[4..])
    }

    /// The link with which a study is set up on this server. It changes with every study, so each is used once.
    pub fn setup_token(&self, studies: i64) -> String {
        base32(&self.derive("setup", Uuid::nil(), studies), TOKEN_CHARS)
    }

    /// The whole code as it is printed under a link: `K7Q2-9XW4-TB3H-J6RM`.
    pub fn code(&self, id: Uuid, issue: i64) -> String {
        let text = self.selector(id, issue) + &base32(&self.derive("code", id, issue), CODE_CHARS);
        text.as_bytes()
            .chunks(4)
            .map(|chunk| std::str::from_utf8(chunk).expect("the alphabet is ASCII"))
            .collect::<Vec<_>>()
            .join("-")
    }
}

/// A key as it is written in a file: 64 hexadecimal characters.
pub fn key_from_hex(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// A secret of 160 bits that was drawn rather than derived: what a one-time link carries.
pub fn drawn_token(rng: &mut impl rand::Rng) -> String {
    let mut bytes = [0; 20];
    rng.fill_bytes(&mut bytes);
    base32(&bytes, TOKEN_CHARS)
}

/// What is stored of a token.
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// What someone typed or a link carried, read as leniently as the alphabet allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presented {
    Token(String),
    Code { selector: String, code: String },
}

impl Presented {
    pub fn parse(raw: &str) -> Option<Self> {
        let text: String = raw
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        if !text.bytes().all(|byte| ALPHABET.contains(&byte)) {
            return None;
        }
        match text.len() {
            TOKEN_CHARS => Some(Self::Token(text)),
            len if len == SELECTOR_CHARS + CODE_CHARS => Some(Self::Code {
                selector: text[..SELECTOR_CHARS].to_owned(),
                code: text,
            }),
            _ => None,
        }
    }
}

/// Compares without telling by its duration where two texts differ.
pub fn same_secret(a: &str, b: &str) -> bool {
    let (a, b) = (Sha256::digest(a.as_bytes()), Sha256::digest(b.as_bytes()));
    a.iter()
        .zip(b.iter())
        .fold(0, |difference, (x, y)| difference | (x ^ y))
        == 0
}

/// Of what was drawn: so many characters of five bits each.
pub(super) fn base32(bytes: &[u8], chars: usize) -> String {
    (0..chars)
        .map(|index| {
            let bit = index * 5;
            let pair =
                u16::from_be_bytes([bytes[bit / 8], bytes.get(bit / 8 + 1).copied().unwrap_or(0)]);
            char::from(ALPHABET[usize::from(pair >> (11 - bit % 8) & 31)])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> LinkKey {
        LinkKey::new([7; 32])
    }

    #[test]
    fn a_new_issue_gives_another_link_and_another_code() {
        let id = Uuid::from_u128(1);
        assert_eq!(key().token(id, 1), key().token(id, 1));
        assert_ne!(key().token(id, 1), key().token(id, 2));
        assert_ne!(key().code(id, 1), key().code(id, 2));
        assert_ne!(key().token(id, 1), key().token(Uuid::from_u128(2), 1));
        assert_ne!(key().token(id, 1), LinkKey::new([8; 32]).token(id, 1));
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = key().code(Uuid::from_u128(1), 1);
        assert_eq!(code.len(), 19);
        let typed = code
            .to_lowercase()
            .replace('-', " ")
            .replace('0', "o")
            .replace('1', "l");
        assert_eq!(Presented::parse(&typed), Presented::parse(&code));
        assert!(matches!(
            Presented::parse(&code),
            Some(Presented::Code { .. })
        ));
        let token = key().token(Uuid::from_u128(1), 1);
        assert_eq!(Presented::parse(&token), Some(Presented::Token(token)));
        assert_eq!(Presented::parse("short"), None);
        assert_eq!(Presented::parse("<script>alert(1)</script>"), None);
    }

    #[test]
    fn base32_keeps_every_bit_in_order() {
        assert_eq!(base32(&[0xff; 20], 32), "Z".repeat(32));
        assert_eq!(base32(&[0x08, 0x42, 0x10, 0x84, 0x21], 8), "11111111");
    }

    #[test]
    fn a_key_is_read_as_it_is_written_down() {
        let hex: String = (0..32_u8).map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            key_from_hex(&format!("{hex}\n")).map(|key| key[31]),
            Some(31)
        );
        assert!(key_from_hex("abc").is_none());
        assert!(key_from_hex(&"zz".repeat(32)).is_none());
    }
}
