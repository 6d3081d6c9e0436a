//! Inviting, reminding and watching: nothing is sent twice whatever is killed, everyone gets their own link in their own
//! language, and who has not answered is for the owner alone.

use crate::support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::future::join_all;
use qrcode::{Color, EcLevel, QrCode};
use schakel::deliver::{Round, Sender};
use schakel::domain::consent::{Decision, Purpose};
use schakel::domain::id::{MemberId, SchoolId, new_uuid};
use schakel::domain::invitation::Letter;
use schakel::domain::language::Language;
use schakel::domain::study::{Objection, Quiet};
use schakel::domain::time::{Clock, FixedClock, SystemClock};
use schakel::fieldwork::invite::{self, InviteRefusal, Way};
use schakel::fieldwork::object;
use schakel::fieldwork::post::{self, Claimed};
use schakel::fieldwork::remind::{self, Patience, RemindRefusal, Spared, Standstill, Whom};
use schakel::fieldwork::wording::Kind;
use schakel::mail::{Memory, Smtp, Transport};
use schakel::storage::audit;
use schakel::storage::batch::Batch;
use schakel::storage::outbox::{self, Mail, State};
use schakel::storage::windows::Window;
use schakel::storage::{StorageError, consents, invitations, turnout};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use support::databases::databases;
use support::ports::kept_port;
use support::server::{Installation, Visitor, rows};
use support::small_study::{BEECH, Field, OAK, filled, lines, nobody};

const BASE: &str = "https://schakel.example.org";
const FROM: &str = "Onderzoek <onderzoek@example.org>";

async fn queue_invitations(
    field: &mut Field,
    school: SchoolId,
    window: &Window,
) -> Result<(Vec<Letter>, usize), InviteRefusal> {
    let (act, mut rng, key) = (field.act(), field.dice(), field.key.clone());
    let (study, window) = (field.study.clone(), window.clone());
    field
        .store
        .write(move |tx| {
            async move {
                invite::invite_by_mail(tx, &act, &mut rng, &key, &study, school, &window).await
            }
            .boxed()
        })
        .await
}

async fn queue_reminders(field: &mut Field, window: &Window) -> Result<usize, RemindRefusal> {
    let (act, mut rng) = (field.act(), field.dice());
    let (study, window) = (field.study.clone(), window.clone());
    field
        .store
        .write(move |tx| {
            async move {
                let (patience, whom) = (Patience::default(), Whom::default());
                remind::queue(tx, &act, &mut rng, &study, &window, patience, whom).await
            }
            .boxed()
        })
        .await
}

fn sender(field: &Field, transport: Arc<dyn Transport>) -> Sender {
    Sender {
        store: field.store.clone(),
        key: field.key.clone(),
        base: BASE.to_owned(),
        transport,
        clock: Arc::new(field.clock),
        node: "one".to_owned(),
        alone: false,
    }
}

async fn mails(field: &Field) -> Vec<Mail> {
    let mut tx = field.store.read().await.expect("a read begins");
    outbox::of_study(&mut tx, field.study.study_id)
        .await
        .expect("the outbox is read")
}

fn in_state(mails: &[Mail], state: State) -> usize {
    mails.iter().filter(|mail| mail.state == state).count()
}

/// Twelve people at the oak; the first without an address.
async fn oak(store: schakel::storage::Store) -> (Field, SchoolId, Window) {
    let mut field = Field::found(store).await;
    let mut all = lines();
    all[0].email = None;
    field.enrol(all).await;
    let (school, window) = (field.school(OAK).await, field.window("focus2", "T1").await);
    (field, school, window)
}

