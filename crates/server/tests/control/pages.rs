//! The Manager's pages as text, and what its forms do.

use axum::http::StatusCode;
use futures_util::StreamExt;
use serde_json::Value;

use crate::receiver::Receiver;
use crate::story::{self, ANN, Told};
use crate::text::{main_text, text_of};
use crate::world::{HOUR, World};

impl story::Sandbox for World {
    async fn call(&self, call: &str, body: Value) -> Value {
        self.ok(call, body).await
    }
}

async fn told() -> (World, Told) {
    let world = World::new().await;
    let (phone, waba) = (&world.account.phone_number_id, &world.account.waba_id);
    let told = story::tell(&world, phone, waba).await;
    (world, told)
}

/// A page as people read it.
async fn read(world: &World, path: &str) -> String {
    let page = world.page("GET", path, &[], "").await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
    assert!(page.body.contains("</html>"), "{path} is cut off");
    main_text(&page.body)
}

#[tokio::test]
async fn phone_numbers_with_the_reason_of_each() {
    let (world, told) = told().await;
    let all = read(&world, "/manager").await;
    assert_eq!(all, read(&world, "/manager/numbers").await);
    let one = read(
        &world,
        &format!("/manager/numbers?portfolio={}", told.second_portfolio),
    )
    .await;
    let whole = text_of(&world.page("GET", "/manager", &[], "").await.body);
    let frame = whole
        .strip_suffix(&all)
        .expect("a page is a frame and what it is about");
    insta::assert_snapshot!(format!("{frame}\n===\n{all}\n\n=== one portfolio\n{one}"));
}

#[tokio::test]
async fn insights_of_a_number() {
    let (world, told) = told().await;
    let mut pages = String::new();
    for id in [&told.good, &told.flagged, &told.used_up] {
        pages += &read(&world, &format!("/manager/numbers/{id}")).await;
        pages += "\n\n===\n\n";
    }
    insta::assert_snapshot!(pages);
}

#[tokio::test]
async fn templates_and_what_was_decided() {
    let (world, told) = told().await;
    let mut pages = read(&world, "/manager/templates").await;
    for id in [&told.paused, &told.rejected] {
        pages += "\n\n===\n\n";
        pages += &read(&world, &format!("/manager/templates/{id}")).await;
    }
    insta::assert_snapshot!(pages);
}

#[tokio::test]
async fn notifications_restrictions_and_events() {
    let (world, _) = told().await;
    let mut pages = String::new();
    for path in [
        "/manager/notifications",
        "/manager/appeals",
        "/manager/events?about=ratings",
        "/manager/events?about=limits",
    ] {
        pages += &format!("=== {path}\n{}\n\n", read(&world, path).await);
    }
    insta::assert_snapshot!(pages);
}

