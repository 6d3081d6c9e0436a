//! Passwords as they are stored: Argon2id, with its parameters written beside each hash.

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

/// 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// Slow, and hungry for memory: never on a thread that has other work.
pub fn hash(password: &str, salt: [u8; 16]) -> String {
    let salt = SaltString::encode_b64(&salt).expect("sixteen bytes are a salt");
    argon2()
        .hash_password(password.as_bytes(), &salt)
        .expect("the default parameters hash any password")
        .to_string()
}

/// Whether this is the password that was hashed, by the parameters that stand in the hash.
pub fn is_right(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

/// What the password of someone who has no account is held against, so that it takes as long.
pub const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$\
                          b25saWVzIG5vIHBhc3N3b3JkIGhhcyB0aGlzIGhhc2g";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_the_hash_says_how_it_was_made() {
        let stored = hash("vijf blauwe tafels", [7; 16]);
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert!(is_right("vijf blauwe tafels", &stored));
        assert!(!is_right("vijf blauwe tafel", &stored));
        assert!(!is_right("vijf blauwe tafels", "no hash"));
    }

    #[test]
    fn nobody_is_a_hash_like_any_other_and_no_password_has_it() {
        let nobody = PasswordHash::new(NOBODY).expect("a hash");
        let own = hash("vijf blauwe tafels", [7; 16]);
        let own = PasswordHash::new(&own).expect("a hash");
        assert_eq!(nobody.params, own.params);
        assert_eq!(
            nobody.hash.map(|hash| hash.len()),
            own.hash.map(|hash| hash.len())
        );
        assert!(!is_right("", NOBODY));
    }
}