#[tokio::test]
async fn nothing_is_sent_twice_and_every_mail_is_accounted_for() {
    for database in databases("the outbox").await {
        let (mut field, school, window) = oak(database.open().await).await;
        let (letters, queued) = queue_invitations(&mut field, school, &window)
            .await
            .expect("the school is invited");
        assert_eq!((letters.len(), queued), (12, 11), "{}", database.name);
        // Again and again, and all at once.
        let at_once = (0..8).map(|_| {
            let mut field = field.clone();
            let window = window.clone();
            async move { queue_invitations(&mut field, school, &window).await }
        });
        for again in join_all(at_once).await {
            assert_eq!(
                again.expect("inviting again is fine").1,
                0,
                "{}",
                database.name
            );
        }
        assert_eq!(mails(&field).await.len(), 11);

        // A sender takes one and is killed before it says how it ended.
        let taken = {
            let (act, key, study) = (field.act(), field.key.clone(), field.study.clone());
            field
                .store
                .write::<_, StorageError, _>(move |tx| {
                    async move { post::claim(tx, &act, &key, BASE, &study, "one").await }.boxed()
                })
                .await
                .expect("a mail is taken")
        };
        let Claimed::Mail(taken) = taken else {
            panic!("a mail was due");
        };
        let memory = Arc::new(Memory::new(FROM).expect("an address"));
        let sender = sender(&field, memory.clone());
        // What another machine took is left alone while it lives; a machine that begins again knows that it was killed.
        let other = Sender {
            node: "two".to_owned(),
            ..sender.clone()
        };
        assert_eq!(other.recover(true).await.expect("the outbox is read"), 0);
        assert_eq!(sender.recover(true).await.expect("the outbox is read"), 1);
        // Two senders at once, and each twice.
        let go_on = || true;
        let both = [0, 1].map(|_| sender.round(&field.study, go_on));
        let rounds = join_all(both).await;
        let sent: usize = rounds
            .into_iter()
            .map(|round| round.expect("mail is sent").sent)
            .sum();
        let more = sender.round(&field.study, || true).await.expect("a round");
        assert_eq!(sent + more.sent, 10, "{}", database.name);
        assert_eq!(sender.recover(false).await.expect("the outbox is read"), 0);
        let last = sender.round(&field.study, || true).await.expect("a round");
        assert_eq!(last, Round::default());
        let ids: Vec<_> = memory.sent().iter().map(|(one, _)| one.mail_id).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 10, "each once");
        assert!(!ids.contains(&taken.mail_id), "not by itself");
        let all = mails(&field).await;
        assert_eq!(in_state(&all, State::Sent), 10);
        assert_eq!(in_state(&all, State::Unknown), 1);
        assert_eq!(
            field
                .audited("mail", &taken.invitation_id.to_string())
                .await,
            0
        );
        let one = all
            .iter()
            .find(|mail| mail.state == State::Sent)
            .expect("one was sent");
        assert_eq!(
            field.audited("mail", &one.invitation_id.to_string()).await,
            1
        );

        // The owner decides; then it goes once.
        let (act, study) = (field.act(), field.study.clone());
        let unknown = taken.mail_id;
        let again = field
            .store
            .write::<_, StorageError, _>(move |tx| {
                async move { post::send_again(tx, &act, &study, unknown).await }.boxed()
            })
            .await;
        assert!(again.expect("the owner may"));
        let round = sender.round(&field.study, || true).await.expect("a round");
        assert_eq!(round.sent, 1);
        assert_eq!(in_state(&mails(&field).await, State::Sent), 11);
        // A sent mail cannot be put back by a form that comes twice.
        let (act, study) = (field.act(), field.study.clone());
        let again = field
            .store
            .write::<_, StorageError, _>(move |tx| {
                async move { post::send_again(tx, &act, &study, unknown).await }.boxed()
            })
            .await;
        assert!(!again.expect("the owner may ask"));
    }
}

/// The text of a mail on the wire, as a mail program shows it.
fn shown(wire: &str) -> String {
    let (head, body) = wire.split_once("\r\n\r\n").expect("a body");
    let head = head.to_lowercase();
    if head.contains("content-transfer-encoding: quoted-printable") {
        let body = body.replace("=\r\n", "");
        let (mut bytes, mut rest) = (Vec::new(), body.as_bytes());
        while let Some((first, after)) = rest.split_first() {
            if *first == b'=' {
                let code = std::str::from_utf8(&after[..2]).expect("two digits");
                bytes.push(u8::from_str_radix(code, 16).expect("hexadecimal"));
                rest = &after[2..];
            } else {
                bytes.push(*first);
                rest = after;
            }
        }
        String::from_utf8(bytes).expect("UTF-8")
    } else {
        assert!(head.contains("content-transfer-encoding: 7bit"), "{head}");
        body.to_owned()
    }
}

#[tokio::test]
async fn everyone_gets_their_own_link_in_their_own_language() {
    for database in databases("mail").await {
        let mut field = Field::found(database.open().await).await;
        let mut all = lines();
        all[4].name = "Anna\r\nBcc: everybody@example.org".to_owned();
        field.enrol(all).await;
        let (school, window) = (field.school(OAK).await, field.window("focus2", "T1").await);
        let (letters, _) = queue_invitations(&mut field, school, &window)
            .await
            .expect("the school is invited");
        // One gets a new link before the mail is made: the mail carries the new one.
        let (new, _) = field.reissue(school, letters[3].member_id, "T1").await;
        let memory = Arc::new(Memory::new(FROM).expect("an address"));
        let round = sender(&field, memory.clone())
            .round(&field.study, || true)
            .await;
        assert_eq!(round.expect("mail is sent").sent, 12);
        let sent: BTreeMap<String, (String, String)> = memory
            .sent()
            .into_iter()
            .map(|(one, wire)| (one.to_address, (one.subject, wire)))
            .collect();
        assert_eq!(sent.len(), 12, "{}", database.name);
        for (index, letter) in letters.iter().enumerate() {
            let (subject, wire) = &sent[letter.email.as_deref().expect("an address")];
            let body = shown(wire);
            let token = if index == 3 { &new } else { &letter.token };
            assert!(body.contains(&format!("{BASE}/r#{token}")), "{body}");
            assert_eq!(body.matches("/r#").count(), 1, "{body}");
            let (greeting, word) = match letter.language {
                Language::Nl => ("Beste", "uitnodiging"),
                Language::En => ("Dear", "invitation"),
            };
            assert!(
                body.starts_with(greeting) && subject.contains(word),
                "{subject} {body}"
            );
            let (head, _) = wire.split_once("\r\n\r\n").expect("a body");
            assert!(!head.to_lowercase().contains("\r\nbcc"), "{head}");
        }
        // Nothing of a link is in the database's outbox.
        let kept = format!("{:?}", mails(&field).await);
        assert!(letters.iter().all(|letter| !kept.contains(&letter.token)));
    }
}