#[tokio::test]
async fn appeals_are_filed_and_decided() {
    let (world, told) = told().await;
    let host = [("origin", "http://sandbox.test")];
    let post = async |form: &str, body: String| {
        let path = format!("/manager/appeals/{form}");
        let answer = world.page("POST", &path, &host, &body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
        read(&world, &answer.location).await
    };
    let (rejected, second) = (&told.rejected, &told.second_portfolio);
    let said = "text=It+is+a+receipt.&sample=Your+order+17+A+is+on+its+way+to+you.";
    let filed = post("template", format!("id={rejected}&{said}")).await;
    assert!(filed.contains("The appeal is filed."), "{filed}");
    post(
        "violation",
        format!("portfolio={second}&violation=1&text=It+is+vinegar."),
    )
    .await;
    post("decide", format!("portfolio={second}&appeal=0&decision=grant")).await;
    let decided = post("reverse", format!("portfolio={second}&violation=0")).await;
    insta::assert_snapshot!(decided);

    let check = async |form: &str, body: String, from: (&str, &str), expected: u16| {
        let path = format!("/manager/appeals/{form}");
        let answer = world.page("POST", &path, &[from], &body).await;
        assert_eq!(
            answer.status.as_u16(),
            expected,
            "{path} {body}: {}",
            main_text(&answer.body)
        );
    };
    let good = &told.good;
    check("number", format!("id={good}&text=Why"), host[0], 400).await;
    check(
        "decide",
        format!("portfolio={second}&appeal=0&decision=grant"),
        host[0],
        400,
    )
    .await;
    check(
        "decide",
        format!("portfolio={second}&appeal=9&decision=refuse"),
        host[0],
        404,
    )
    .await;
    let foreign = ("origin", "https://evil.test");
    check("number", format!("id={}&text=Why", told.flagged), foreign, 403).await;
}

/// Older events are on the next page, and none is on two.
#[tokio::test]
async fn the_feed_goes_on_where_the_page_ends() {
    let (world, _) = told().await;
    let mut path = "/manager/events".to_owned();
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let page = world.page("GET", &path, &[], "").await.body;
        let items = page.split("<ol class=\"feed\">").nth(1).unwrap_or_default();
        seen.extend(items.split("<li>").skip(1).map(str::to_owned));
        pages += 1;
        let older = page
            .split("<a href=\"")
            .find(|rest| rest.contains("id=\"older\""));
        let Some(older) = older.and_then(|rest| rest.split('"').next()) else {
            break;
        };
        path = older.replace("&#38;", "&");
    }
    let news = world
        .ok("GET /sandbox/v1/events?news=true&limit=1000", Value::Null)
        .await;
    let directory = world.seat.view();
    assert!(pages > 1 && !directory.apps.is_empty());
    let news = news["data"].as_array().map_or(0, Vec::len);
    let of_portfolios = seen.iter().filter(|item| item.contains(" · ")).count();
    assert_eq!(of_portfolios, news, "each once, on {pages} pages");
}

#[tokio::test]
async fn a_person_is_found_and_can_be_played() {
    let (world, told) = told().await;
    let found = world
        .page("GET", &format!("/manager/people?phone=%2B{ANN}"), &[], "")
        .await
        .body;
    let id = found
        .split("href=\"/manager/people/")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let path = format!("/manager/people/{}", id.expect("the person is there"));
    let before = read(&world, &path).await;
    let post = async |act: &str, body: String| {
        let answer = world.page("POST", &format!("{path}/{act}"), &[], &body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{act}: {}", answer.body);
        answer.location
    };
    let good = &told.good;
    let mut after = post("write", format!("number={good}&text=Thank+you%21")).await;
    post("block", format!("number={good}&reason=SPAM")).await;
    after = format!(
        "{}\n{}",
        main_text(&world.page("GET", &after, &[], "").await.body),
        read(&world, &path).await
    );
    post("unblock", format!("number={good}")).await;
    let last = read(&world, &path).await;
    assert!(!last.contains("Blocked by this person"), "{last}");
    let list = main_text(&found);
    insta::assert_snapshot!(format!(
        "{list}\n\n===\n\n{before}\n\n=== wrote, blocked\n\n{after}"
    ));
}

#[tokio::test]
async fn simulated_people_by_group() {
    let (world, told) = told().await;
    let path = format!("/manager/people?portfolio={}", told.second_portfolio);
    let page = read(&world, &path).await;
    let (groups, _) = page
        .split_once("Those who")
        .expect("the known come after the simulated");
    insta::assert_snapshot!(groups);
}

#[tokio::test]
async fn the_clock_is_moved_and_webhooks_are_posted_again() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    world.listen(&receiver).await;
    world.inbound(ANN, "Hi").await;
    world.settle().await;
    let clock = read(&world, "/manager/clock").await;
    let post = async |path: &str, body: &str| {
        let answer = world
            .page("POST", path, &[("origin", "http://sandbox.test")], body)
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
        read(&world, &answer.location).await
    };
    let before = world.seat.now();
    let moved = post("/manager/clock/advance", "count=2&unit_ms=3600000&wait=webhooks").await;
    assert_eq!(world.seat.now().since(before).get(), 2 * HOUR);
    post("/manager/clock/advance", "unit_ms=60000").await;
    let faster = post("/manager/clock/speed", "speed=60").await;
    post("/manager/clock/speed", "speed=0").await;
    assert_eq!(world.seat.clock().speed(), 0.0);
    let posted = receiver.posts().len();
    let page = world.page("GET", "/manager/webhooks", &[], "").await.body;
    let id = page
        .split("name=\"id\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let again = post(
        "/manager/webhooks/redeliver",
        &format!("id={}", id.expect("a delivery")),
    )
    .await;
    assert!(again.contains("The webhook is posted again."), "{again}");
    receiver.wait_for(posted + 1).await;
    assert!(faster.contains("The clock runs at its new pace."), "{faster}");
    insta::assert_snapshot!(format!("{clock}\n\n=== moved\n\n{moved}"));
}

