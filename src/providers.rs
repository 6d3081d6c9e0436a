//! Servers elsewhere that say who someone is (OpenID Connect), as the file of providers names them. Everything besides its
//! address a provider says itself (discovery). Nothing is asked of one until a visitor chooses it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::url::{Host, Url};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, TokenResponse,
};
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::fieldwork::step::Asked;

/// For one answer of a provider.
const PATIENCE: Duration = Duration::from_secs(10);
/// Larger than any answer that is meant for us.
const LARGEST: usize = 256 * 1024;
/// So many visitors are asked about at the same time.
const AT_ONCE: usize = 16;
const LONGEST_NAME: usize = 40;

/// What a provider may sign with: something that it alone has. Never nothing, and never a secret that is ours too.
const SIGNED_BY: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    #[error("{}: {why}", file.display())]
    Unreadable { file: PathBuf, why: std::io::Error },
    #[error("{}: {why}", file.display())]
    Form {
        file: PathBuf,
        why: Box<toml::de::Error>,
    },
    #[error("{}: provider `{key}`: {why}", file.display())]
    Provider {
        file: PathBuf,
        key: String,
        why: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    provider: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    key: String,
    name: String,
    issuer: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
}

#[derive(Debug)]
pub struct Provider {
    /// As forms name it.
    pub key: String,
    /// As people know it.
    pub name: String,
    issuer: IssuerUrl,
    client_id: ClientId,
    secret: Option<ClientSecret>,
}

impl Provider {
    /// Where it sends visitors back to. Each has an address of its own: what one says is never taken for what another does.
    pub fn back(&self, base: &str) -> String {
        format!("{base}/sign-in/back/{}", self.key)
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }
}

/// Why nobody was vouched for.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the provider could not be asked: {0}")]
    Away(String),
    #[error("the answer of the provider was not accepted: {0}")]
    Refused(String),
    #[error("too many visitors are being asked about")]
    Busy,
}

/// Why an answer of a provider did not come.
#[derive(Debug, thiserror::Error)]
pub enum CallFault {
    #[error("no answer within {} seconds", PATIENCE.as_secs())]
    Slow,
    #[error("`{0}` is not behind https")]
    Open(String),
    #[error("the answer is larger than {LARGEST} bytes, or broke off")]
    Body,
    #[error("{0}")]
    Line(String),
}

type Found = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

#[derive(Debug)]
pub struct Providers {
    all: Vec<Provider>,
    line: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    places: Semaphore,
}

impl Default for Providers {
    /// None at all.
    fn default() -> Self {
        Self::of(Vec::new())
    }
}

/// Nobody on the way reads or changes what goes to this address: https, or this machine.
fn is_safe(address: &Url) -> bool {
    let here = match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    address.scheme() == "https" || (address.scheme() == "http" && here)
}

impl Entry {
    fn read(self, file: &Path) -> Result<Provider, String> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.key.is_empty() || self.key.len() > LONGEST_NAME || !self.key.chars().all(plain) {
            return Err(format!(
                "a key has 1 to {LONGEST_NAME} small letters, digits and hyphens"
            ));
        }
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(format!("a name has 1 to {LONGEST_NAME} characters"));
        }
        if self.client_id.is_empty() {
            return Err(
                "`client_id` is empty: the provider gives it when it is told of this server"
                    .to_owned(),
            );
        }
        let wrong = |why: String| {
            format!(
                "`issuer` is `{}`, {why}: write it as the provider does, such as https://login.example.org",
                self.issuer
            )
        };
        let issuer = IssuerUrl::new(self.issuer.clone());
        let issuer = issuer.map_err(|_| wrong("which is no address".to_owned()))?;
        if !is_safe(issuer.url()) {
            return Err(wrong("which is not behind https".to_owned()));
        }
        let secret = self.client_secret_file.map(|named| {
            let place = file.parent().unwrap_or(Path::new("")).join(named);
            match std::fs::read_to_string(&place) {
                Ok(text) if !text.trim().is_empty() => {
                    Ok(ClientSecret::new(text.trim().to_owned()))
                }
                Ok(_) => Err(format!("{} is empty", place.display())),
                Err(why) => Err(format!("{}: {why}", place.display())),
            }
        });
        Ok(Provider {
            name: name.to_owned(),
            key: self.key,
            issuer,
            client_id: ClientId::new(self.client_id),
            secret: secret.transpose()?,
        })
    }
}