/// What the mail server of the test does with an address.
fn answer_to(address: &str) -> &'static str {
    match address.split('@').next().unwrap_or_default() {
        "eik-02" => "550 5.1.1 no such user",
        "eik-03" => "451 4.3.0 try later",
        _ => "250 ok",
    }
}

type Received = Arc<Mutex<Vec<(String, String)>>>;

/// A mail server that accepts everything but what `answer_to` says, and hangs up on one address after it has the mail.
async fn mail_server(generous: bool) -> (String, Received) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let received = Received::default();
    let kept = received.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let kept = kept.clone();
            tokio::spawn(async move {
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                let mut to = String::new();
                write.write_all(b"220 test\r\n").await?;
                while let Some(line) = lines.next_line().await? {
                    let command = line.to_uppercase();
                    let said = if command.starts_with("RCPT TO:<") {
                        to = line[9..].split('>').next().unwrap_or_default().to_owned();
                        if generous { "250 ok" } else { answer_to(&to) }
                    } else if command == "DATA" {
                        write.write_all(b"354 go on\r\n").await?;
                        let mut data = String::new();
                        while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                            data += &(line + "\r\n");
                        }
                        kept.lock().expect("whole").push((to.clone(), data));
                        if to.starts_with("eik-04") && !generous {
                            return Ok(());
                        }
                        "250 taken"
                    } else if command == "QUIT" {
                        "221 bye"
                    } else {
                        "250 ok"
                    };
                    write.write_all(format!("{said}\r\n").as_bytes()).await?;
                }
                Ok::<(), std::io::Error>(())
            });
        }
    });
    (format!("smtp://{address}"), received)
}

#[tokio::test]
async fn a_mail_server_is_believed_and_a_broken_line_is_not_guessed_at() {
    for database in databases("SMTP").await {
        let (mut field, school, window) = oak(database.open().await).await;
        queue_invitations(&mut field, school, &window)
            .await
            .expect("the school is invited");

        // Nobody listens: everything waits, nothing is lost, and the round does not try them all.
        let nowhere = format!("smtp://127.0.0.1:{}", kept_port());
        let smtp = |url: &str| Arc::new(Smtp::new(url, FROM).expect("a server"));
        let round = sender(&field, smtp(&nowhere))
            .round(&field.study, || true)
            .await;
        let round = round.expect("a round");
        assert_eq!((round.later, round.unknown, round.bounced), (5, 0, 0));
        assert_eq!(in_state(&mails(&field).await, State::Queued), 11);

        field.clock = FixedClock(field.clock.now() + TimeDelta::minutes(6));
        let (url, received) = mail_server(false).await;
        let round = sender(&field, smtp(&url))
            .round(&field.study, || true)
            .await;
        assert_eq!(
            round.expect("a round"),
            Round {
                sent: 8,
                bounced: 1,
                later: 1,
                failed: 0,
                unknown: 1
            },
            "{}",
            database.name
        );
        let all = mails(&field).await;
        let of = |person: &str| {
            all.iter()
                .find(|mail| mail.email.as_deref() == Some(&format!("{person}@example.org")))
                .expect("everyone with an address was invited")
        };
        assert_eq!(of("eik-02").state, State::Bounced);
        assert!(
            of("eik-02")
                .problem
                .as_deref()
                .is_some_and(|why| why.contains("no such user"))
        );
        assert_eq!(of("eik-03").state, State::Queued);
        assert_eq!(of("eik-04").state, State::Unknown);
        assert_eq!(
            received.lock().expect("whole").len(),
            9,
            "one of them without an answer"
        );

        // What could pass is tried again when its time comes, and not before; the rest never.
        let (url, received) = mail_server(true).await;
        let early = sender(&field, smtp(&url))
            .round(&field.study, || true)
            .await;
        assert_eq!(early.expect("a round"), Round::default());
        field.clock = FixedClock(field.clock.now() + TimeDelta::minutes(20));
        let late = sender(&field, smtp(&url))
            .round(&field.study, || true)
            .await;
        assert_eq!(late.expect("a round").sent, 1);
        let to: Vec<String> = received
            .lock()
            .expect("whole")
            .iter()
            .map(|(to, _)| to.clone())
            .collect();
        assert_eq!(to, ["eik-03@example.org"]);

        // One that fails for a day is given up.
        let (mut stubborn, window) = (field.clone(), field.window("focus3", "T1").await);
        let beech = stubborn.school(BEECH).await;
        queue_invitations(&mut stubborn, beech, &window)
            .await
            .expect("invited");
        let mut rounds = 0;
        while in_state(&mails(&stubborn).await, State::Queued) > 0 {
            sender(&stubborn, smtp(&nowhere))
                .round(&stubborn.study, || true)
                .await
                .expect("a round");
            stubborn.clock = FixedClock(stubborn.clock.now() + TimeDelta::hours(1));
            rounds += 1;
            assert!(rounds < 24 * 6, "it ends");
        }
        assert!(rounds > 24, "not within a day");
    }
}

