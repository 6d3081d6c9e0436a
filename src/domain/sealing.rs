//! Names and addresses as they lie in the database: sealed with a key that lies elsewhere. Whoever has the database, or a
//! copy of it, has no names; whoever has the key alone has nothing.

use std::sync::Arc;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;

/// The key of names and addresses. Never stored beside them.
#[derive(Clone)]
pub struct SealKey(Arc<Keys>);

/// Made once: a list of names is opened many times.
struct Keys {
    marks: hmac::Key,
    texts: LessSafeKey,
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey(..)")
    }
}

/// What is sealed begins like this; what does not, was written before there was a key.
const MARK: &str = "sealed:1:";

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was sealed with another key, or has been changed")]
pub struct NotOurs;

impl SealKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        let marks = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        let of_texts = part(&marks, "key of what is sealed", &[]);
        let texts =
            UnboundKey::new(&CHACHA20_POLY1305, of_texts.as_ref()).expect("a key has 32 bytes");
        Self(Arc::new(Keys {
            marks,
            texts: LessSafeKey::new(texts),
        }))
    }

    /// Seals a text for one column: what is sealed for another does not open there. The same text gives the same seal, so
    /// that nothing has to be drawn; only that two people have the same name can be seen.
    pub fn seal(&self, column: &str, text: &str) -> String {
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&part(&self.0.marks, column, text.as_bytes()).as_ref()[..NONCE_LEN]);
        let mut sealed = text.as_bytes().to_vec();
        self.0
            .texts
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(column),
                &mut sealed,
            )
            .expect("no text is as long as the cipher's end");
        let mut told = String::with_capacity(MARK.len() + 2 * (NONCE_LEN + sealed.len()));
        told.push_str(MARK);
        for byte in nonce.iter().chain(&sealed) {
            told.push(char::from(HEX[usize::from(byte >> 4)]));
            told.push(char::from(HEX[usize::from(byte & 15)]));
        }
        told
    }

    /// The text that was sealed for this column. What was never sealed is given as it is.
    pub fn open(&self, column: &str, sealed: &str) -> Result<String, NotOurs> {
        let Some(hex) = sealed.strip_prefix(MARK) else {
            return Ok(sealed.to_owned());
        };
        let mut bytes = from_hex(hex).ok_or(NotOurs)?;
        let (nonce, body) = bytes.split_first_chunk_mut::<NONCE_LEN>().ok_or(NotOurs)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let text = self
            .0
            .texts
            .open_in_place(nonce, Aad::from(column), body)
            .map_err(|_| NotOurs)?;
        String::from_utf8(text.to_vec()).map_err(|_| NotOurs)
    }

    pub fn is_sealed(text: &str) -> bool {
        text.starts_with(MARK)
    }

    /// By which something can be found without being readable, such as the address of an account.
    pub fn mark(&self, purpose: &str, text: &str) -> Vec<u8> {
        part(&self.0.marks, purpose, text.as_bytes())
            .as_ref()
            .to_vec()
    }
}

fn part(key: &hmac::Key, purpose: &str, of: &[u8]) -> hmac::Tag {
    let mut mac = hmac::Context::with_key(key);
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(of);
    mac.sign()
}

const HEX: &[u8; 16] = b"0123456789abcdef";

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let mut bytes = Vec::with_capacity(pairs.len());
    // Every answer of a study passes here when its data are taken.
    for [high, low] in pairs {
        let (high, low) = (DIGITS[usize::from(*high)], DIGITS[usize::from(*low)]);
        if high > 15 || low > 15 {
            return None;
        }
        bytes.push(high << 4 | low);
    }
    Some(bytes)
}

/// What each byte is worth as a hexadecimal digit; 255 where it is none.
const DIGITS: [u8; 256] = {
    let mut digits = [255; 256];
    let mut digit = 0;
    while digit < 16 {
        digits[HEX[digit as usize] as usize] = digit;
        digit += 1;
    }
    digits
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_in_its_column_alone() {
        let key = SealKey::new([7; 32]);
        let sealed = key.seal("contacts.name", "Anneke van der Wal");
        assert!(!sealed.contains("Anneke"));
        assert_eq!(
            key.open("contacts.name", &sealed).as_deref(),
            Ok("Anneke van der Wal")
        );
        assert_eq!(key.open("contacts.email", &sealed), Err(NotOurs));
        assert_eq!(
            SealKey::new([8; 32]).open("contacts.name", &sealed),
            Err(NotOurs)
        );
        let mut changed = sealed.clone().into_bytes();
        let last = changed.len() - 1;
        changed[last] = if changed[last] == b'0' { b'1' } else { b'0' };
        assert_eq!(
            key.open("contacts.name", &String::from_utf8(changed).unwrap()),
            Err(NotOurs)
        );
        assert_eq!(
            key.open("contacts.name", "never sealed").as_deref(),
            Ok("never sealed")
        );
        assert_eq!(key.open("contacts.name", "sealed:1:zz"), Err(NotOurs));
        assert_eq!(key.seal("contacts.name", "Anneke van der Wal"), sealed);
    }
}
