//! Signing in through a server elsewhere: what it must have said, to whom, and how often that is good.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::path::Path;

use schakel::providers::Providers;
use serde_json::json;
use support::databases::{Database, databases};
use support::figures;
use support::provider::{FakeProvider, Wrong};
use support::server::{Page, Visitor};
use support::signing_in::{PASSWORD, Person, Served, leads_to, now, secret_on, step};
use support::tables::everything;

use crate::support;

async fn served(database: &Database) -> (Served, FakeProvider) {
    let provider = FakeProvider::start().await;
    let served = Served::with(database, Providers::read(&provider.file()).unwrap()).await;
    provider.on_clock(&served.clock);
    (served, provider)
}

/// Where a page hands its visitor over to.
#[track_caller]
fn handed_over(page: &Page, provider: &FakeProvider) -> String {
    assert_eq!(page.status, 200, "{}", page.html);
    let mark = format!("href=\"{}", provider.base);
    let rest = page
        .html
        .split(&mark)
        .nth(1)
        .unwrap_or_else(|| panic!("{}", page.html));
    rest.split('"').next().unwrap().replace("&#38;", "&")
}

/// The provider knows who this is, and sends them back with a code.
fn vouched_for(served: &Served, provider: &FakeProvider, asked: &str) -> String {
    let there = Visitor::new(&provider.base);
    let back = there.get(asked).location.unwrap();
    back.strip_prefix(&served.base).unwrap().to_owned()
}

/// On to the provider, and back with what it gave.
fn sent_back(served: &Served, provider: &FakeProvider, visitor: &Visitor) -> String {
    let page = visitor.post("/sign-in/with", &[("provider", "ster")]);
    vouched_for(served, provider, &handed_over(&page, provider))
}

fn link(served: &Served, provider: &FakeProvider, visitor: &Visitor) -> Page {
    let form = [("provider", "ster"), ("password", PASSWORD)];
    let page = visitor.post("/account/providers", &form);
    let back = vouched_for(served, provider, &handed_over(&page, provider));
    visitor.get(&back)
}

/// With the account elsewhere and the app, on another machine.
fn in_with_it(served: &Served, provider: &FakeProvider, person: &Person) -> Visitor {
    let visitor = served.visitor();
    let back = sent_back(served, provider, &visitor);
    leads_to(&visitor.get(&back), "/sign-in/code");
    assert_eq!(visitor.get("/account").status, 403, "not without the app");
    let code = person.code(served);
    let page = visitor.post("/sign-in/code", &[("code", &code)]);
    assert_eq!(page.status, 303, "{}", page.html);
    visitor
}

/// What came of going there and back: nobody is in, and there is no second factor to be shown.
#[track_caller]
fn nobody_is_in(served: &Served, provider: &FakeProvider, status: u16, told: &str) {
    let visitor = served.visitor();
    let back = sent_back(served, provider, &visitor);
    let page = visitor.get(&back);
    assert_eq!(page.status, status, "{}", page.html);
    assert!(page.has(told), "{}", page.html);
    assert!(visitor.get("/sign-in/code").status >= 400);
    assert_eq!(visitor.get("/account").status, 403);
}

/// A linked account elsewhere takes the place of the password, never of the app, until it is taken away.
#[tokio::test(flavor = "multi_thread")]
async fn a_linked_account_elsewhere_takes_the_place_of_the_password() {
    for database in databases("providers").await {
        let (mut served, provider) = served(&database).await;
        let person = served.researcher("an@example.org").await;
        now(|| {
            assert!(
                served
                    .visitor()
                    .get("/sign-in")
                    .has("Aanmelden met De Ster")
            );
            // Nobody is linked by the address that a provider tells.
            nobody_is_in(&served, &provider, 403, "nog aan geen account gekoppeld");
            let wrong = [("provider", "ster"), ("password", "een ander wachtwoord")];
            let page = person.visitor.post("/account/providers", &wrong);
            assert_eq!(page.status, 422, "{}", page.html);
            let unknown = [("provider", "maan"), ("password", PASSWORD)];
            assert_eq!(
                person.visitor.post("/account/providers", &unknown).status,
                404
            );
            assert_eq!(
                served.visitor().post("/sign-in/with", &unknown[..1]).status,
                404
            );

            leads_to(
                &link(&served, &provider, &person.visitor),
                "/account/security?done=linked",
            );
            let page = person.visitor.get("/account/security?done=linked");
            assert!(page.has("Het account elders is gekoppeld."));
            assert!(page.has("<th scope=\"row\">De Ster</th>"), "{}", page.html);
            assert_eq!(
                in_with_it(&served, &provider, &person)
                    .get("/research")
                    .status,
                200
            );
        });
        // Whose it is there stands nowhere, and each step in the audit.
        let tables = everything(&served.store).await;
        let text = format!("{tables:?}");
        for secret in ["vos-0412", "noor.vos", "een geheim"] {
            assert!(!text.contains(secret), "{secret}");
        }
        assert_eq!(tables["identities"].len(), 1);
        for verb in ["link identity", "vouch for identity"] {
            let lines = tables["audit"].iter().filter(|line| line.contains(verb));
            assert_eq!(lines.count(), 1, "{verb}");
        }
        now(|| {
            let page = person.visitor.get("/account/security");
            let identity = page.hidden("identity");
            // Of somebody else's account nothing is taken away.
            let form = [("identity", identity.as_str())];
            let stranger = served.visitor().post("/account/providers/remove", &form);
            assert_eq!(stranger.status, 403);
            let gone = person.visitor.post("/account/providers/remove", &form);
            leads_to(&gone, "/account/security?done=unlinked");
            nobody_is_in(&served, &provider, 403, "nog aan geen account gekoppeld");
        });
        assert!(everything(&served.store).await["identities"].is_empty());
    }
}

