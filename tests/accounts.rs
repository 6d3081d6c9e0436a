//! Accounts: who gets in, with what, for how long, and what a stranger learns by trying.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use schakel::domain::account::StaffLinks;
use schakel::domain::time::Clock;
use schakel::domain::token::Presented;
use schakel::domain::{account, password};
use schakel::fieldwork::enter::{self, Tried};
use schakel::fieldwork::sign_in::{self, Asked};
use schakel::providers::Providers;
use schakel::storage::audit::Act;
use schakel::storage::{StorageError, accounts, links};
use serde_json::json;
use support::databases::databases;
use support::figures::{self, profile};
use support::server::{Page, Visitor};
use support::signing_in::{PASSWORD, Served, leads_to, node, now, password, step, visit};

use crate::support;

/// T11, G22: one administrator by a one-time link; nobody without a second factor; who administers sees no answers.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_is_made_once() {
    for database in databases("the first administrator").await {
        let mut served = Served::on(&database).await;
        let token = served.first_link().await.unwrap();
        let late = served.first_link().await.unwrap();
        now(|| {
            let visitor = served.visitor();
            visitor.enter(&token);
            let choose = |address: &str, new: &str, again: &str| {
                let form = [("address", address), ("new", new), ("again", again)];
                visitor.post("/sign-in/new", &form).status
            };
            assert_eq!(
                choose("beheer@example.org", "veertien teken", "veertien teken"),
                422
            );
            assert_eq!(choose("beheer@example.org", PASSWORD, "anders"), 422);
            assert_eq!(choose("no address", PASSWORD, PASSWORD), 422);
            assert_eq!(choose("beheer@example.org", PASSWORD, PASSWORD), 303);
            assert_eq!(
                visitor.post("/sign-in/app", &[("code", "000000")]).status,
                422
            );
            assert_eq!(visitor.get("/account").status, 403, "not without the app");
            // The password alone opens nothing either: there is no account yet.
            assert_eq!(
                password(&served.visitor(), "beheer@example.org", PASSWORD).status,
                422
            );
            let admin = served.make("beheer@example.org", &token);
            assert_eq!(admin.codes.len(), 10);
            for (path, status) in [
                ("/account", 200),
                ("/accounts", 200),
                ("/setup", 200),
                ("/study", 403),
                ("/research", 403),
                ("/study/rosters", 403),
            ] {
                assert_eq!(admin.visitor.get(path).status, status, "{path}");
            }
            // Neither link makes another.
            for used in [&token, &late] {
                let page = served.visitor().post("/r", &[("code", used)]);
                assert_eq!(page.status, 404, "{}", page.html);
            }
        });
        assert!(served.first_link().await.is_none());
        let researcher = served.researcher("an@example.org").await;
        now(|| {
            assert_eq!(researcher.visitor.get("/account").status, 200);
            assert_eq!(researcher.visitor.get("/accounts").status, 403);
            assert_eq!(researcher.visitor.get("/setup").status, 403);
        });
    }
}