#[tokio::test]
async fn reminders_go_by_what_people_did_and_never_past_the_end() {
    for database in databases("reminders").await {
        let (mut field, school, window) = oak(database.open().await).await;
        let (letters, _) = queue_invitations(&mut field, school, &window)
            .await
            .expect("the school is invited");
        let memory = Arc::new(Memory::new(FROM).expect("an address"));
        sender(&field, memory.clone())
            .round(&field.study, || true)
            .await
            .expect("a round");
        assert_eq!(
            queue_reminders(&mut field, &window)
                .await
                .expect("none is due"),
            0
        );

        // By name: the second opens, the third begins, the fourth sends.
        let with_mail: Vec<&Letter> = letters.iter().filter(|one| one.email.is_some()).collect();
        field
            .enter(&with_mail[1].token)
            .await
            .expect("the link works");
        for index in [2, 3] {
            let letter = with_mail[index];
            field.enter(&letter.token).await.expect("the link works");
            let id = letter.invitation_id;
            let sitting = field.sitting(id).await;
            let steps = sitting.steps(&field.study);
            let item = steps[0].ask[0].clone();
            let mut page = field.page(id, &item).await;
            page.raw.insert(item, filled("2"));
            field.save(&page).await.expect("the page is saved");
            if index == 3 {
                field.submit(id).await.expect("it is sent");
            }
        }
        field.clock = FixedClock(window.opens_at + TimeDelta::days(6));
        let mut tx = field.store.read().await.expect("a read begins");
        let plan = remind::plan_window(
            &mut tx,
            &field.study,
            &window,
            Patience::default(),
            field.clock.now(),
        )
        .await
        .expect("the plan is read");
        drop(tx);
        let decision = |letter: &Letter| {
            plan.iter()
                .find(|one| one.status.invitation_id == letter.invitation_id)
                .expect("everyone is in the plan")
                .decision
        };
        let first = Kind::Reminder(1);
        assert_eq!(decision(with_mail[0]), Ok((Standstill::NotOpened, first)));
        assert_eq!(decision(with_mail[1]), Ok((Standstill::NotBegun, first)));
        assert_eq!(decision(with_mail[2]), Ok((Standstill::Stalled, first)));
        assert_eq!(decision(with_mail[3]), Err(Spared::Finished));
        let on_paper = letters.iter().find(|one| one.email.is_none()).expect("one");
        assert_eq!(decision(on_paper), Err(Spared::NoAddress));

        // Pressed by two people at once: everyone gets one.
        let at_once = (0..4).map(|_| {
            let (mut field, window) = (field.clone(), window.clone());
            async move { queue_reminders(&mut field, &window).await }
        });
        let queued: usize = join_all(at_once)
            .await
            .into_iter()
            .map(|one| one.expect("the window is open"))
            .sum();
        assert_eq!(queued, 10, "{}", database.name);
        // Someone sends between the queue and the mail.
        let quick = with_mail[2].invitation_id;
        field.submit(quick).await.expect("it is sent");
        let round = sender(&field, memory.clone())
            .round(&field.study, || true)
            .await;
        // The sixth day is a Sunday: nothing goes, and the queue keeps it.
        assert_eq!(round.expect("a round"), Round::default());
        field.clock = FixedClock(window.opens_at + TimeDelta::days(7) - TimeDelta::hours(1));
        let round = sender(&field, memory.clone())
            .round(&field.study, || true)
            .await;
        assert_eq!(round.expect("a round").sent, 9);
        let all = mails(&field).await;
        let cancelled: Vec<_> = all
            .iter()
            .filter(|mail| mail.state == State::Cancelled)
            .collect();
        assert_eq!(cancelled.len(), 1);
        assert_eq!(cancelled[0].invitation_id, quick);
        let (last, wire) = memory.sent().pop().expect("a reminder");
        assert!(last.subject.contains("erinner") || last.subject.contains("eminder"));
        assert!(shown(&wire).contains(BASE));
        assert_eq!(
            queue_reminders(&mut field, &window)
                .await
                .expect("still open"),
            0,
            "too soon"
        );

        // After the end nobody is reminded, and nobody is invited.
        field.clock = FixedClock(window.closes_at + TimeDelta::minutes(1));
        assert!(matches!(
            queue_reminders(&mut field, &window).await,
            Err(RemindRefusal::NotOpen { .. })
        ));
        assert!(matches!(
            queue_invitations(&mut field, school, &window).await,
            Err(InviteRefusal::Over { .. })
        ));
    }
}

