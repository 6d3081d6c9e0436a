//! The administrator's first account in a browser: by its one-time link, with an app, a passkey and an account elsewhere, in
//! both languages.

use chrono::TimeDelta;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel::domain::account::StaffLinks;
use schakel::domain::second_factor::TotpSecret;
use schakel::domain::time::{Clock, SystemClock};
use schakel::domain::token::LinkKey;
use schakel::fieldwork::make_account;
use schakel::providers::Providers;
use schakel::storage::audit::Act;
use schakel::storage::{StorageError, Store};
use schakel::web::app::App;
use schakel::web::serve::serve;
use tempfile::TempDir;

use crate::support::browser::{Browser, Size};
use crate::support::databases::seal_key;
use crate::support::provider::FakeProvider;
use crate::support::signing_in::{Hand, PASSWORD};

const ADDRESS: &str = "beheer@example.org";
/// What the app shows after a while.
fn code(clock: &Hand, secret: &TotpSecret) -> String {
    clock.on(TimeDelta::seconds(30));
    secret.code(clock.now())
}

/// A server that is reached by a name, as passkeys ask, with the link of its first administrator.
async fn served(folder: &TempDir, clock: &Hand, provider: &FakeProvider) -> String {
    let file = format!("sqlite:{}", folder.path().join("study.db").display());
    let store = Store::open(&file, &seal_key()).await.expect("a database");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let base = format!("http://localhost:{port}");
    let act = Act {
        actor: "test".to_owned(),
        at: clock.now(),
    };
    let mut rng = ChaCha12Rng::from_seed([3; 32]);
    let token = store
        .write::<_, StorageError, _>(move |tx| {
            Box::pin(async move { make_account::first_link(tx, &act, &mut rng).await })
        })
        .await
        .expect("a link is made")
        .expect("there is no administrator yet");
    let app = App::new(store, LinkKey::new([7; 32]), clock.clone(), [1; 32], false)
        .reached_at(&base, false)
        .with_providers(Providers::read(&provider.file()).expect("a good file"))
        .with_staff_links(StaffLinks::Accounts);
    tokio::spawn(serve(listener, app, std::future::pending()));
    format!("{base}/r#{token}")
}