/// A role that needs an account opens with nothing less; a link that is held is dead.
#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_opened_by_the_account_that_holds_it() {
    for database in databases("roles of accounts").await {
        let mut served = Served::on(&database).await;
        let token = served.link("researcher").await;
        // Opened while staff links were open: its cookie is worth nothing now.
        let (act, mut rng, key) = (served.act(), served.field.dice(), served.field.key.clone());
        let presented = Presented::parse(&token).unwrap();
        let old = served
            .store
            .write(move |tx| {
                Box::pin(async move { enter::enter(tx, &act, &mut rng, &key, &presented).await })
            })
            .await
            .unwrap();
        let team = served.link("school").await;
        let researcher = now(|| {
            let stranger = served.visitor();
            let cookie = format!("schakel_visit={}", old.cookie);
            assert_eq!(
                stranger.get_with("/research", &cookie).status,
                403,
                "role forced"
            );
            assert_eq!(
                stranger.enter(&team),
                "/school",
                "a team opens its page in a meeting"
            );
            let researcher = served.make("an@example.org", &token);
            assert_eq!(researcher.visitor.get("/research").status, 200);
            assert_eq!(researcher.visitor.get("/study").status, 403);
            let dead = served.visitor().post("/r", &[("code", &token)]);
            leads_to(&dead, "/sign-in");
            assert!(
                dead.location.is_some() && researcher.again(&served).get("/research").status == 200
            );
            researcher
        });
        // A second role: added to the account, which then chooses.
        let owner = served.link("owner").await;
        now(|| {
            let person = &researcher.visitor;
            assert_eq!(person.enter(&owner), "/sign-in/new");
            assert!(person.get("/sign-in/new").has("/sign-in/add"));
            leads_to(&person.post("/sign-in/add", &[]), "/study");
            assert_eq!(person.get("/research").status, 403, "one role at a time");
            let again = researcher.again(&served);
            let home = again.get("/account");
            assert_eq!(again.get("/study").status, 403, "nothing is chosen yet");
            let link = home.hidden("link");
            assert_eq!(again.post("/account/role", &[("link", &link)]).status, 303);
            let nobody = served.visitor();
            assert_eq!(nobody.post("/account/role", &[("link", &link)]).status, 403);
        });
        // Somebody else cannot choose what they do not hold, and a link with a newer issue is not theirs to add.
        let other = served.researcher("bo@example.org").await;
        now(|| {
            let link = researcher.visitor.get("/account").hidden("link");
            let page = other.visitor.post("/account/role", &[("link", &link)]);
            assert_eq!(page.status, 409);
        });
        // Re-issue takes the role back: from the session at once, and from the account.
        let (act, key) = (served.act(), served.field.key.clone());
        let mut tx = served.store.read().await.unwrap();
        let all = links::of_study(&mut tx, served.field.study.study_id)
            .await
            .unwrap();
        drop(tx);
        let link = all.into_iter().find(|link| link.role == "owner").unwrap();
        assert_eq!(now(|| researcher.visitor.get("/study").status), 200);
        served
            .store
            .write::<_, StorageError, _>(move |tx| {
                Box::pin(async move { enter::reissue_link(tx, &act, &key, &link).await })
            })
            .await
            .unwrap();
        assert_eq!(now(|| researcher.visitor.get("/study").status), 403);
        assert!(!now(|| researcher.visitor.get("/account")).has("/study"));
    }
}

/// T11: every step has a cookie of its own, and the one before opens nothing.
#[tokio::test(flavor = "multi_thread")]
async fn no_cookie_from_before_is_good_after() {
    for database in databases("cookies").await {
        let mut served = Served::on(&database).await;
        let person = served.researcher("an@example.org").await;
        now(|| {
            let visitor = served.visitor();
            let mut seen = Vec::new();
            assert_eq!(visitor.get("/sign-in").status, 200);
            assert_eq!(step(&visitor), "", "looking begins nothing");
            password(&visitor, &person.address, PASSWORD);
            seen.push(step(&visitor));
            // The right password opens nothing by itself.
            assert_eq!(visitor.get("/account").status, 403);
            visitor.post("/sign-in/code", &[("code", &person.code(&served))]);
            let first = visit(&visitor);
            assert!(first.len() >= 32, "at least 128 bits: {first}");
            let used = format!("schakel_step={}", seen[0]);
            assert_eq!(visitor.get_with("/sign-in/code", &used).status, 403);
            let as_visit = format!("schakel_visit={}", seen[0]);
            assert_eq!(visitor.get_with("/account", &as_visit).status, 403);
            seen.push(first.clone());
            // Another role is another privilege, and another cookie.
            let link = visitor.get("/account").hidden("link");
            visitor.post("/account/role", &[("link", &link)]);
            let second = visit(&visitor);
            assert!(!seen.contains(&second));
            let stolen = format!("schakel_visit={first}");
            assert_eq!(visitor.get_with("/account", &stolen).status, 403);
            assert_eq!(visitor.get("/research").status, 200);
            // Somebody else's step does not become mine.
            let attacker = served.visitor();
            password(&attacker, &person.address, "een ander wachtwoord");
            assert_eq!(step(&attacker), "");
        });
    }
}

