//! A server that vouches for people, as SURFconext or Entra does: what it says can be made wrong in every way that matters.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use schakel::domain::time::Clock;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::signing_in::Hand;

pub const CLIENT: &str = "schakel";
const SECRET: &str = "een geheim van deze server";

/// What is wrong with what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    Nothing,
    /// The answer to another question.
    Nonce,
    /// Meant for another server.
    Audience,
    /// Of an hour ago.
    Expired,
    /// Said by another server.
    Issuer,
    /// Signed with a key that it does not say is its own.
    Key,
    /// Not signed.
    Unsigned,
    /// Signed with the secret that it shares with this server.
    Shared,
    /// Signed, and changed afterwards.
    Changed,
    /// Nothing of who it is.
    Nobody,
    /// No answer that can be read.
    Garbled,
    /// An answer of a megabyte.
    Large,
    /// It sends the server on to another address.
    Elsewhere,
    /// It does not know the code.
    Code,
}

/// What was asked with a code.
struct Asked {
    query: BTreeMap<String, String>,
    subject: String,
}

struct Shared {
    base: String,
    key: EcdsaKeyPair,
    other: EcdsaKeyPair,
    wrong: Wrong,
    /// Whoever is signed in there.
    subject: String,
    clock: Hand,
    codes: BTreeMap<String, Asked>,
    given: usize,
}

type Told = Arc<Mutex<Shared>>;

pub struct FakeProvider {
    pub base: String,
    told: Told,
    task: JoinHandle<()>,
    folder: TempDir,
}

fn pair() -> EcdsaKeyPair {
    let rng = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &rng).expect("a key");
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &rng).expect("a key")
}

/// Base 64 without padding: of addresses, or of headers.
fn base64(bytes: &[u8], last: [u8; 2]) -> String {
    let mut alphabet: Vec<u8> = (b'A'..=b'Z')
        .chain(b'a'..=b'z')
        .chain(b'0'..=b'9')
        .collect();
    alphabet.extend(last);
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = three
            .iter()
            .fold(0_u32, |number, byte| number << 8 | u32::from(*byte))
            << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            let six = (number >> (18 - 6 * place)) & 63;
            text.push(char::from(alphabet[six as usize]));
        }
    }
    text
}

fn in_address(bytes: &[u8]) -> String {
    base64(bytes, *b"-_")
}

impl FakeProvider {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let told = Arc::new(Mutex::new(Shared {
            base: base.clone(),
            key: pair(),
            other: pair(),
            wrong: Wrong::Nothing,
            subject: "vos-0412".to_owned(),
            clock: Hand::default(),
            codes: BTreeMap::new(),
            given: 0,
        }));
        let router = axum::Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(told.clone());
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        let folder = TempDir::with_prefix("schakel-provider-").expect("a folder");
        std::fs::write(folder.path().join("secret"), SECRET).expect("written");
        let file = format!(
            "[[provider]]\nkey = \"ster\"\nname = \"De Ster\"\nissuer = \"{base}\"\nclient_id = \"{CLIENT}\"\n\
             client_secret_file = \"secret\"\n"
        );
        std::fs::write(folder.path().join("providers.toml"), file).expect("written");
        Self {
            base,
            told,
            task,
            folder,
        }
    }

    /// The file that names it.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("providers.toml")
    }

    fn set(&self, change: impl FnOnce(&mut Shared)) {
        change(&mut self.told.lock().expect("nobody failed"));
    }

    pub fn says_wrong(&self, wrong: Wrong) {
        self.set(|shared| shared.wrong = wrong);
    }

    pub fn signed_in_as(&self, subject: &str) {
        self.set(|shared| subject.clone_into(&mut shared.subject));
    }

    pub fn on_clock(&self, clock: &Hand) {
        self.set(|shared| shared.clock = clock.clone());
    }

    pub fn end(&self) {
        self.task.abort();
    }
}

impl Drop for FakeProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn as_json(value: &Value) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        value.to_string(),
    )
        .into_response()
}

async fn metadata(State(told): State<Told>) -> Response {
    let base = told.lock().expect("nobody failed").base.clone();
    as_json(&json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        "something_of_its_own": { "of": "no concern" },
    }))
}

async fn keys(State(told): State<Told>) -> Response {
    let told = told.lock().expect("nobody failed");
    let public = told.key.public_key().as_ref();
    as_json(&json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "one",
        "x": in_address(&public[1..33]), "y": in_address(&public[33..]),
    }]}))
}