#[tokio::test]
async fn what_cannot_be_says_why() {
    let world = World::new().await;
    let mut told = String::new();
    let host = ("origin", "http://sandbox.test");
    for (method, path, headers, body) in [
        ("GET", "/manager/nothing", vec![], ""),
        ("GET", "/manager/numbers/7", vec![], ""),
        ("GET", "/manager/numbers?portfolio=100000090000000", vec![], ""),
        ("GET", "/manager/people/US.1", vec![], ""),
        ("POST", "/manager/clock/advance", vec![host], ""),
        (
            "POST",
            "/manager/clock/advance",
            vec![host],
            "unit_ms=86400000&count=99999999",
        ),
        ("POST", "/manager/clock/speed", vec![host], "speed=fast"),
        (
            "POST",
            "/manager/clock/speed",
            vec![("origin", "http://evil.test")],
            "speed=9",
        ),
        (
            "POST",
            "/manager/webhooks/redeliver",
            vec![("sec-fetch-site", "cross-site")],
            "id=1",
        ),
        ("POST", "/manager/webhooks/redeliver", vec![host], "id=1"),
    ] {
        let page = world.page(method, path, &headers, body).await;
        told += &format!(
            "{method} {path} {body} {headers:?}\n{} {}\n\n",
            page.status,
            text_of(&page.body)
        );
    }
    assert_eq!(world.seat.clock().speed(), 0.0, "nobody else's form is heard");
    insta::assert_snapshot!(told);
}

/// An open page is told at once, since something may have changed while it was on its way, and again with each change.
#[tokio::test]
async fn open_pages_hear_of_changes() {
    let world = World::new().await;
    let mut events = world.stream("/manager/live").await;
    let mut next = async || {
        let event = events.next().await.expect("the stream goes on");
        String::from_utf8(event.expect("nothing breaks off").to_vec()).expect("events are text")
    };
    // Without data a browser would pass over it.
    let changed = "event: changed\ndata: now\nretry: 1000\n\n";
    assert_eq!(next().await, changed);
    world.inbound(ANN, "Hi").await;
    assert_eq!(next().await, changed);
}

/// What others may do with a page, and what it may load.
#[tokio::test]
async fn pages_load_nothing_from_elsewhere() {
    let (world, told) = told().await;
    for path in [
        "/manager",
        &format!("/manager/numbers/{}", told.good),
        "/manager/clock",
    ] {
        let page = world.page("GET", path, &[], "").await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert_eq!(page.header("cache-control"), "no-store");
        for attribute in ["src=\"", "href=\"", "action=\""] {
            for address in page.body.split(attribute).skip(1) {
                let own = address.starts_with('/') || address.starts_with('#');
                assert!(own, "{path}: {attribute}{}", &address[..address.len().min(40)]);
            }
        }
        assert!(
            !page.body.contains("style=\"") && !page.body.contains(" onclick"),
            "{path}"
        );
    }
    for (path, kind) in [
        ("/manager/manager.css", "text/css; charset=utf-8"),
        ("/manager/live.js", "text/javascript; charset=utf-8"),
        ("/manager/icon.svg", "image/svg+xml"),
    ] {
        assert_eq!(
            world.page("GET", path, &[], "").await.header("content-type"),
            kind,
            "{path}"
        );
    }
    let home = world.page("GET", "/", &[], "").await;
    assert_eq!(
        (home.status, home.location.as_str()),
        (StatusCode::SEE_OTHER, "/manager")
    );
}