/// A code of the app and a recovery code are good once.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_good_once() {
    for database in databases("second factors").await {
        let mut served = Served::on(&database).await;
        let person = served.researcher("an@example.org").await;
        now(|| {
            let try_code = |code: &str| {
                let visitor = served.visitor();
                leads_to(
                    &password(&visitor, &person.address, PASSWORD),
                    "/sign-in/code",
                );
                visitor.post("/sign-in/code", &[("code", code)]).status
            };
            let code = person.code(&served);
            assert_eq!(try_code(&code), 303);
            assert_eq!(try_code(&code), 422, "the same code again");
            served.clock.on(TimeDelta::seconds(29));
            assert_eq!(try_code(&code), 422, "and while it still counts");
            let typed = person.codes[0].to_lowercase().replace('-', " ");
            assert_eq!(try_code(&typed), 303);
            assert_eq!(try_code(&person.codes[0]), 422, "a recovery code again");
            assert_eq!(try_code(&person.codes[1]), 303);
            assert_eq!(try_code("0000-0000-0000-0000"), 422);
        });
        // Codes of one account are nothing to another, and new ones end the old.
        let other = served.researcher("bo@example.org").await;
        now(|| {
            served.clock.on(TimeDelta::minutes(16));
            let visitor = served.visitor();
            password(&visitor, &other.address, PASSWORD);
            let theirs = [("code", person.codes[2].as_str())];
            assert_eq!(visitor.post("/sign-in/code", &theirs).status, 422);
            let form = [("password", PASSWORD)];
            let page = other.again(&served).post("/account/codes", &form);
            assert_eq!(page.html.matches("<li><code>").count(), 10);
            let own = [("code", other.codes[2].as_str())];
            assert_eq!(visitor.post("/sign-in/code", &own).status, 422);
        });
    }
}

/// G22, T12: five wrong tries are free, each further one waits; a stranger learns nothing; nobody is shut out.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_wait_and_shut_nobody_out() {
    for database in databases("wrong passwords").await {
        let mut served = Served::on(&database).await;
        let admin = served.administrator().await;
        let person = served.researcher("an@example.org").await;
        now(|| {
            let mut told: BTreeMap<&str, Vec<(u16, String)>> = BTreeMap::new();
            for address in [person.address.as_str(), "nobody@example.org"] {
                for n in 0..6 {
                    // Not so fast that the internet address is held back instead.
                    served.clock.on(TimeDelta::seconds(13));
                    let page = password(&served.visitor(), address, &format!("niet het goede {n}"));
                    let html = page.html.replace(address, "ADDRESS");
                    told.entry(address).or_default().push((page.status, html));
                }
                served.clock.on(TimeDelta::minutes(1));
            }
            let mut all = told.into_values();
            let (known, unknown) = (all.next().unwrap(), all.next().unwrap());
            assert_eq!(
                known, unknown,
                "an address that exists looks like any other"
            );
            let statuses: Vec<u16> = known.iter().map(|(status, _)| *status).collect();
            assert_eq!(statuses, [422, 422, 422, 422, 422, 429]);
            // The right password waits as well, and works when the time has come.
            let last = password(&served.visitor(), &person.address, PASSWORD);
            leads_to(&last, "/sign-in/code");
        });
        now(|| {
            for n in 0..7 {
                served.clock.on(TimeDelta::seconds(13));
                password(
                    &served.visitor(),
                    &person.address,
                    &format!("niet het goede {n}"),
                );
            }
            assert_eq!(
                password(&served.visitor(), &person.address, PASSWORD).status,
                429
            );
            // A recovery link works all the same.
            let list = admin.visitor.get("/accounts");
            let row = list
                .html
                .split("<tr>")
                .find(|row| row.contains(&person.address))
                .unwrap();
            let id = row.split("name=\"account\" value=\"").nth(1).unwrap();
            let id = id.split('"').next().unwrap().to_owned();
            let page = admin
                .visitor
                .post("/accounts", &[("account", &id), ("do", "recover")]);
            let token = page.html.split("/r#").nth(1).unwrap();
            let token = token.split('<').next().unwrap().to_owned();
            let visitor = served.visitor();
            assert_eq!(visitor.enter(&token), "/sign-in/new");
            let new = "zes groene stoelen";
            let form = [("new", new), ("again", new)];
            leads_to(&visitor.post("/sign-in/new", &form), "/sign-in/code");
            // Not before the second factor was shown: the link alone changes nothing.
            assert_eq!(visitor.get("/account").status, 403);
            let before = person.visitor.get("/account").status;
            assert_eq!(before, 200, "the old session is still there");
            let code = person.code(&served);
            assert_eq!(
                visitor.post("/sign-in/code", &[("code", &code)]).status,
                303
            );
            assert_eq!(visitor.get("/account").status, 200);
            assert_eq!(person.visitor.get("/account").status, 403, "and ended now");
            let page = served.visitor().post("/r", &[("code", &token)]);
            assert_eq!(page.status, 404, "the link is used up");
            leads_to(
                &password(&served.visitor(), &person.address, new),
                "/sign-in/code",
            );
        });
    }
}