impl Providers {
    fn of(all: Vec<Provider>) -> Self {
        let connector = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .build();
        Self {
            all,
            line: Client::builder(TokioExecutor::new()).build(connector),
            places: Semaphore::new(AT_ONCE),
        }
    }

    /// Reads the file of providers. Nothing is asked of them yet.
    pub fn read(file: &Path) -> Result<Self, FileFault> {
        let text = std::fs::read_to_string(file).map_err(|why| FileFault::Unreadable {
            file: file.to_owned(),
            why,
        })?;
        let read: File = toml::from_str(&text).map_err(|why| FileFault::Form {
            file: file.to_owned(),
            why: Box::new(why),
        })?;
        let mut keys = BTreeSet::new();
        let mut all = Vec::new();
        for entry in read.provider {
            let key = entry.key.clone();
            let provider = match keys.insert(key.clone()) {
                true => entry.read(file),
                false => Err("its key stands in the file twice".to_owned()),
            };
            all.push(provider.map_err(|why| FileFault::Provider {
                file: file.to_owned(),
                key,
                why,
            })?);
        }
        Ok(Self::of(all))
    }

    pub fn all(&self) -> &[Provider] {
        &self.all
    }

    pub fn named(&self, key: &str) -> Option<&Provider> {
        self.all.iter().find(|provider| provider.key == key)
    }

    /// One request and its answer. Redirects are not followed: they could lead anywhere.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, CallFault> {
        let address = request.uri().to_string();
        if !Url::parse(&address).is_ok_and(|address| is_safe(&address)) {
            return Err(CallFault::Open(address));
        }
        let request = request.map(|body| Full::new(Bytes::from(body)));
        let answer = async {
            let told = self.line.request(request).await;
            let (head, body) = told
                .map_err(|error| CallFault::Line(chain(&error)))?
                .into_parts();
            let body = Limited::new(body, LARGEST).collect().await;
            let body = body.map_err(|_| CallFault::Body)?.to_bytes();
            Ok(HttpResponse::from_parts(head, body.to_vec()))
        };
        timeout(PATIENCE, answer)
            .await
            .unwrap_or(Err(CallFault::Slow))
    }

    /// What a provider says of itself, read anew each time: its keys change.
    async fn find(&self, provider: &Provider, base: &str) -> Result<Found, Fault> {
        let metadata = CoreProviderMetadata::discover_async(provider.issuer.clone(), self)
            .await
            .map_err(|error| Fault::Away(chain(&error)))?;
        let back = RedirectUrl::new(provider.back(base));
        let back = back.map_err(|error| Fault::Away(chain(&error)))?;
        Ok(CoreClient::from_provider_metadata(
            metadata,
            provider.client_id.clone(),
            provider.secret.clone(),
        )
        .set_redirect_uri(back))
    }

    /// Whether a provider answers, for whoever starts the server.
    pub async fn answers(&self, provider: &Provider, base: &str) -> Result<(), Fault> {
        self.find(provider, base).await.map(drop)
    }

    /// Where a visitor goes on to, to be asked there who they are.
    pub async fn ask(&self, provider: &Provider, base: &str, asked: &Asked) -> Result<Url, Fault> {
        let _place = self.places.try_acquire().map_err(|_| Fault::Busy)?;
        let found = self.find(provider, base).await?;
        let verifier = PkceCodeVerifier::new(asked.verifier.clone());
        let (state, nonce) = (asked.state.clone(), asked.nonce.clone());
        let (address, _, _) = found
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        if !is_safe(&address) {
            return Err(Fault::Away(
                CallFault::Open(address.to_string()).to_string(),
            ));
        }
        Ok(address)
    }

    /// Who came back with this code, as the provider knows them. What it says is taken only as the answer to `asked`, signed
    /// by it, for this server and not too old.
    pub async fn vouched(
        &self,
        provider: &Provider,
        base: &str,
        (asked, code): (&Asked, &str),
        now: DateTime<Utc>,
    ) -> Result<String, Fault> {
        let _place = self.places.try_acquire().map_err(|_| Fault::Busy)?;
        let refused = |why: String| Fault::Refused(why);
        let found = self.find(provider, base).await?;
        let answer = found
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| Fault::Away(chain(&error)))?
            .set_pkce_verifier(PkceCodeVerifier::new(asked.verifier.clone()))
            .request_async(self)
            .await
            .map_err(|error| match &error {
                RequestTokenError::Request(_) => Fault::Away(chain(&error)),
                // The answer itself may hold secrets, and is not told.
                RequestTokenError::Parse(..) => refused("it cannot be read".to_owned()),
                _ => refused(chain(&error)),
            })?;
        let Some(signed) = answer.id_token() else {
            return Err(refused("it says nothing of who this is".to_owned()));
        };
        let verifier = found
            .id_token_verifier()
            .set_allowed_algs(SIGNED_BY)
            .set_time_fn(move || now);
        let claims = signed.claims(&verifier, &Nonce::new(asked.nonce.clone()));
        let claims = claims.map_err(|error| refused(chain(&error)))?;
        Ok(claims.subject().to_string())
    }
}