fn looked_at(browser: &Browser, name: &str) {
    let barriers = browser.barriers();
    assert!(barriers.is_empty(), "{name}: {barriers:#?}");
    browser.resize(360, 740);
    browser.screenshot(&format!("{name}-360"));
    assert!(!browser.overflows(), "{name} is wider than a telephone");
    let barriers = browser.barriers();
    assert!(barriers.is_empty(), "{name} at 360: {barriers:#?}");
    browser.resize(1280, 900);
    browser.screenshot(&format!("{name}-1280"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_signs_in_with_an_app_a_passkey_and_an_account_elsewhere() {
    let folder = TempDir::with_prefix("schakel-accounts-").expect("a temporary folder");
    let clock = Hand::at(SystemClock.now());
    let provider = FakeProvider::start().await;
    provider.on_clock(&clock);
    let link = served(&folder, &clock, &provider).await;
    tokio::task::block_in_place(|| walk(&link, &clock));
}

fn walk(link: &str, clock: &Hand) {
    let Some(browser) = Browser::start("accounts", Size::Desk, "nl") else {
        return;
    };
    let base = link.split("/r#").next().expect("an address");
    browser.with_authenticator();
    browser.visit(link);
    browser.find("button", "Start").click();
    browser.find("heading", "Een account maken");
    looked_at(&browser, "account-new-nl");
    browser.fill("address", ADDRESS);
    browser.fill("new", "te kort");
    browser.fill("again", "te kort");
    browser.find("button", "Verder").click();
    browser.said("paragraph", "ten minste 15 tekens");
    looked_at(&browser, "account-new-fault-nl");
    browser.fill("new", PASSWORD);
    browser.fill("again", PASSWORD);
    browser.find("button", "Verder").click();
    browser.find("heading", "De app op uw telefoon");
    looked_at(&browser, "account-app-nl");
    let secret = browser.script("return document.querySelector('.code code').textContent");
    let secret = secret.as_str().unwrap_or_default().replace(' ', "");
    let secret = TotpSecret::from_text(&secret).expect("a key that can be typed");
    browser.fill("code", &code(clock, &secret));
    browser.find("button", "Verder").click();
    browser.find("heading", "Herstelcodes");
    looked_at(&browser, "account-codes-nl");
    browser.find("link", "Ik heb ze bewaard. Verder").click();
    browser.find("heading", "Mijn account");
    looked_at(&browser, "account-nl");
    browser.find("link", "Accounts").click();
    browser.find("heading", "Accounts");
    looked_at(&browser, "accounts-nl");
    browser.find("button", "Afsluiten").click();
    browser.find("heading", "Hoe werkt uw team samen?");

    // In English from here: with the app, and then without it.
    browser.visit(&format!("{base}/sign-in"));
    browser.find("button", "English").click();
    browser.find("heading", "Sign in");
    looked_at(&browser, "sign-in-en");
    browser.fill("address", ADDRESS);
    browser.fill("password", "not the right one");
    browser.find("button", "Continue").click();
    browser.said("alert", "do not belong together");
    looked_at(&browser, "sign-in-wrong-en");
    browser.fill("address", ADDRESS);
    browser.fill("password", PASSWORD);
    browser.find("button", "Continue").click();
    browser.find("heading", "Your second key");
    looked_at(&browser, "sign-in-code-en");
    browser.fill("code", &code(clock, &secret));
    browser.find("button", "Continue").click();
    browser.find("heading", "My account");
    browser.find("link", "Security").click();
    browser.find("heading", "Security");
    looked_at(&browser, "account-security-en");
    // An account elsewhere: the browser goes there and comes back by itself.
    browser.fill("password-ster", PASSWORD);
    browser.find("button", "Link with De Ster").click();
    browser.said("status", "has been linked");
    looked_at(&browser, "account-linked-en");
    browser.find("link", "Passkeys").click();
    browser.find("heading", "Make a passkey");
    browser.fill("label", "laptop");
    browser.fill("password", "not the right one");
    browser.find("button", "Make a passkey").click();
    browser.said("alert", "not your password");
    looked_at(&browser, "passkeys-en");
    browser.fill("password", PASSWORD);
    browser.find("button", "Make a passkey").click();
    browser.find("button", "Remove: laptop");
    looked_at(&browser, "passkeys-made-en");
    browser.find("button", "Close").click();
    browser.find("heading", "How does your team work together?");

    browser.visit(&format!("{base}/account"));
    browser.find("heading", "That did not work");
    browser.visit(&format!("{base}/sign-in"));
    browser.fill("passkey-address", ADDRESS);
    browser.find("button", "Sign in with a passkey").click();
    browser.find("heading", "My account");
    browser.find("link", "Where I am signed in").click();
    browser.find("heading", "Where I am signed in");
    browser.said("cell", "passkey");
    looked_at(&browser, "sessions-en");
    browser.visit(&format!("{base}/sign-in"));
    browser.find("button", "Sign in with De Ster").click();
    browser.find("heading", "Your second key");
    browser.fill("code", &code(clock, &secret));
    browser.find("button", "Continue").click();
    browser.find("heading", "My account");
    // Whoever has no account is asked for a passkey all the same, and nothing answers.
    browser.visit(&format!("{base}/sign-in"));
    browser.fill("passkey-address", "nobody@example.org");
    browser.find("button", "Sign in with a passkey").click();
    browser.said("alert", "did not work");
    // Only what was refused on purpose.
    for complaint in browser.complaints() {
        assert!(
            ["403", "422"]
                .iter()
                .any(|status| complaint.contains(status)),
            "{complaint}"
        );
    }
}