/// Someone objects, or refuses research: the plans say so, no mail goes, and the board counts without them.
#[tokio::test]
async fn who_may_not_be_asked_hears_nothing_more_and_the_plans_say_why() {
    for database in databases("silence").await {
        let (mut field, school, window) = oak(database.open().await).await;
        let mut study = (*field.study).clone();
        study.design.network.objection = Objection::C;
        field.study = Arc::new(study);
        let (one, two) = (
            field.member(school, "eik-04").await,
            field.member(school, "eik-05").await,
        );
        let (three, four) = (
            field.member(school, "eik-06").await,
            field.member(school, "eik-07").await,
        );
        object(&field, one).await;
        refuse(&mut field, two).await;
        let ways = plan(&field, school, &window).await;
        assert_eq!((ways[&one], ways[&two]), (Way::Objects, Way::Refused));
        let (letters, queued) = queue_invitations(&mut field, school, &window)
            .await
            .expect("the school is invited");
        assert_eq!((letters.len(), queued), (10, 9), "{}", database.name);
        assert!(
            letters
                .iter()
                .all(|one_letter| ![one, two].contains(&one_letter.member_id))
        );

        // Two more say so between the queue and the mail, after they named colleagues.
        let item = "net_goals".to_owned();
        for letter in &letters {
            if [three, four].contains(&letter.member_id) || letter.email.is_none() {
                let mut page = field.page(letter.invitation_id, &item).await;
                page.raw.insert(item.clone(), nobody());
                field.save(&page).await.expect("the page is saved");
            }
        }
        let counts = |field: &Field| {
            let (store, id) = (field.store.clone(), field.study.study_id);
            let key = (school, "T1".to_owned(), item.clone());
            async move {
                let mut tx = store.read().await.expect("a read begins");
                let answered = turnout::answered(&mut tx, id, std::slice::from_ref(&key.2)).await;
                let listed = turnout::presences(&mut tx, id).await.expect("read");
                let here = listed.iter().filter(|(at, ..)| *at == school).count();
                (answered.expect("read").get(&key).copied(), here)
            }
        };
        assert_eq!(counts(&field).await, (Some(3), 11));
        object(&field, three).await;
        refuse(&mut field, four).await;
        assert_eq!(counts(&field).await, (Some(1), 10), "{}", database.name);
        let memory = Arc::new(Memory::new(FROM).expect("an address"));
        let round = sender(&field, memory.clone())
            .round(&field.study, || true)
            .await;
        assert_eq!(round.expect("a round").sent, 7);
        let all = mails(&field).await;
        assert_eq!(in_state(&all, State::Cancelled), 2);

        field.clock = FixedClock(window.opens_at + TimeDelta::days(6));
        let mut tx = field.store.read().await.expect("a read begins");
        let (patience, now) = (Patience::default(), field.clock.now());
        let planned = remind::plan_window(&mut tx, &field.study, &window, patience, now)
            .await
            .expect("the plan is read");
        drop(tx);
        let decision = |member| {
            planned
                .iter()
                .find(|one| one.status.member_id == member)
                .map(|one| one.decision)
        };
        assert_eq!(decision(one), None, "was never invited");
        assert_eq!(decision(three), Some(Err(Spared::Objects)));
        assert_eq!(decision(four), Some(Err(Spared::Refused)));
        let queued = queue_reminders(&mut field, &window).await;
        assert_eq!(queued.expect("the window is open"), 7);
        field.clock = FixedClock(window.closes_at + TimeDelta::hours(1));
        field.close("focus2", "T1").await.expect("it is closed");
        let mut tx = field.store.read().await.expect("a read begins");
        let frozen = turnout::frozen_counts(&mut tx, field.study.study_id).await;
        let frozen = frozen.expect("read");
        assert_eq!(frozen.get(&(window.window_id, school)), Some(&10));
    }
}