/// Whatever a provider did not sign, for this server, as the answer to this question and in time, opens nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_any_way_opens_nothing() {
    let refused = [
        Wrong::Nonce,
        Wrong::Audience,
        Wrong::Expired,
        Wrong::Issuer,
        Wrong::Key,
        Wrong::Unsigned,
        Wrong::Shared,
        Wrong::Changed,
        Wrong::Nobody,
        Wrong::Garbled,
        Wrong::Code,
        Wrong::Elsewhere,
    ];
    for database in databases("wrong answers").await {
        let (mut served, provider) = served(&database).await;
        let person = served.researcher("an@example.org").await;
        now(|| {
            link(&served, &provider, &person.visitor);
            for wrong in refused {
                provider.says_wrong(wrong);
                nobody_is_in(&served, &provider, 403, "klopte niet met wat wij vroegen");
            }
            provider.says_wrong(Wrong::Large);
            nobody_is_in(&served, &provider, 502, "De Ster antwoordt nu niet");
            provider.says_wrong(Wrong::Nothing);
            in_with_it(&served, &provider, &person);

            // It sent them back without a code.
            let visitor = served.visitor();
            let back = sent_back(&served, &provider, &visitor);
            let state = back
                .split("state=")
                .nth(1)
                .unwrap()
                .split('&')
                .next()
                .unwrap();
            let none = visitor.get(&format!(
                "/sign-in/back/ster?state={state}&error=access_denied"
            ));
            assert_eq!(none.status, 403);
            assert!(none.has("De Ster heeft u niet aangemeld"), "{}", none.html);
            leads_to(&visitor.get(&back), "/sign-in/code");
        });
        figures::record(
            "providers",
            &json!({ "wrong_answers": refused.len() + 1, "let_in": 0 }),
        );
    }
}

/// An answer is good for the browser that asked, and once: nobody is signed in as somebody else without knowing.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_good_once_and_for_who_asked() {
    for database in databases("answers of providers").await {
        let (mut served, provider) = served(&database).await;
        let person = served.researcher("an@example.org").await;
        let other = served.researcher("bo@example.org").await;
        now(|| {
            link(&served, &provider, &person.visitor);
            let visitor = served.visitor();
            let back = sent_back(&served, &provider, &visitor);
            let nobody = served.visitor().get(&back);
            assert_eq!(nobody.status, 403, "without having asked");
            let victim = served.visitor();
            sent_back(&served, &provider, &victim);
            assert_eq!(victim.get(&back).status, 409, "another question");
            let elsewhere = back.replace("/ster", "/maan");
            assert_eq!(visitor.get(&elsewhere).status, 409, "another provider");
            let before = format!("schakel_step={}", step(&visitor));
            leads_to(&visitor.get(&back), "/sign-in/code");
            let again = visitor.get_with(&back, &before);
            assert_eq!(again.status, 403, "a second time");
            assert_ne!(format!("schakel_step={}", step(&visitor)), before);

            // It stands for one account alone.
            let taken = link(&served, &provider, &other.visitor);
            assert_eq!(taken.status, 409);
            assert!(
                taken.has("is hier al aan een account gekoppeld"),
                "{}",
                taken.html
            );
            provider.signed_in_as("bos-17");
            leads_to(
                &link(&served, &provider, &other.visitor),
                "/account/security?done=linked",
            );
            in_with_it(&served, &provider, &other);
            provider.signed_in_as("vos-0412");
            in_with_it(&served, &provider, &person);
        });
    }
}