/// The codes of an app are counted too: of whoever has the password.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_wait_and_a_recovery_code_does_not() {
    for database in databases("wrong codes").await {
        let mut served = Served::on(&database).await;
        let person = served.researcher("an@example.org").await;
        now(|| {
            let visitor = served.visitor();
            password(&visitor, &person.address, PASSWORD);
            let code = |code: &str| visitor.post("/sign-in/code", &[("code", code)]).status;
            let statuses: Vec<u16> = (0..6).map(|n| code(&format!("00000{n}"))).collect();
            assert_eq!(statuses, [422, 422, 422, 422, 422, 429]);
            // Signing in with the password again does not make the count forget.
            password(&visitor, &person.address, PASSWORD);
            assert_eq!(code("000009"), 429);
            assert_eq!(code(&person.codes[4]), 303);
        });
    }
}

/// T11: idle for half an hour, eight hours in all.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_itself() {
    for database in databases("sessions").await {
        let mut served = Served::on(&database).await;
        let person = served.researcher("an@example.org").await;
        now(|| {
            let status = || person.visitor.get("/research").status;
            served.clock.on(TimeDelta::minutes(29));
            assert_eq!(status(), 200);
            served.clock.on(TimeDelta::minutes(29));
            assert_eq!(status(), 200, "it was in use");
            served.clock.on(TimeDelta::minutes(31));
            assert_eq!(status(), 403, "nobody used it for half an hour");
            let again = person.again(&served);
            let begun = served.clock.now();
            for _ in 0..16 {
                served.clock.on(TimeDelta::minutes(29));
                assert_eq!(again.get("/research").status, 200);
                // Choosing a role does not make it longer.
                let link = again.get("/account").hidden("link");
                again.post("/account/role", &[("link", &link)]);
            }
            served
                .clock
                .on(begun + account::LONGEST - served.clock.now());
            assert_eq!(
                again.get("/research").status,
                403,
                "eight hours, however busy"
            );
        });
    }
}

/// T11: whatever ends a session ends it at once.
#[tokio::test(flavor = "multi_thread")]
async fn what_ends_a_session_ends_it_at_once() {
    let mut slowest = Duration::ZERO;
    for database in databases("ending sessions").await {
        let mut served = Served::on(&database).await;
        let admin = served.administrator().await;
        let person = served.researcher("an@example.org").await;
        let mut ended = |what: &str, visitor: &Visitor, end: &dyn Fn() -> Page| {
            assert_eq!(visitor.get("/research").status, 200, "{what}");
            let cookie = format!("schakel_visit={}", visit(visitor));
            let begun = Instant::now();
            let page = end();
            assert!([200, 303].contains(&page.status), "{what}: {}", page.html);
            assert_eq!(visitor.get_with("/research", &cookie).status, 403, "{what}");
            slowest = slowest.max(begun.elapsed());
        };
        now(|| {
            let list = || admin.visitor.get("/accounts");
            let page = list();
            let row = page
                .html
                .split("<tr>")
                .find(|row| row.contains(&person.address))
                .unwrap();
            let id = row.split("name=\"account\" value=\"").nth(1).unwrap();
            let id = id.split('"').next().unwrap().to_owned();
            let change = |what: &str| {
                admin
                    .visitor
                    .post("/accounts", &[("account", &id), ("do", what)])
            };
            let other = person.again(&served);
            ended("signing out", &other, &|| other.post("/leave", &[]));
            assert_eq!(
                person.visitor.get("/research").status,
                200,
                "that one alone"
            );
            let other = person.again(&served);
            ended("from another machine", &other, &|| {
                person.visitor.post("/account/sessions", &[])
            });
            let other = person.again(&served);
            let form = [
                ("password", PASSWORD),
                ("new", PASSWORD),
                ("again", PASSWORD),
            ];
            ended("a new password", &other, &|| {
                person.visitor.post("/account/password", &form)
            });
            assert_eq!(
                person.visitor.get("/research").status,
                200,
                "its own goes on"
            );
            let other = person.again(&served);
            ended("by the administrator", &other, &|| change("end"));
            let other = person.again(&served);
            ended("a closed account", &other, &|| change("close"));
            let closed = password(&served.visitor(), &person.address, PASSWORD);
            assert_eq!(closed.status, 422, "no more than a wrong password");
            change("open");
            person.again(&served);
        });
    }
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    figures::record(
        "sessions",
        &json!({ "ways_to_end": 5, "slowest_ms": slowest.as_millis(), "limit_ms": 1000 }),
    );
}