async fn object(field: &Field, member: MemberId) {
    let (act, study) = (field.act(), field.study.clone());
    field
        .store
        .write(move |tx| async move { object::object(tx, &act, &study, member).await }.boxed())
        .await
        .expect("a member may object");
}

async fn refuse(field: &mut Field, member: MemberId) {
    let (at, mut rng) = (field.clock.now(), field.dice());
    let id = new_uuid(at, &mut rng);
    let decision = Decision {
        version: 1,
        given: false,
    };
    field
        .store
        .write::<_, StorageError, _>(move |tx| {
            async move {
                {
                    let mut batch = Batch::default();
                    consents::insert(&mut batch, id, member, Purpose::Research, decision, at);
                    batch.run(tx).await
                }
            }
            .boxed()
        })
        .await
        .expect("a choice is kept");
}

async fn plan(field: &Field, school: SchoolId, window: &Window) -> BTreeMap<MemberId, Way> {
    let mut tx = field.store.read().await.expect("a read begins");
    let plan = invite::plan(
        &mut tx,
        &field.study,
        school,
        window,
        &BTreeMap::new(),
        field.clock.now(),
    )
    .await;
    let plan = plan.expect("the plan is read");
    plan.into_iter()
        .map(|one| (one.member_id, one.way))
        .collect()
}

/// By the owner, with a form on the member's page: the dry run and the letters go by it at once.
#[tokio::test]
async fn the_owner_records_an_objection_and_takes_it_back() {
    let database = &databases("an objection recorded").await[0];
    let place = open_study(&database.address);
    let server = place.serve();
    let owner = Visitor::new(&server.base);
    owner.enter(&link(&place, "owner"));
    let list = owner.get("/study/rosters/wilg");
    let at = list.html.find(">Leerkracht 03</a>").expect("a member");
    let start = list.html[..at].rfind("href=\"").expect("a link") + 6;
    let member = list.html[start..at].split('"').next().expect("a path");
    let path = format!("{member}/objection");
    let paper = || owner.get("/study/letters?cohort=focus2&wave=T1&school=all");
    let invite = || {
        let page = owner.get("/study/invitations?cohort=focus2&wave=T1");
        let done = owner.post(
            "/study/invitations/invite",
            &[("window", &page.hidden("window"))],
        );
        assert_eq!(done.status, 303, "{}", done.html);
    };
    let page = owner.get(member);
    assert!(page.has("Bezwaar vastleggen") && page.has("geen uitnodigingen"));
    assert_eq!(owner.post(&path, &[("objects", "maybe")]).status, 400);
    assert_eq!(owner.post(&path, &[("objects", "yes")]).status, 303);
    assert!(owner.get(member).has("Er is bezwaar gemaakt"));
    let plan = owner.get("/study/invitations?cohort=focus2&wave=T1");
    assert!(plan.has("maakt bezwaar tegen vermelding"));
    invite();
    assert_eq!(paper().html.matches("class=\"qr\"").count(), 13);
    assert!(!paper().has("Leerkracht 03"));
    assert_eq!(owner.post(&path, &[("objects", "no")]).status, 303);
    invite();
    assert!(paper().has("Leerkracht 03"));
    let unknown = "/study/rosters/wilg/00000000-0000-0000-0000-000000000000/objection";
    assert_eq!(owner.post(unknown, &[("objects", "yes")]).status, 404);
}

#[tokio::test]
async fn nothing_goes_out_at_a_quiet_time_or_before_the_conditions_are_met() {
    for database in databases("quiet hours").await {
        let (mut field, school, _) = oak(database.open().await).await;
        // Invited long before: the mail waits for the window to open.
        let later = field.window("focus2", "T2a").await;
        let (_, queued) = queue_invitations(&mut field, school, &later)
            .await
            .expect("invited");
        assert!(queued > 0);
        let waiting = mails(&field).await;
        assert!(
            waiting.iter().all(|mail| mail.not_before == later.opens_at),
            "a Monday morning"
        );
        let memory = Arc::new(Memory::new(FROM).expect("an address"));
        let round = sender(&field, memory.clone())
            .round(&field.study, || true)
            .await;
        assert_eq!(round.expect("a round"), Round::default());
        // The server was off by day and starts at night: it waits for the morning.
        field.clock = FixedClock(later.opens_at + TimeDelta::hours(12));
        let quiet = Quiet::default();
        assert!(!schakel::fieldwork::quiet::allowed(
            &quiet,
            field.study.design.time_zone,
            field.clock.now()
        ));
        let round = sender(&field, memory.clone())
            .round(&field.study, || true)
            .await;
        assert_eq!(round.expect("a round"), Round::default());
        field.clock = FixedClock(later.opens_at + TimeDelta::hours(24));
        let round = sender(&field, memory.clone())
            .round(&field.study, || true)
            .await;
        assert_eq!(round.expect("a round").sent, queued);

        let mut study = (*field.study).clone();
        study.design.conditions.ethics_reference = None;
        field.study = Arc::new(study);
        let third = field.window("focus2", "T3").await;
        assert!(matches!(
            queue_invitations(&mut field, school, &third).await,
            Err(InviteRefusal::Unmet(why)) if why == "ethics_reference"
        ));
        let mut tx = field.store.read().await.expect("a read begins");
        let none = invitations::of_school(&mut tx, school, "T3")
            .await
            .expect("read");
        assert!(none.is_empty(), "a refusal leaves nothing");
    }
}

