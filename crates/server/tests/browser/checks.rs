//! What must hold of a page in a browser.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::sandbox::Sandbox;

/// What stands out to the right or left, but for what scrolls by itself or is hidden on purpose; with every reason
/// shown, one after another.
const OVERFLOW: &str = r#"
    const width = document.documentElement.clientWidth;
    const out = new Set();
    const look = () => {
        if (document.documentElement.scrollWidth > width) out.add("the page scrolls sideways");
        for (const element of document.querySelectorAll("body *")) {
            if (element.closest(".scroll, pre, .hidden, .skip, thead, svg")) continue;
            const box = element.getBoundingClientRect();
            const shown = box.width > 0 && (box.right > width + 1 || box.left < -1);
            if (shown) out.add(`${element.tagName}.${element.className} from ${box.left} to ${box.right}`);
        }
    };
    look();
    for (const button of document.querySelectorAll(".why button")) {
        button.focus();
        look();
        const reason = document.getElementById(button.getAttribute("aria-describedby"));
        if (getComputedStyle(reason).display === "none") out.add(`${button.id} does not show its reason`);
        button.blur();
    }
    for (const details of document.querySelectorAll("details")) details.open = true;
    look();
    for (const details of document.querySelectorAll("details")) details.open = false;
    return [...out].slice(0, 5);
"#;

/// Everything that a keyboard has to reach, in the order of the page; numbered, to be known again.
const CONTROLS: &str = r#"
    const all = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']");
    const shown = [...all].filter((element) => element.checkVisibility());
    shown.forEach((element, at) => (element.dataset.at = at));
    return shown.length;
"#;

/// Which of them has the focus, whether that is to be seen, and what it is called.
const FOCUSED: &str = r#"
    const element = document.activeElement;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 && box.bottom > 0;
    const label = element.labels?.[0]?.textContent ?? element.getAttribute("aria-label") ?? element.textContent;
    return [element.dataset.at ?? null, seen, label.trim(), element.tagName];
"#;

/// Comes back when the live part of the page holds a text.
const UNTIL: &str = r#"
    const [text, done] = arguments;
    const look = () => document.getElementById("live").textContent.includes(text) && done(document.activeElement.id);
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
    look();
"#;

/// Nothing overflows, and reasons are shown inside the page.
pub(crate) async fn fits(browser: &Browser, address: &str, width: u32) -> Result<(), String> {
    browser.open(address, width).await?;
    match browser.run("sync", OVERFLOW, json!([])).await? {
        Value::Array(found) if found.is_empty() => Ok(()),
        found => Err(found.to_string()),
    }
}

/// The tabulator key reaches every control, in order, to be seen, and each has a name.
pub(crate) async fn keyboard(browser: &Browser, address: &str) -> Result<(), String> {
    browser.open(address, 1_280).await?;
    let controls = browser
        .run("sync", CONTROLS, json!([]))
        .await?
        .as_u64()
        .unwrap_or_default();
    if controls == 0 {
        return Err("there is nothing to reach".to_owned());
    }
    for at in 0..controls {
        browser.tab().await?;
        let focused = browser.run("sync", FOCUSED, json!([])).await?;
        let named = focused[2].as_str().is_some_and(|name| !name.is_empty());
        if focused[0] != json!(at.to_string()) || focused[1] != true || !named {
            return Err(format!(
                "control {at} of {controls}: [at, seen, name, tag] is {focused}"
            ));
        }
    }
    Ok(())
}

/// An open page shows what happens, and keeps the focus where it was.
pub(crate) async fn live(browser: &Browser, sandbox: &Sandbox) -> Result<(), String> {
    let good = &sandbox.told.good;
    browser
        .open(&format!("{}/manager/numbers/{good}", sandbox.base), 1_280)
        .await?;
    browser
        .run("sync", "document.getElementById('quality').focus()", json!([]))
        .await?;
    let before = browser.source().await?;
    let news = "prohibited content";
    if before.contains(news) {
        return Err("the news are there before they happen".to_owned());
    }
    let reason = json!({"reason": "prohibited_content"});
    sandbox
        .control(&format!("/numbers/{good}/moderate"), reason)
        .await;
    let focused = browser.run("async", UNTIL, json!([news])).await?;
    if focused == "quality" {
        Ok(())
    } else {
        Err(format!("the focus went to {focused}"))
    }
}

/// Forms work without scripts: the clock is moved.
pub(crate) async fn without_javascript(browser: &Browser, sandbox: &Sandbox) -> Result<(), String> {
    browser.scripts(false).await?;
    browser
        .open(&format!("{}/manager/clock", sandbox.base), 1_280)
        .await?;
    browser.click("button[name=unit_ms]").await?;
    let moved = browser.until("The clock was moved.").await;
    browser.scripts(true).await?;
    moved
}