impl<'c> AsyncHttpClient<'c> for Providers {
    type Error = CallFault;
    type Future = BoxFuture<'c, Result<HttpResponse, CallFault>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.send(request).boxed()
    }
}

/// An error with what caused it.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        told = format!("{told}: {cause}");
        source = cause.source();
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Providers, String> {
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("providers.toml");
        std::fs::write(place.path().join("secret"), "geheim\n").expect("written");
        std::fs::write(place.path().join("empty"), " \n").expect("written");
        std::fs::write(&file, text).expect("written");
        Providers::read(&file).map_err(|fault| {
            let folder = place.path().display().to_string();
            fault.to_string().replace(&folder, "")
        })
    }

    const GOOD: &str = "[[provider]]\nkey = \"surf\"\nname = \"SURFconext\"\nissuer = \"https://connect.example.org\"\n\
                        client_id = \"schakel\"\nclient_secret_file = \"secret\"\n";

    #[test]
    fn a_file_names_providers() {
        let providers = read(GOOD).expect("a good file");
        let [one] = providers.all() else {
            panic!("one provider");
        };
        assert_eq!(
            (one.key.as_str(), one.name.as_str()),
            ("surf", "SURFconext")
        );
        assert_eq!(
            one.secret.as_ref().map(|secret| secret.secret().as_str()),
            Some("geheim")
        );
        assert!(!format!("{providers:?}").contains("geheim"));
        assert!(providers.named("surf").is_some() && providers.named("other").is_none());
        assert!(read("").expect("none").all().is_empty());
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told() {
        for (from, to, told) in [
            ("https://connect", "http://connect", "not behind https"),
            ("https://connect.example.org", "connect", "no address"),
            ("\"surf\"", "\"Surf conext\"", "small letters"),
            ("\"SURFconext\"", "\" \"", "1 to 40 characters"),
            ("\"schakel\"", "\"\"", "`client_id` is empty"),
            ("\"secret\"", "\"empty\"", "/empty is empty"),
            ("\"secret\"", "\"gone\"", "/gone: "),
            ("client_id", "klant", "line 5, column 1"),
            ("\nclient_id = \"schakel\"", "", "missing field `client_id`"),
        ] {
            let fault = read(&GOOD.replacen(from, to, 1)).expect_err(told);
            assert!(fault.contains(told), "{told}: {fault}");
            assert!(fault.starts_with("/providers.toml"), "{fault}");
        }
        let twice = read(&GOOD.repeat(2)).expect_err("twice");
        assert!(
            twice.contains("`surf`: its key stands in the file twice"),
            "{twice}"
        );
    }

    #[test]
    fn nobody_on_the_way_reads_along() {
        let safe = |text| is_safe(&Url::parse(text).expect("an address"));
        assert!(safe("https://a.example") && safe("http://127.0.0.1:9") && safe("http://[::1]/x"));
        assert!(!safe("http://a.example") && !safe("javascript:alert(1)"));
        assert!(!safe("http://127.0.0.1.example.org") && !safe("ftp://localhost"));
    }
}
