//! Messages and what they say, language by language.

use super::*;

/// `StopAll` and so on, with `+ person` if a person is asked for.
fn told(text: &str) -> String {
    let heard = Words::builtin().hear(text);
    let wish = heard.wish.map(|(wish, _)| format!("{wish:?}"));
    let person = heard.person.map(|_| "person".to_owned());
    let parts: Vec<String> = wish.into_iter().chain(person).collect();
    parts.join(" + ")
}

fn check(rows: &[(&str, &str)]) {
    let wrong: Vec<_> = rows
        .iter()
        .filter(|(text, expected)| told(text) != *expected)
        .map(|(text, expected)| format!("{text:?}: {:?}, not {expected:?}", told(text)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn stop_words_are_heard_in_every_language() {
    check(&[
        ("STOP", "StopAll"),
        ("Stop.", "StopAll"),
        ("stop please 🙏", "StopAll"),
        ("s t o p", "StopAll"),
        ("Stop stop STOP", "StopAll"),
        ("ＳＴＯＰ", "StopAll"),
        ("Opt-out", "StopAll"),
        ("Unsubscribe me", "StopAll"),
        ("Please stop sending me these messages", "StopAll"),
        ("don't message me again", "StopAll"),
        ("I do not want to receive any more messages", "StopAll"),
        ("No, take me off your list!", "StopAll"),
        ("how do I unsubscribe?", "StopAll"),
        ("BAJA", "StopAll"),
        ("Hola, baja por favor", "StopAll"),
        ("quiero darme de baja", "StopAll"),
        ("No, dejen de enviarme mensajes", "StopAll"),
        ("No quiero recibir más mensajes", "StopAll"),
        ("sair", "StopAll"),
        ("PARAR", "StopAll"),
        ("não quero mais receber mensagens", "StopAll"),
        ("Parem de me mandar mensagens", "StopAll"),
        ("STOPP!", "StopAll"),
        ("Abmelden bitte", "StopAll"),
        ("Bitte keine weiteren Nachrichten", "StopAll"),
        ("Hört auf mir zu schreiben", "StopAll"),
        ("Hoeren Sie auf", "StopAll"),
        ("Arrêt", "StopAll"),
        ("ARRETEZ", "StopAll"),
        ("se désabonner", "StopAll"),
        ("Je ne veux plus recevoir de messages", "StopAll"),
        ("basta messaggi!", "StopAll"),
        ("Cancellatemi dalla vostra lista", "StopAll"),
        ("Non voglio più ricevere messaggi", "StopAll"),
        ("Berhenti", "StopAll"),
        ("jangan kirim pesan lagi", "StopAll"),
        ("tolong berhenti mengirim pesan", "StopAll"),
        ("बंद करो", "StopAll"),
        ("कृपया मैसेज भेजना बंद करें", "StopAll"),
        ("message mat bhejo", "StopAll"),
        ("band karo", "StopAll"),
        ("توقف", "StopAll"),
        ("إلغاء الاشتراك", "StopAll"),
        ("تَوَقَّفوا عن إرسال الرسائل", "StopAll"),
        ("لا أريد استقبال رسائل", "StopAll"),
    ]);
}

#[test]
fn offers_alone_can_be_stopped() {
    check(&[
        ("Stop promotions", "StopOffers"),
        ("no more ads please", "StopOffers"),
        ("Please stop sending me offers", "StopOffers"),
        ("no más publicidad", "StopOffers"),
        ("chega de propaganda", "StopOffers"),
        ("Keine Werbung mehr", "StopOffers"),
        ("plus de pub svp", "StopOffers"),
        ("basta con la pubblicità", "StopOffers"),
        ("stop promo", "StopOffers"),
        ("विज्ञापन बंद करो", "StopOffers"),
        ("لا أريد عروض", "StopOffers"),
    ]);
}

#[test]
fn messages_are_wanted_again() {
    check(&[
        ("START", "Resume"),
        ("unstop", "Resume"),
        ("Opt in", "Resume"),
        ("subscribe me again please", "Resume"),
        ("darme de alta", "Resume"),
        ("voltar a receber", "Resume"),
        ("wieder anmelden", "Resume"),
        ("Je veux recevoir à nouveau vos messages", "Resume"),
        ("riattivare", "Resume"),
        ("mulai lagi", "Resume"),
        ("शुरू करें", "Resume"),
        ("استئناف", "Resume"),
    ]);
}

#[test]
fn a_person_is_asked_for() {
    check(&[
        ("agent", "person"),
        ("Agent please!", "person"),
        ("human", "person"),
        ("I want to talk to a real person", "person"),
        ("I would like to talk to a person, please.", "person"),
        ("can I speak with someone", "person"),
        ("put me through to a human", "person"),
        ("I don't want to talk to a bot", "person"),
        ("call me back", "person"),
        ("quiero hablar con un asesor", "person"),
        ("Asesor", "person"),
        ("necesito una persona", "person"),
        ("falar com atendente", "person"),
        ("Quero falar com uma pessoa", "person"),
        ("Ich möchte mit einem Menschen sprechen", "person"),
        ("Mitarbeiter", "person"),
        ("Rufen Sie mich bitte zurück", "person"),
        ("je veux parler à un conseiller", "person"),
        ("Conseiller", "person"),
        ("vorrei parlare con un operatore", "person"),
        ("operatore", "person"),
        ("mau bicara dengan admin", "person"),
        ("CS", "person"),
        ("मुझे किसी से बात करनी है", "person"),
        ("एजेंट", "person"),
        ("agent se baat karni hai", "person"),
        ("أريد التحدث مع موظف", "person"),
        ("موظف", "person"),
    ]);
}

#[test]
fn what_only_sounds_alike_is_not_heard() {
    check(&[
        ("", ""),
        ("🛑", ""),
        ("Stop by tomorrow", ""),
        ("I will stop by the shop", ""),
        ("Which bus stop is it?", ""),
        ("please do not stop sending me messages", ""),
        ("I don't want you to stop messaging me", ""),
        ("Cancel my appointment", ""),
        ("cancel", ""),
        ("the end", ""),
        ("no more, thanks", ""),
        ("Basta così, grazie", ""),
        ("No más, gracias", ""),
        ("cukup kak", ""),
        ("रुको", ""),
        ("voltar", ""),
        ("Weiter, anmelden", ""),
        ("Halo admin", ""),
        ("don't contact me before 6", ""),
        ("Is my agent there tomorrow?", ""),
        ("the person who delivered it was nice", ""),
        ("no offer yet?", ""),
        ("La baja temperatura", ""),
        ("¿A qué hora es la baja de precios?", ""),
        ("alto", ""),
        ("No voy a parar aquí", ""),
        ("vou sair de casa agora", ""),
        ("Ende", ""),
        ("Ich melde mich morgen", ""),
        ("Nachrichten bitte an meine Frau", ""),
        ("fin", ""),
        ("L'arrêt de bus est loin", ""),
        ("basta un chilo", ""),
        ("jangan lupa kirim alamat", ""),
        ("दुकान कब बंद होती है", ""),
        ("متى يتوقف الباص", ""),
        ("How much is it to start a plan?", ""),
        (
            "Hello, I bought three of these last week and two of them broke at once, so that I had to stop \
             sending me messages about it to my wife, who then told me that I should write to you about it all",
            "",
        ),
    ]);
}

#[test]
fn both_are_heard_in_one_message() {
    check(&[(
        "Stop sending me messages and let me talk to a person",
        "StopAll + person",
    )]);
}

/// One word must not mean one thing in one language and another in the next.
#[test]
fn no_entry_of_one_list_is_heard_as_another() {
    type List = fn(&Language) -> &Vec<String>;
    let lists: [(&str, List); 3] = [
        ("StopAll", |language| &language.answers.stop),
        ("Resume", |language| &language.answers.resume),
        ("person", |language| &language.answers.person),
    ];
    for (expected, list) in lists {
        for language in Language::all() {
            for entry in list(language) {
                // The first choice of each word, optional ones included.
                let words = entry.split_whitespace();
                let first =
                    words.map(|word| word.trim_end_matches('?').split('|').next().unwrap_or_default());
                let text = first.collect::<Vec<_>>().join(" ");
                assert_eq!(told(&text), expected, "{} of {}: {text}", entry, language.code);
            }
        }
    }
}

#[test]
fn long_and_odd_texts_are_taken() {
    let long = "stop ".repeat(5_000);
    assert_eq!(told(&long), "StopAll");
    assert_eq!(told(&"ü".repeat(10_000)), "");
    assert_eq!(told("\u{200d}\u{300}\u{640}"), "");
}
