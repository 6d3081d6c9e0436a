//! The second factor that works without scripts: a code that changes every half minute, and codes on paper for when the
//! telephone is lost.

use chrono::{DateTime, Utc};
use rand::Rng;
use totp_rs::{Builder, Secret, Totp};

use super::token::base32;

/// The secret that the app and the server share: 160 bits.
#[derive(Clone)]
pub struct TotpSecret([u8; 20]);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

impl TotpSecret {
    pub fn draw(rng: &mut impl Rng) -> Self {
        let mut bytes = [0; 20];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// As it is typed into an app, and stored.
    pub fn text(&self) -> String {
        Secret::from(self.0).to_base32()
    }

    pub fn from_text(text: &str) -> Option<Self> {
        let secret = Secret::try_from_base32(text).ok()?;
        Some(Self(secret.as_bytes().try_into().ok()?))
    }

    fn totp(&self) -> Totp {
        Builder::new()
            .with_secret(self.0)
            .build()
            .expect("160 bits, six digits and half a minute are what the standard asks")
    }

    /// The step whose code this is, now or half a minute around now. A step that was used before is no good again.
    pub fn step(&self, code: &str, now: DateTime<Utc>, used: i64) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let seconds = u64::try_from(now.timestamp()).ok()?;
        let step = i64::try_from(self.totp().check(&code, seconds)?).ok()?;
        (step > used).then_some(step)
    }

    /// The code of now: what an app shows.
    pub fn code(&self, now: DateTime<Utc>) -> String {
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        self.totp().generate(seconds).to_string()
    }

    /// What an app reads from the picture.
    pub fn address(&self, account: &str) -> String {
        let account: String = account
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'@' => {
                    char::from(byte).to_string()
                }
                other => format!("%{other:02X}"),
            })
            .collect();
        format!(
            "otpauth://totp/Schakel:{account}?secret={}&issuer=Schakel",
            self.text()
        )
    }
}

pub const RECOVERY_CODES: usize = 10;
const RECOVERY_CHARS: usize = 16; // 80 bits

/// Codes on paper, each in four groups of four.
pub fn recovery_codes(rng: &mut impl Rng) -> Vec<String> {
    (0..RECOVERY_CODES)
        .map(|_| {
            let mut bytes = [0; 10];
            rng.fill_bytes(&mut bytes);
            let text = base32(&bytes, RECOVERY_CHARS);
            let groups: Vec<&str> = (0..4).map(|n| &text[4 * n..4 * n + 4]).collect();
            groups.join("-")
        })
        .collect()
}

/// A recovery code as someone typed it, or nothing where it cannot be one.
pub fn read_recovery_code(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    (text.len() == RECOVERY_CHARS && text.is_ascii()).then_some(text)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use rand::SeedableRng;
    use rand_chacha::ChaCha12Rng;

    use super::*;

    #[test]
    fn a_code_is_good_once_and_around_its_half_minute() {
        let secret = TotpSecret::draw(&mut ChaCha12Rng::from_seed([1; 32]));
        let again = TotpSecret::from_text(&secret.text()).expect("a secret is read as it is told");
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("an instant");
        let code = secret.code(now);
        let step = again.step(&code, now, 0).expect("the code of now");
        assert_eq!(step, 1_800_000_000 / 30);
        assert_eq!(again.step(&code, now, step), None, "not a second time");
        let late = now + TimeDelta::seconds(30);
        assert_eq!(again.step(&code, late, 0), Some(step));
        assert_eq!(again.step(&code, now + TimeDelta::seconds(60), 0), None);
        assert_eq!(again.step(&secret.code(late), now, 0), Some(step + 1));
        for rubbish in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            assert_eq!(again.step(rubbish, now, 0), None);
        }
    }

    #[test]
    fn recovery_codes_differ_and_are_read_as_people_type_them() {
        let codes = recovery_codes(&mut ChaCha12Rng::from_seed([2; 32]));
        let different: std::collections::BTreeSet<&String> = codes.iter().collect();
        assert_eq!(different.len(), RECOVERY_CODES);
        let typed = codes[0].to_lowercase().replace('-', " ").replace('0', "o");
        assert_eq!(read_recovery_code(&typed), read_recovery_code(&codes[0]));
        assert_eq!(read_recovery_code("123456"), None);
    }
}