/// F16: machines count together. Wrong codes and wrong passwords at once, through two machines on one database.
#[tokio::test(flavor = "multi_thread")]
async fn machines_count_together() {
    let mut told = Vec::new();
    for database in databases("counting together").await {
        let served = Served::on(&database).await;
        // The embedded database is one machine's; there the two are the same.
        let second = match database.name {
            "SQLite" => served.base.clone(),
            _ => {
                let (field, clock) = (&served.field, (&served.clock, 2));
                node(database.open().await, field, clock, Providers::default()).await
            }
        };
        let bases = [served.base.clone(), second];
        let tries = profile().of(48, 480);
        let all: Vec<(u16, u16)> = now(|| {
            let threads: Vec<_> = (0..tries)
                .map(|n| {
                    let base = bases[n % 2].clone();
                    std::thread::spawn(move || {
                        let visitor = Visitor::new(&base);
                        let code =
                            visitor.post("/r", &[("code", &format!("0000-0000-0000-{n:04}"))]);
                        let form = [
                            ("address", "an@example.org"),
                            ("password", "niet het goede"),
                        ];
                        (code.status, visitor.post("/sign-in", &form).status)
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        let codes = all.iter().filter(|(code, _)| *code == 404).count();
        let passwords = all.iter().filter(|(_, password)| *password == 422).count();
        assert_eq!(codes, 10, "{}: ten wrong codes in a minute", database.name);
        assert_eq!(passwords, account::FREE, "{}", database.name);
        told.push(json!({ "database": database.name, "tries": tries, "codes_let_through": codes, "codes_allowed": 10,
            "passwords_let_through": passwords, "passwords_allowed": account::FREE }));
    }
    figures::record(
        "limits",
        &json!({ "machines": 2, "overshoot": 0, "databases": told }),
    );
}

/// T12, G23: how long a wrong password takes does not tell whether there is such an account.
///
/// On a busy machine single times say little. Each try at an address that exists stands beside one at an address that does
/// not, one right after the other and in turns first, so that whatever slows the machine slows both; the middle of the
/// differences forgets the worst of them. A machine that is unlucky once is asked again, at most three times. A few pairs
/// on a machine that builds besides cannot tell a millisecond: there the difference must be less than a quarter of a try,
/// for without the hash of nobody it is nearly the whole. The release profile holds it to a millisecond.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_takes_as_long_for_everybody() {
    let Some(database) = databases("timing").await.into_iter().next() else {
        return;
    };
    let mut served = Served::on(&database).await;
    let person = served.researcher("an@example.org").await;
    let pairs = profile().of(30, 5_000);
    let mut rounds = Vec::new();
    for _ in 0..3 {
        let mut differences = Vec::with_capacity(pairs);
        let mut whole = Vec::with_capacity(pairs);
        for n in 0..pairs {
            let mut took = [0.0; 2];
            for turn in 0..2 {
                let known = (n + turn) % 2 == 0;
                let address = if known {
                    person.address.as_str()
                } else {
                    "bo@example.org"
                };
                // Long after the one before: no limit comes between.
                served.clock.on(TimeDelta::minutes(16));
                let visitor = served.visitor();
                assert_eq!(now(|| visitor.get("/sign-in").status), 200);
                let begun = Instant::now();
                let page = now(|| password(&visitor, address, "niet het goede wachtwoord"));
                took[usize::from(known)] = begun.elapsed().as_secs_f64() * 1e3;
                assert_eq!(page.status, 422);
            }
            differences.push(took[1] - took[0]);
            whole.push(took[0]);
        }
        let p = sign_test(&differences);
        let (difference, typical) = (median(&mut differences), median(&mut whole));
        rounds.push((difference, p, typical));
        if is_even((difference, p, typical)) {
            break;
        }
    }
    let (difference, p, typical) = *rounds.last().unwrap();
    figures::record(
        "sign_in_timing",
        &json!({ "pairs": pairs, "rounds": rounds.len(), "median_difference_ms": difference, "p": p,
            "typical_ms": typical }),
    );
    assert!(is_even((difference, p, typical)), "{rounds:?}");
}

fn is_even((difference, p, typical): (f64, f64, f64)) -> bool {
    match profile() {
        figures::Profile::Ci => difference.abs() < typical / 4.0,
        figures::Profile::Release => difference.abs() < 1.0 && p > 0.01,
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0
}

/// Two-sided: how often so many of the differences, or more, point one way by chance.
fn sign_test(differences: &[f64]) -> f64 {
    let n = differences.len() as f64;
    let up = differences.iter().filter(|d| **d > 0.0).count() as f64;
    let z = ((up - n / 2.0).abs() - 0.5).max(0.0) / (n / 4.0).sqrt();
    // The tail of the normal distribution, to seven digits (Abramowitz and Stegun 26.2.17).
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let poly = t
        * (0.319_381_530
            + t * (-0.356_563_782
                + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    (2.0 * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * poly).min(1.0)
}

/// T1, G20: guessing. Tokens of 160 bits and codes of 80, against a study in which everybody is invited.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_open_nothing() {
    let Some(database) = databases("guessing").await.into_iter().next() else {
        return;
    };
    let mut served = Served::on(&database).await;
    let school = served.school;
    let letters = served.field.invite(school, "focus2", "T1").await.len();
    served.link("researcher").await;
    let guesses = profile().of(2_000, 1_000_000);
    let batch = 500;
    let mut hits = 0;
    for round in 0..guesses / batch {
        let (key, mut rng, clock) = (
            served.field.key.clone(),
            served.field.dice(),
            served.clock.clone(),
        );
        hits += served
            .store
            .write::<_, StorageError, _>(move |tx| {
                Box::pin(async move {
                    let mut hits = 0;
                    for n in 0..batch {
                        // Long after the one before, so that every guess is looked up.
                        clock.on(TimeDelta::seconds(61));
                        let act = Act {
                            actor: "visitor".to_owned(),
                            at: clock.now(),
                        };
                        let text = schakel::domain::token::drawn_token(&mut rng);
                        let text = if n % 2 == 0 {
                            text
                        } else {
                            text[..16].to_owned()
                        };
                        let guess = Presented::parse(&text).unwrap();
                        let from = (text.as_str(), StaffLinks::Accounts);
                        let tried =
                            enter::try_out(tx, &act, &mut rng, &key, Some(&guess), from).await?;
                        assert!(!matches!(tried, Tried::Slow), "round {round}, guess {n}");
                        hits += usize::from(!matches!(tried, Tried::Unknown));
                    }
                    Ok(hits)
                })
            })
            .await
            .unwrap();
    }
    assert_eq!(hits, 0);
    figures::record(
        "guessing",
        &json!({ "guesses": guesses, "hits": hits, "invitations": letters, "token_bits": 160, "code_bits": 80 }),
    );
}

/// What lies in the database is no password, no address and no secret.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_opens_lies_in_the_database() {
    for database in databases("what lies in the database").await {
        let mut served = Served::on(&database).await;
        let person = served.researcher("an.geheim@example.org").await;
        let mut tx = served.store.read().await.unwrap();
        let all = accounts::all(&mut tx).await.unwrap();
        assert_eq!(
            all[0].address, "an.geheim@example.org",
            "readable with the key"
        );
        assert!(
            all[0]
                .password
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
        );
        assert!(password::is_right(PASSWORD, &all[0].password));
        drop(tx);
        if let Some(file) = database.address.strip_prefix("sqlite:") {
            let bytes: Vec<u8> = [file.to_owned(), format!("{file}-wal")]
                .iter()
                .filter_map(|file| std::fs::read(file).ok())
                .flatten()
                .collect();
            let secret = person.secret.text();
            let cookie = visit(&person.visitor);
            let code = person.codes[0].replace('-', "");
            for canary in [
                "an.geheim",
                PASSWORD,
                &secret,
                &cookie,
                &code,
                &person.codes[0],
            ] {
                let found = bytes
                    .windows(canary.len())
                    .any(|bytes| bytes == canary.as_bytes());
                assert!(!found, "{canary} lies there readably");
            }
        }
    }
}

/// Verbs refuse by themselves what the pages would not ask of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_try_that_is_under_way_counts_already() {
    for database in databases("tries under way").await {
        let served = Served::on(&database).await;
        let mut let_through = 0;
        for n in 0..8 {
            let act = served.act();
            let asked = served
                .store
                .write::<_, StorageError, _>(move |tx| {
                    Box::pin(async move {
                        sign_in::ask(tx, &act, "an@example.org", &format!("10.0.0.{n}")).await
                    })
                })
                .await
                .unwrap();
            let_through += usize::from(matches!(asked, Asked::Try(_)));
        }
        // None of them has been answered yet.
        assert_eq!(let_through, account::FREE);
        let mut tx = served.store.read().await.unwrap();
        assert!(!accounts::is_administered(&mut tx).await.unwrap());
    }
}