/// With the roles of the link that was opened before; not for a closed account; and an account that is made anew knows nobody
/// elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_keeps_what_it_was() {
    for database in databases("accounts with providers").await {
        let (mut served, provider) = served(&database).await;
        let admin = served.administrator().await;
        let person = served.researcher("an@example.org").await;
        let coder = served.link("coder").await;
        let id = now(|| {
            link(&served, &provider, &person.visitor);
            // The link of another role, opened on the way in, is added.
            let visitor = served.visitor();
            assert_eq!(visitor.enter(&coder), "/sign-in/new");
            let back = sent_back(&served, &provider, &visitor);
            leads_to(&visitor.get(&back), "/sign-in/code");
            let code = person.code(&served);
            leads_to(
                &visitor.post("/sign-in/code", &[("code", &code)]),
                "/coding",
            );

            let page = admin.visitor.get("/accounts");
            let row = page
                .html
                .split("<tr>")
                .find(|row| row.contains(&person.address))
                .unwrap();
            let id = row.split("name=\"account\" value=\"").nth(1).unwrap();
            id.split('"').next().unwrap().to_owned()
        });
        now(|| {
            let change = |what: &str| {
                let form = [("account", id.as_str()), ("do", what)];
                admin.visitor.post("/accounts", &form)
            };
            change("close");
            nobody_is_in(&served, &provider, 403, "nog aan geen account gekoppeld");
            change("open");
            in_with_it(&served, &provider, &person);
            // Made anew: whoever had the old telephone may have had the account elsewhere too.
            let page = change("restart");
            let token = page.html.split("/r#").nth(1).unwrap();
            let token: String = token
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric())
                .collect();
            let visitor = served.visitor();
            visitor.enter(&token);
            let form = [
                ("address", "an@example.org"),
                ("new", PASSWORD),
                ("again", PASSWORD),
            ];
            leads_to(&visitor.post("/sign-in/new", &form), "/sign-in/app");
            let secret = secret_on(&visitor.get("/sign-in/app"));
            let person = Person {
                secret,
                visitor,
                ..person
            };
            let code = person.code(&served);
            assert_eq!(
                person
                    .visitor
                    .post("/sign-in/app", &[("code", &code)])
                    .status,
                200
            );
            nobody_is_in(&served, &provider, 403, "nog aan geen account gekoppeld");
        });
    }
}

/// A provider that does not answer is said to be away, and keeps nobody out; nobody asks it without end.
#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_keeps_nobody_out() {
    for database in databases("a provider is away").await {
        let (mut served, provider) = served(&database).await;
        let person = served.researcher("an@example.org").await;
        now(|| {
            let visitor = served.visitor();
            let form = [("provider", "ster")];
            for n in 1..=30 {
                assert_eq!(visitor.post("/sign-in/with", &form).status, 200, "{n}");
            }
            let page = visitor.post("/sign-in/with", &form);
            assert_eq!(page.status, 429, "{}", page.html);
            served.clock.on(chrono::TimeDelta::minutes(1));
            let back = sent_back(&served, &provider, &visitor);
            provider.end();
            for page in [visitor.get(&back), visitor.post("/sign-in/with", &form)] {
                assert_eq!(page.status, 502, "{}", page.html);
                assert!(page.has("De Ster antwoordt nu niet"), "{}", page.html);
                assert!(page.has("name=\"password\""), "the own way in");
            }
            assert_eq!(person.again(&served).get("/research").status, 200);
        });
    }
}

/// The program reads the file, says what its provider has to know, and what is wrong with the file.
#[tokio::test(flavor = "multi_thread")]
async fn the_program_says_where_a_provider_sends_people_back_to() {
    let provider = FakeProvider::start().await;
    let database = support::databases::sqlite();
    now(|| {
        let place = support::server::Installation::new(&database.address);
        let file = provider.file();
        let server = place.serve_with(&["--providers", file.to_str().unwrap()]);
        let visitor = Visitor::new(&server.base);
        assert!(visitor.get("/sign-in").has("Aanmelden met De Ster"));
        drop(server);
        let wrong = place.file(
            "wrong.toml",
            "[[provider]]\nkey = \"ster\"\nnaam = \"De Ster\"\n",
        );
        let told = |file: &Path| {
            let done = place.run(&[
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--providers",
                file.to_str().unwrap(),
            ]);
            assert_eq!(done.status.code(), Some(1));
            String::from_utf8_lossy(&done.stderr).into_owned()
        };
        let fault = told(&wrong);
        assert!(
            fault.contains("wrong.toml") && fault.contains("line 3, column 1"),
            "{fault}"
        );
        assert!(told(&place.path("none.toml")).contains("none.toml"));
    });
}