#[tokio::test]
async fn volumes_and_costs() {
    let (world, _) = told().await;
    insta::assert_snapshot!(read(&world, "/manager/volumes").await);
}

#[tokio::test]
async fn templates_are_reviewed_and_violations_recorded() {
    let (world, told) = told().await;
    let post = async |path: &str, body: &str| {
        let answer = world.page("POST", path, &[], body).await;
        (answer.status.as_u16(), answer.location, main_text(&answer.body))
    };
    let id = &told.in_review;
    let page = read(&world, &format!("/manager/templates/{id}")).await;
    assert!(page.contains("Reason for a rejection"), "{page}");
    let unknown = post(
        "/manager/templates/review",
        &format!("id={id}&decision=reject&reason=DULL"),
    )
    .await;
    assert_eq!(unknown.0, 400, "{}", unknown.2);
    let rejected =
        format!("id={id}&decision=reject&reason=SCAM&explanation=It+promises+gold.&recommendation=");
    let (status, there, _) = post("/manager/templates/review", &rejected).await;
    assert_eq!(status, 303);
    let page = read(&world, &there).await;
    assert!(page.contains("The template is rejected."), "{page}");
    assert!(page.contains("It promises gold."), "{page}");
    let again = post("/manager/templates/review", &format!("id={id}&decision=approve")).await;
    assert_eq!(again.0, 400, "it was reviewed: {}", again.2);

    let (waba, phone) = (&world.account.waba_id, &world.account.phone_number_id);
    let (status, there, _) = post(
        "/manager/appeals/violate",
        &format!("on={waba}.{phone}&kind=spam&step=1d"),
    )
    .await;
    assert_eq!(status, 303);
    let page = read(&world, &there).await;
    assert!(
        page.contains("The violation is recorded.") && page.contains("SPAM"),
        "{page}"
    );
    for (body, expected) in [
        (format!("on={waba}&kind=SPAM&step=forever"), 400),
        (format!("on={waba}.{waba}&kind=SPAM&step="), 404),
        ("on=1&kind=SPAM&step=".to_owned(), 404),
    ] {
        let refused = post("/manager/appeals/violate", &body).await;
        assert_eq!(refused.0, expected, "{body}: {}", refused.2);
    }
}

#[tokio::test]
async fn faults_by_hand_and_no_mail() {
    let world = World::new().await;
    let mails = read(&world, "/manager/mails").await;
    assert!(mails.contains("No mail."), "{mails}");
    let add = async |body: &str| {
        let answer = world.page("POST", "/manager/faults", &[], body).await;
        (answer.status.as_u16(), main_text(&answer.body))
    };
    let rest = "method=POST&about=*%2Fmessages&turn=every&count=3";
    assert_eq!(add(&format!("fault=error&amount=131000&{rest}")).await.0, 303);
    assert_eq!(
        add("fault=lose&amount=&method=&about=messages&turn=next&count=2")
            .await
            .0,
        303
    );
    for body in [
        format!("fault=error&amount=&{rest}"),
        format!("fault=smile&amount=1&{rest}"),
        format!("fault=late&amount=99999999&{rest}"),
        "fault=lose&amount=&method=&about=&turn=every&count=0".to_owned(),
    ] {
        assert_eq!(add(&body).await.0, 400, "{body}");
    }
    let page = read(&world, "/manager/faults").await;
    let gone = world.page("POST", "/manager/faults/remove", &[], "id=1").await;
    assert_eq!(gone.status.as_u16(), 303);
    let twice = world.page("POST", "/manager/faults/remove", &[], "id=1").await;
    assert_eq!(twice.status.as_u16(), 404);
    insta::assert_snapshot!(format!(
        "{page}\n\n=== one taken away\n{}",
        read(&world, "/manager/faults").await
    ));
}
