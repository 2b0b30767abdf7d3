//! The trivial platform: takes every message at once, and knows a few thousand connected numbers and one template.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};

use super::seat::{NUMBERS, number};

/// Answers for ever, a thread a connection.
pub(crate) fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    println!("{}\n", listener.local_addr().expect("a listener has an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || while_open(&stream));
        }
    });
    // Until whoever started this closes the input.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

fn while_open(stream: &TcpStream) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream);
    let (mut line, mut body) = (String::new(), Vec::new());
    loop {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let target = line.clone();
        let mut length = 0;
        while line.trim_end() != "" {
            line.clear();
            reader.read_line(&mut line).ok()?;
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok()?;
            }
        }
        body.resize(length, 0);
        reader.read_exact(&mut body).ok()?;
        let answer = answer(&target, &body);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=UTF-8\r\ncontent-length: ";
        let whole = format!("{head}{}\r\n\r\n{answer}", answer.len());
        let mut stream = stream;
        stream.write_all(whole.as_bytes()).ok()?;
    }
}

fn answer(target: &str, body: &[u8]) -> String {
    static SENT: AtomicU64 = AtomicU64::new(0);
    if target.contains("/phone_numbers") {
        return numbers();
    }
    if target.contains("/message_templates") {
        let template = r#"{"name":"bench","language":"en_US","status":"APPROVED","category":"UTILITY"}"#;
        return format!(r#"{{"data":[{template}]}}"#);
    }
    let key = br#""to":""#;
    let to = body
        .windows(key.len())
        .position(|at| at == key)
        .map(|at| at + key.len());
    let to = to
        .and_then(|at| std::str::from_utf8(body.get(at..at + 11)?).ok())
        .unwrap_or_default();
    let nth = SENT.fetch_add(1, Ordering::Relaxed);
    format!(
        r#"{{"messaging_product":"whatsapp","contacts":[{{"input":"{to}","wa_id":"{to}"}}],"messages":[{{"id":"wamid.HBgLBENCH{nth:012}","message_status":"accepted"}}]}}"#
    )
}

fn numbers() -> String {
    let of = |nth: u64| {
        format!(
            r#"{{"id":"{}","display_phone_number":"+49 170 {nth:07}","status":"CONNECTED","quality_rating":"GREEN","throughput":{{"level":"HIGH"}},"whatsapp_business_manager_messaging_limit":"TIER_UNLIMITED"}}"#,
            number(nth)
        )
    };
    let all: Vec<String> = (0..NUMBERS).map(of).collect();
    format!(r#"{{"data":[{}]}}"#, all.join(","))
}