/// Whoever comes is signed in there already, and goes back with a code.
async fn authorize(
    State(told): State<Told>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let mut told = told.lock().expect("nobody failed");
    let is = |name: &str, value: &str| query.get(name).is_some_and(|given| given == value);
    if !is("client_id", CLIENT)
        || !is("response_type", "code")
        || !is("code_challenge_method", "S256")
        || !is("scope", "openid")
    {
        return StatusCode::BAD_REQUEST.into_response();
    }
    told.given += 1;
    let code = format!("code-{}", told.given);
    let back = format!(
        "{}?state={}&code={code}",
        query["redirect_uri"], query["state"]
    );
    let subject = told.subject.clone();
    told.codes.insert(code, Asked { query, subject });
    Redirect::to(&back).into_response()
}

fn refused() -> Response {
    let told = as_json(&json!({ "error": "invalid_grant" }));
    (StatusCode::BAD_REQUEST, told).into_response()
}

/// A code is good once, for the server that asked, with what it kept of the question.
async fn token(
    State(told): State<Told>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let mut told = told.lock().expect("nobody failed");
    let form_of = |text: &str| text.replace(' ', "+");
    let both = format!("{CLIENT}:{}", form_of(SECRET));
    let by = headers
        .get(header::AUTHORIZATION)
        .map(|by| by.as_bytes().to_vec());
    let wanted = format!("Basic {}", base64(both.as_bytes(), *b"+/"));
    let by = String::from_utf8(by.unwrap_or_default()).unwrap_or_default();
    let asked = form.get("code").and_then(|code| told.codes.remove(code));
    let (true, Some(asked)) = (by.trim_end_matches('=') == wanted, asked) else {
        return refused();
    };
    let challenge = form
        .get("code_verifier")
        .map(|verifier| in_address(&Sha256::digest(verifier)));
    if challenge.as_ref() != asked.query.get("code_challenge")
        || form.get("redirect_uri") != asked.query.get("redirect_uri")
        || told.wrong == Wrong::Code
    {
        return refused();
    }
    match told.wrong {
        Wrong::Garbled => return as_json(&json!({ "id_token": 17 })),
        Wrong::Large => return as_json(&json!({ "access_token": "x".repeat(1 << 20) })),
        Wrong::Elsewhere => return Redirect::to("http://127.0.0.1:9/token").into_response(),
        Wrong::Nobody => return as_json(&json!({ "access_token": "x", "token_type": "Bearer" })),
        _ => {}
    }
    as_json(
        &json!({ "access_token": "x", "token_type": "Bearer", "id_token": told.id_token(&asked) }),
    )
}

impl Shared {
    fn id_token(&self, asked: &Asked) -> String {
        let now = self.clock.now().timestamp();
        let wrong = |this: Wrong, right: Value, other: Value| {
            if self.wrong == this { other } else { right }
        };
        let claims = json!({
            "iss": wrong(Wrong::Issuer, json!(self.base), json!("https://elders.example.org")),
            "aud": wrong(Wrong::Audience, json!(CLIENT), json!("another")),
            "sub": asked.subject,
            "nonce": wrong(Wrong::Nonce, json!(asked.query.get("nonce")), json!("of another question")),
            "iat": now - 3_600,
            "exp": wrong(Wrong::Expired, json!(now + 300), json!(now - 1)),
            "email": "noor.vos@example.org",
        });
        let kind = match self.wrong {
            Wrong::Unsigned => json!({ "alg": "none" }),
            Wrong::Shared => json!({ "alg": "HS256" }),
            _ => json!({ "alg": "ES256", "kid": "one" }),
        };
        let part = |value: &Value| in_address(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&kind), part(&claims));
        let rng = SystemRandom::new();
        let by = |key: &EcdsaKeyPair| {
            let signature = key.sign(&rng, signed.as_bytes()).expect("it signs");
            in_address(signature.as_ref())
        };
        let signature = match self.wrong {
            Wrong::Unsigned => String::new(),
            Wrong::Shared => {
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
                in_address(ring::hmac::sign(&key, signed.as_bytes()).as_ref())
            }
            Wrong::Key => by(&self.other),
            _ => by(&self.key),
        };
        if self.wrong == Wrong::Changed {
            let mut other = claims;
            other["sub"] = json!("iemand-anders");
            return format!("{}.{}.{signature}", part(&kind), part(&other));
        }
        format!("{signed}.{signature}")
    }
}