const CONDITIONS: &str = r#"
[conditions]
board_agreement = "2024-06-01"
council_informed = "2024-06-01"
ethics_reference = "EC-1"
retention_until = "2034-06-01"

[quiet]
from_hour = 0
to_hour = 0
weekends = false
"#;

fn path(file: &Path) -> &str {
    file.to_str().expect("temporary folders have plain names")
}

/// The Focus template with its first wave open now, fourteen people at one school, and never a quiet hour.
fn open_study(database: &str) -> Installation {
    let now = SystemClock.now();
    let at = |days: i64| {
        (now + TimeDelta::days(days))
            .format("%Y-%m-%dT%H:%M:%SZ")
            .to_string()
    };
    let focus = include_str!("../instruments/studies/focus.toml");
    let study = focus
        .replace(
            "opens_at = \"2024-09-02T08:00:00\"",
            &format!("opens_at = \"{}\"", at(-1)),
        )
        .replace(
            "closes_at = \"2024-09-28T18:00:00\"",
            &format!("closes_at = \"{}\"", at(7)),
        );
    assert_ne!(study, focus);
    let mut roster = "school,school_name,cohort,person,name,email,language,role\n".to_owned();
    for i in 0..12 {
        let language = ["nl", "en"][i % 2];
        roster += &format!(
            "wilg,De Wilg,focus2,t{i},Leerkracht {i:02},t{i}@example.org,{language},teacher\n"
        );
    }
    roster += "wilg,De Wilg,focus2,p,Pia Baas,,nl,principal\n";
    roster += "wilg,De Wilg,focus2,c,Coach van der Wal,c@example.org,nl,coach\n";
    let place = Installation::new(database);
    let study = place.file("study.toml", &(study + CONDITIONS));
    let roster = place.file("roster.csv", &roster);
    place.must(&["study", "load", path(&study)]);
    place.must(&["study", "enrol", "focus", path(&roster)]);
    place
}

fn link(place: &Installation, role: &str) -> String {
    let mut arguments = vec!["study", "link", "focus", role];
    if ["trainer", "school"].contains(&role) {
        arguments.extend(["--school", "wilg"]);
    }
    let said = place.must(&arguments);
    let (_, rest) = said.split_once('#').expect("a link");
    rest.lines().next().expect("a token").to_owned()
}

/// The dark squares that a path draws, without the quiet zone.
fn squares(path: &str) -> BTreeSet<(usize, usize)> {
    path.split('M')
        .skip(1)
        .flat_map(|run| {
            let (at, rest) = run.split_once('h').expect("a run");
            let (x, y) = at.split_once(' ').expect("two numbers");
            let number = |text: &str| text.parse::<usize>().expect("a number");
            let length = number(rest.split('v').next().expect("a length"));
            let (x, y) = (number(x) - 4, number(y) - 4);
            (x..x + length).map(move |x| (x, y))
        })
        .collect()
}

#[tokio::test]
async fn the_owner_invites_prints_and_watches_and_nobody_else_sees_who() {
    for database in databases("the pages of inviting").await {
        let place = open_study(&database.address);
        let outgoing = place.path("outgoing");
        let server = place.serve_with(&["--mail-folder", path(&outgoing), "--base", BASE]);
        let owner = Visitor::new(&server.base);
        owner.enter(&link(&place, "owner"));
        let page = owner.get("/study/invitations?cohort=focus2&wave=T1");
        assert_eq!(page.status, 200, "{}", page.html);
        assert!(page.has("Dear Sam van den Berg") && page.has("Beste Sam van den Berg"));
        let window = page.hidden("window");
        // Looking at it made nothing.
        let letters = owner.get(&format!("/study/letters?window={window}&school=all"));
        assert_eq!(letters.html.matches("class=\"qr\"").count(), 0);
        let done = owner.post("/study/invitations/invite", &[("window", &window)]);
        assert_eq!(done.status, 303, "{}", done.html);

        // A letter for everyone, with the link of the file in its QR code.
        let letters = owner.get(&format!("/study/letters?window={window}&school=all"));
        let file = place.path("letters.csv");
        let csv = owner.get(&format!("/study/letters.csv?window={window}&school=all"));
        std::fs::write(&file, &csv.html).expect("written");
        let links: Vec<BTreeMap<String, String>> = rows(&file);
        assert_eq!(links.len(), 14);
        let codes: Vec<&str> = letters
            .html
            .split("<path fill=\"#000\" d=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().expect("a path ends"))
            .collect();
        assert_eq!(codes.len(), 14);
        for row in &links {
            assert!(row["link"].starts_with(&format!("{BASE}/r#")));
            assert!(letters.has(&row["link"]) && letters.has(&row["code"]));
            let code =
                QrCode::with_error_correction_level(&row["link"], EcLevel::M).expect("it fits");
            let (width, colors) = (code.width(), code.to_colors());
            let dark: BTreeSet<(usize, usize)> = (0..width * width)
                .filter(|at| colors[*at] == Color::Dark)
                .map(|at| (at % width, at / width))
                .collect();
            let same = codes.iter().filter(|path| squares(path) == dark).count();
            assert_eq!(same, 1, "{}", row["name"]);
        }
        let paper = owner.get(&format!(
            "/study/letters?window={window}&school=all&only=paper"
        ));
        assert_eq!(
            paper.html.matches("class=\"qr\"").count(),
            1,
            "Pia has no address"
        );
        assert!(paper.has("Pia Baas"));

        // The server has sent the mail by itself.
        let mut sent = 0;
        for _ in 0..240 {
            let files = std::fs::read_dir(&outgoing).map_or(0, |folder| folder.count());
            if files == 13 {
                sent = files;
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        }
        assert_eq!(sent, 13, "{}", database.name);
        let told = place.must(&["study", "outbox", "focus"]);
        assert!(told.contains("sent 13"), "{told}");

        // Who has not answered: the owner, and nobody else.
        let board = owner.get("/response");
        let at = board.html.find("/response/waiting?").expect("a link");
        let waiting = board.html[at..]
            .split('"')
            .next()
            .expect("an address")
            .replace("&#38;", "&")
            .replace("&amp;", "&");
        let page = owner.get(&waiting);
        assert!(
            page.status == 200 && page.has("Leerkracht 03") && page.has("Pia Baas"),
            "{}",
            page.html
        );
        let letters_of = format!("/study/letters?window={window}&school=all");
        let live = "/response/live".to_owned();
        for role in ["trainer", "school", "researcher"] {
            let other = Visitor::new(&server.base);
            other.enter(&link(&place, role));
            for address in [
                &waiting,
                &letters_of,
                &live,
                &"/study/invitations".to_owned(),
                &"/study/reminders".to_owned(),
            ] {
                let page = other.get(address);
                assert_eq!(page.status, 403, "{role} {address}");
                assert!(!page.has("Leerkracht"), "{role} {address}");
            }
        }
        let nobody = Visitor::new(&server.base).get(&waiting);
        assert!(nobody.status == 403 && !nobody.has("Leerkracht"));

        // The school's leader sees a band: fourteen people, nobody yet.
        let leader = Visitor::new(&server.base);
        leader.enter(&link(&place, "school"));
        let page = leader.get("/school/response");
        assert!(page.has("minder dan 5 van de 14"), "{}", page.html);
        assert!(!page.has("Leerkracht"));

        // Reminders: nobody, so soon after the mail; and the live part is a part, not a page.
        let reminders = owner.get(&format!("/study/reminders?window={window}"));
        assert!(
            reminders.has("0 personen krijgen nu een herinnering"),
            "{}",
            reminders.html
        );
        let live = owner.get("/response/live");
        assert!(
            live.has("De Wilg") && !live.has("<html") && live.has("0/12"),
            "{}",
            live.html
        );
        assert!(
            board.has("80 %") || board.has("nog 12 antwoorden"),
            "what the network carries"
        );
        // Every look at links and at who is missing is written down.
        let store = database.open().await;
        let mut tx = store.read().await.expect("a read begins");
        let school = waiting.split(['=', '&']).nth(1).expect("a school");
        for (verb, noun, times) in [
            ("letters shown", window.as_str(), 4),
            ("waiting shown", school, 1),
        ] {
            let looks = audit::count(&mut tx, verb, noun)
                .await
                .expect("the audit is read");
            assert_eq!(looks, times, "{verb}, {}", database.name);
        }
        drop(tx);
        // A new link for one: the old code is dead.
        let page = owner.get(&format!("/study/invitations?window={window}&school=wilg"));
        let again = owner.post(
            "/study/invitations/reissue",
            &[("invitation", &page.hidden("invitation"))],
        );
        let letter = owner.get(&again.location.expect("it leads to the letter"));
        assert_eq!(letter.html.matches("class=\"qr\"").count(), 1);
        let dead = links.iter().filter(|row| {
            let page = Visitor::new(&server.base).post("/r", &[("code", &row["code"])]);
            page.status != 303
        });
        assert_eq!(dead.count(), 1);
    }
}
